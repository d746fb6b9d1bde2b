using System.CommandLine;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff up</c>: starts a cluster on this machine that stays.</summary>
internal sealed class UpCommand : HostCommand
{
    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(60);

    private readonly ClusterOptions _cluster = new();
    private readonly Option<string> _directory = CommonOptions.Directory();

    public UpCommand()
        : base("up", "Starts a lasting local cluster in a directory; again it starts the replicas that do not run.")
    {
        Options.Add(_directory);
        _cluster.AddTo(this);
    }

    public override IReadOnlyList<string> Examples => ["hotstuff up --replicas 4 --dir ./local", "hotstuff status --dir ./local", "hotstuff down --dir ./local"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var directory = new ClusterDirectory(arguments.GetRequiredValue(_directory));
        CommonOptions.MakeDirectory(_directory.Name, directory.Root);
        var cluster = LastingCluster.Exists(directory)
            ? Reopen(directory, arguments)
            : LastingCluster.Create(directory, _cluster.Read(arguments));
        var started = await cluster.StartAsync(ReadyBound, cancellationToken);
        foreach (var validator in cluster.Genesis.Validators)
        {
            var page = Pages.AreServed(directory) ? $" page {Pages.AddressOf(validator.Address)}," : "";
            var state = started.Contains(validator.Replica) ? "started" : "running";
            Console.Out.WriteLine($"{validator.Replica} {state}, pid {cluster.ProcessId(validator.Replica)}, clients {validator.Address.Host}:{validator.Address.Ports.Client},{page} "
                + $"log {directory.LogFile(validator.Replica)}");
        }

        return ExitCode.Ok;
    }

    /// <summary>What the directory holds decides; options that say otherwise are refused rather than ignored.</summary>
    private LastingCluster Reopen(ClusterDirectory directory, ParseResult arguments)
    {
        var cluster = LastingCluster.Open(directory);
        var genesis = cluster.Genesis;
        Refuse(_cluster.Replicas, arguments.GetValue(_cluster.Replicas), genesis.Validators.Length);
        Refuse(_cluster.Signatures, arguments.GetRequiredValue(_cluster.Signatures), genesis.Signatures);
        Refuse(_cluster.Protocol, arguments.GetRequiredValue(_cluster.Protocol), genesis.Protocol);
        Refuse(_cluster.Leaders, arguments.GetRequiredValue(_cluster.Leaders), genesis.Leaders);
        Refuse(_cluster.Batch, arguments.GetValue(_cluster.Batch), genesis.Limits.MaxBlockCommands);
        Refuse(_cluster.SnapshotBlocks, arguments.GetValue(_cluster.SnapshotBlocks), genesis.Limits.SnapshotBlocks);
        Refuse(_cluster.BasePort, arguments.GetValue(_cluster.BasePort), (int?)genesis.Validators[0].Address.Ports.Ops);
        foreach (var option in (Option[])[_cluster.Durability, _cluster.Timeout])
        {
            if (arguments.IsGiven(option))
                throw ProblemException.Usage($"{option.Name} cannot change a cluster that exists; edit {directory.ConfigFile} and restart the replicas");
        }

        return cluster;

        void Refuse<T>(Option<T> option, T given, T existing)
        {
            if (arguments.IsGiven(option) && !Equals(given, existing))
                throw ProblemException.Usage($"{option.Name} is '{given}'; the cluster in {directory.Root} has {existing}");
        }
    }
}
