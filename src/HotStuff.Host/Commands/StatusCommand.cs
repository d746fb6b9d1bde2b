using System.CommandLine;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff status</c>: one table of all replicas.</summary>
internal sealed class StatusCommand : HostCommand
{
    private readonly Option<string> _directory = CommonOptions.Directory();
    private readonly Option<string?> _genesis = CommonOptions.Genesis("The genesis file of the cluster, instead of --dir");
    private readonly Option<string?> _json = CommonOptions.Json();

    public StatusCommand()
        : base("status", "Shows view, leader, height, lock, lag, peers and version of all replicas.")
    {
        Options.Add(_directory);
        Options.Add(_genesis);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples => ["hotstuff status", "hotstuff status --genesis ./keys/genesis.json --json status.json"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        CommonOptions.RequireWritable(arguments, _json);
        var genesis = CommonOptions.FindGenesis(arguments.GetValue(_genesis), arguments.GetRequiredValue(_directory));
        var answers = await new ClusterObserver(genesis).AskAsync(includeDigest: false, cancellationToken);
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, genesis.Validators.Select(validator => Report(validator, answers)).ToArray(), cancellationToken);
        Terminal.Output.Write(StatusTable.Of(genesis, answers));

        var reachable = answers.OfType<NodeStatus>().Count();
        return reachable == answers.Count
            ? ExitCode.Ok
            : throw new ProblemException($"{answers.Count - reachable} of {answers.Count} replicas do not answer");
    }

    private static StatusReport Report(Validator validator, IReadOnlyList<NodeStatus?> answers)
    {
        var address = $"{validator.Address.Host}:{validator.Address.Ports.Client}";
        var highest = answers.Max(answer => answer?.Committed.Number) ?? 0;
        return answers[validator.Replica.Index] is { } status
            ? new StatusReport(
                validator.Replica.Index, address, Reachable: true, status.View.Number, status.Leader.Index, status.Executed.Number, status.Committed.Number,
                status.LockedView.Number, highest - status.Committed.Number, status.PeersProven, status.PendingCommands, status.Timeouts, status.Version)
            : new StatusReport(validator.Replica.Index, address, Reachable: false, null, null, null, null, null, null, null, null, null, null);
    }

    private sealed record StatusReport(
        int Id,
        string Address,
        bool Reachable,
        long? View,
        int? Leader,
        long? Height,
        long? CommittedHeight,
        long? LockedView,
        long? Lag,
        int? Peers,
        long? PendingCommands,
        long? Timeouts,
        string? Version);
}
