using HotStuff.Client;
using HotStuff.Cluster;
using HotStuff.Consensus;
using static HotStuff.Operator.OperatorPalettes;

namespace HotStuff.Operator;

/// <summary><c>hotstuff</c>: the replica.</summary>
public sealed class HotStuffPalette : ICommandPalette
{
    private static readonly CommandOption Digest = new("-g", "--digest", null, "Shows the digest of the state, too, which costs a pass over the state");
    private static readonly CommandOption Most = new("-n", "--blocks", "N", $"How many, 1 to {IOperatedNode.MaxBlocks}; otherwise 10");

    /// <inheritdoc/>
    public string Name => "hotstuff";

    /// <inheritdoc/>
    public string Description => "The replica of this node";

    /// <inheritdoc/>
    public IReadOnlyList<OperatorCommand> Commands { get; } =
    [
        new OperatorCommand { Name = "status", Description = "Shows how the replica is", Options = [Digest], Handler = Status },
        new OperatorCommand { Name = "view", Description = "Shows the view, and what it is locked on", Handler = ShowView },
        new OperatorCommand { Name = "leader", Description = "Shows who leads the view", Handler = Leader },
        new OperatorCommand { Name = "peers", Description = "Lists the other replicas, and what was refused from their connections", Handler = Peers },
        new OperatorCommand { Name = "blocks", Description = "Lists the newest blocks", Options = [Most], Handler = At(Blocks) },
        new OperatorCommand { Name = "mempool", Description = "Shows what waits in memory, and what was dropped", Handler = Mempool },
        new OperatorCommand { Name = "timeout now", Description = "Makes the replica give up its view now", Changes = true, Handler = TimeoutNow },
        new OperatorCommand { Name = "pause", Description = "Takes the replica out of consensus, as if it were cut off", Changes = true, Handler = At((context, _) => Pause(context)) },
        new OperatorCommand { Name = "resume", Description = "Lets a paused replica take part again", Changes = true, Handler = At((context, _) => Resume(context)) },
        new OperatorCommand { Name = "kill", Description = "Ends the process at once (SIGKILL)", Changes = true, Handler = At((context, _) => Kill(context)) },
        new OperatorCommand { Name = "evidence", Description = "Lists what proves that replicas contradicted themselves", Handler = At((context, _) => ShowEvidence(context)) },
    ];

    private static async Task<NodeStatus> StatusAsync(OperatorContext context, CancellationToken cancellation) =>
        (await context.Node.ReportAsync(withDigest: false, cancellation)).Status;

    private static async Task<CommandAnswer> Status(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var status = (await context.Node.ReportAsync(arguments.Has(Digest), cancellation)).Status;
        var genesis = context.Node.Genesis;
        return CommandResult.Fields(new ReplicaStatus(
            status.Replica.ToString(),
            genesis.Chain,
            genesis.Protocol,
            genesis.Signatures,
            status.Version,
            context.Node.IsPaused ? "paused" : "running",
            Math.Round(status.Uptime.TotalSeconds, 1),
            status.View.Number,
            status.Leader.ToString(),
            status.Committed.Number,
            status.Executed.Number,
            status.CommandsExecuted,
            status.PendingCommands,
            status.Timeouts,
            status.PeersProven,
            genesis.Committee.Size - 1,
            status.Checkpoint.Number,
            status.Oldest.Number,
            status.BlocksFetched,
            status.SnapshotsFetched,
            status.EvidenceCount,
            status.OpsMembers,
            Math.Round(status.CpuSeconds, 1),
            status.RssBytes / (1024 * 1024),
            status.StateDigest?.ToString()));
    }

    private static async Task<CommandAnswer> ShowView(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var status = await StatusAsync(context, cancellation);
        return CommandResult.Fields(new ViewStatus(
            status.View.Number, status.Leader.ToString(), status.HighQcView.Number, status.LockedView.Number, status.Committed.Number, status.Timeouts));
    }

    private static async Task<CommandAnswer> Leader(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var status = await StatusAsync(context, cancellation);
        var address = context.Node.Genesis.Validators[status.Leader.Index].Address;
        return CommandResult.Fields(new LeaderStatus(
            status.Leader.ToString(), status.View.Number, status.Leader == context.Node.Self, $"{address.Host}:{address.Ports.Client}", $"{address.Host}:{address.Ports.Command}"));
    }

    private static async Task<CommandAnswer> Peers(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var links = (await context.Node.PeersAsync(cancellation)).Links.ToArray();
        var transport = TransportCounters.Of(context.Node.ConsensusSystem);
        string[] refused =
        [
            .. Counted<LinkRefusal>(context.Node.Links.Refused), .. Counted<TransportRefusal>(transport.Refused), .. transport.Unsent > 0 ? (string[])[$"{transport.Unsent} unsent"] : [],
        ];
        return CommandResult.Table(
            links.Select(link => new Peer(link.Address.Replica.ToString(), $"{link.Address.Host}:{link.Address.Port}", link.Proven)),
            $"{links.Count(link => link.Proven)} of {links.Length} have proven who they are; {(refused.Length == 0 ? "nothing was refused" : $"refused: {string.Join(", ", refused)}")}");
    }

    private static CommandResult Blocks(OperatorContext context, CommandArguments arguments)
    {
        var blocks = context.Node.Blocks(arguments.Number(Most, 10, 1, IOperatedNode.MaxBlocks));
        return CommandResult.Table(
            blocks.Select(block => new BlockRow(
                block.Height.Number,
                block.View.Number,
                block.Id.Hash.ToString(),
                block.Parent.Hash.ToString(),
                block.Proposer.ToString(),
                block.Commands,
                block.Bytes,
                block.State.ToString().ToLowerInvariant())),
            blocks.Count == 0 ? "there are no blocks" : null);
    }

    private static async Task<CommandAnswer> Mempool(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var (status, holdings) = await context.Node.ReportAsync(withDigest: false, cancellation);
        var drops = MailboxDrops.Of(context.Node.ConsensusSystem);
        return CommandResult.Fields(new Waiting(
            status.PendingCommands, holdings?.Bytes, holdings?.Blocks, holdings?.Shares, holdings?.Orphans, drops.Peer, drops.Client));
    }

    private static async Task<CommandAnswer> TimeoutNow(OperatorContext context, CommandArguments arguments, CancellationToken cancellation)
    {
        var status = await StatusAsync(context, cancellation);
        context.Node.GiveUpView();
        return CommandResult.Line($"{context.Node.Self} gives up view {status.View.Number} of leader {status.Leader}; the others follow when a quorum does the same");
    }

    private static CommandResult Pause(OperatorContext context)
    {
        if (context.Node.IsPaused)
            throw new CommandProblemException($"{context.Node.Self} is paused already");
        context.Node.Pause();
        return CommandResult.Line($"{context.Node.Self} is paused; 'hotstuff resume' lets it take part again");
    }

    private static CommandResult Resume(OperatorContext context)
    {
        if (!context.Node.IsPaused)
            throw new CommandProblemException($"{context.Node.Self} is not paused");
        context.Node.Resume();
        return CommandResult.Line($"{context.Node.Self} takes part again");
    }

    private static CommandResult Kill(OperatorContext context) => CommandResult.Line($"{context.Node.Self} dies") with { Afterwards = context.Kill };

    private static CommandResult ShowEvidence(OperatorContext context)
    {
        var pieces = context.Node.Evidence;
        return CommandResult.Table(
            pieces.Select(piece => new EvidenceRow(piece.Culprit.ToString(), KindOf(piece), piece is DoubleProcess ? null : piece.View.Number)),
            pieces.Count == 0 ? "no replica has contradicted itself" : "'hotstuff evidence' of the program fetches and checks the proof");
    }

    private static string KindOf(Evidence piece) => piece switch
    {
        DoubleProposal => "two proposals",
        DoubleVote => "two votes",
        _ => "two processes",
    };

    private static IEnumerable<string> Counted<T>(Func<T, long> count)
        where T : struct, Enum => Enum.GetValues<T>().Where(reason => count(reason) > 0).Select(reason => $"{count(reason)} {reason}");

    private sealed record ReplicaStatus(
        string Replica,
        string Chain,
        string Protocol,
        string Signatures,
        string Version,
        string State,
        double UptimeSeconds,
        long View,
        string Leader,
        long CommittedHeight,
        long ExecutedHeight,
        long CommandsExecuted,
        long PendingCommands,
        long Timeouts,
        int PeersProven,
        int Peers,
        long Checkpoint,
        long OldestBlock,
        long BlocksFetched,
        long SnapshotsFetched,
        int Evidence,
        int OpsMembers,
        double CpuSeconds,
        long RssMib,
        string? StateDigest);

    private sealed record ViewStatus(long View, string Leader, long HighestCertificate, long LockedView, long CommittedHeight, long Timeouts);

    private sealed record LeaderStatus(string Leader, long View, bool IsThisNode, string Clients, string Commands);

    private sealed record Peer(string Replica, string Address, bool Proven);

    private sealed record BlockRow(long Height, long View, string Block, string Parent, string Proposer, int Commands, int Bytes, string State);

    private sealed record Waiting(
        long Commands, long? CommandBytes, int? UncommittedBlocks, int? Shares, int? Orphans, long PeerMessagesDropped, long ClientMessagesDropped);

    private sealed record EvidenceRow(string Culprit, string What, long? View);
}
