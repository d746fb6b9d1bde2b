using System.CommandLine;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff down</c>: stops what <c>up</c> started. The data stays.</summary>
internal sealed class DownCommand : HostCommand
{
    private readonly Option<string> _directory = CommonOptions.Directory();

    public DownCommand()
        : base("down", "Stops the local cluster of a directory; its data stays.") => Options.Add(_directory);

    public override IReadOnlyList<string> Examples => ["hotstuff down --dir ./local"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var cluster = LastingCluster.Open(new ClusterDirectory(arguments.GetRequiredValue(_directory)));
        var stopped = await cluster.StopAsync();
        var all = cluster.Genesis.Validators.Length;
        Console.Out.WriteLine(stopped == 0 ? $"none of {all} replicas was running" : $"{stopped} of {all} replicas stopped");
        return ExitCode.Ok;
    }
}
