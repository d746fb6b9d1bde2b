using System.CommandLine;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff load</c>: a part of a bench's clients in a process of their own. For <c>bench</c>, not for people.</summary>
internal sealed class LoadCommand : HostCommand
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    private readonly Option<string?> _genesis = CommonOptions.Genesis("The genesis file of the cluster");
    private readonly Option<string?> _spec = NewOption.OptionalText("--spec", "The load, as bench writes it", "JSON");

    public LoadCommand()
        : base("load", "Loads a cluster as it is told on standard input; for bench.")
    {
        Hidden = true;
        _genesis.Required = true;
        _spec.Required = true;
        Options.Add(_genesis);
        Options.Add(_spec);
    }

    public override IReadOnlyList<string> Examples => [];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var spec = arguments.GetRequiredValue(_spec)!;
        var load = LoadLine.TryRead<LoadSpec>(spec) ?? throw ProblemException.Usage($"--spec is '{spec}'; allowed is what bench writes");
        await using var run = await LoadRun.ConnectAsync(Genesis.Load(arguments.GetRequiredValue(_genesis)!), load, history: null, cancellationToken);
        Say(new LoadLine(Ready: true));

        var told = await Console.In.ReadLineAsync(cancellationToken) ?? throw new ProblemException("the parent has gone");
        if (LoadLine.TryRead<LoadWindow?>(told) is not { } window)
            throw ProblemException.Usage($"standard input has '{told}'; allowed is what bench writes");

        // Nothing more is said but that the parent has gone, and then nobody wants the result.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ParentPipe.Watch(stop);
        var running = run.RunAsync(window, stop.Token);
        while (await Task.WhenAny(running, Task.Delay(ReportInterval, CancellationToken.None)) != running)
            Say(new LoadLine(Committed: run.Committed));
        Say(new LoadLine(Result: await running));
        return ExitCode.Ok;
    }

    private static void Say(LoadLine line) => Console.Out.WriteLine(LoadLine.Write(line));
}
