using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Web;

/// <summary>The chain and where its replicas are: <c>GET /api/v1/cluster</c>.</summary>
/// <param name="Chain">The chain's name.</param>
/// <param name="Protocol">The protocol variant.</param>
/// <param name="Signatures">How quorums sign.</param>
/// <param name="Leaders">How leaders are chosen.</param>
/// <param name="Self">Which replica answers, 0 to n-1.</param>
/// <param name="N">How many replicas there are.</param>
/// <param name="F">How many of them may be faulty.</param>
/// <param name="Quorum">How many are a quorum.</param>
/// <param name="Replicas">All of them, by id.</param>
internal sealed record ClusterDescription(
    string Chain, string Protocol, string Signatures, string Leaders, int Self, int N, int F, int Quorum, IReadOnlyList<ReplicaDescription> Replicas)
{
    /// <summary>Of a node's chain.</summary>
    public static ClusterDescription Of(IOperatedNode node)
    {
        var genesis = node.Genesis;
        var committee = genesis.Committee;
        return new ClusterDescription(
            genesis.Chain,
            genesis.Protocol,
            genesis.Signatures,
            genesis.Leaders,
            node.Self.Index,
            committee.Size,
            committee.MaxFaulty,
            committee.Quorum,
            [.. genesis.Validators.Select(validator => new ReplicaDescription(validator.Replica.Index, validator.Address.Host, validator.Address.Ports))]);
    }
}

/// <summary>A replica's addresses, as the genesis file states them.</summary>
/// <param name="Id">0 to n-1.</param>
/// <param name="Host">The name or address.</param>
/// <param name="Ports">The ports.</param>
internal sealed record ReplicaDescription(int Id, string Host, ReplicaPorts Ports);

/// <summary>How this replica is: <c>GET /api/v1/node</c>.</summary>
internal sealed record NodeDescription
{
    private const double Megabyte = 1024 * 1024;

    /// <summary>0 to n-1.</summary>
    public required int Id { get; init; }

    /// <summary>The view it is in.</summary>
    public required long View { get; init; }

    /// <summary>The leader of that view.</summary>
    public required int Leader { get; init; }

    /// <summary>The height of the last executed block.</summary>
    public required long Height { get; init; }

    /// <summary>The height of the last committed block.</summary>
    public required long Committed { get; init; }

    /// <summary>The view of the lock.</summary>
    public required long LockedView { get; init; }

    /// <summary>The view of the highest quorum certificate.</summary>
    public required long HighQcView { get; init; }

    /// <summary>Other replicas that have proven who they are.</summary>
    public required int Peers { get; init; }

    /// <summary>Commands that wait.</summary>
    public required long Pending { get; init; }

    /// <summary>Views that a quorum gave up since the start.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Commands executed since the start.</summary>
    public required long Commands { get; init; }

    /// <summary>Blocks committed since the start.</summary>
    public required long Blocks { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>How long the process runs, in seconds.</summary>
    public required double UptimeS { get; init; }

    /// <summary>Processor time, in seconds.</summary>
    public required double CpuS { get; init; }

    /// <summary>Resident memory, in MiB.</summary>
    public required double RssMb { get; init; }

    /// <summary>The height of the newest certified snapshot; 0: none.</summary>
    public required long Checkpoint { get; init; }

    /// <summary>The height of the oldest block that it still has.</summary>
    public required long Oldest { get; init; }

    /// <summary>How many pieces of evidence it holds.</summary>
    public required int Evidence { get; init; }

    /// <summary>Whether an operator paused it.</summary>
    public required bool Paused { get; init; }

    /// <summary>Whether it has caught up.</summary>
    public required bool Ready { get; init; }

    /// <summary>The members of the operators' cluster, one line each.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>What was refused since the start, by reason, without the zeros.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>Of a node that answered.</summary>
    public static NodeDescription Of(IOperatedNode node, NodeReport report, Readiness readiness)
    {
        var status = report.Status;
        return new NodeDescription
        {
            Id = node.Self.Index,
            View = status.View.Number,
            Leader = status.Leader.Index,
            Height = status.Executed.Number,
            Committed = status.Committed.Number,
            LockedView = status.LockedView.Number,
            HighQcView = status.HighQcView.Number,
            Peers = status.PeersProven,
            Pending = status.PendingCommands,
            Timeouts = status.Timeouts,
            Commands = status.CommandsExecuted,
            Blocks = status.Blocks,
            Version = status.Version,
            UptimeS = Math.Round(status.Uptime.TotalSeconds, 1),
            CpuS = Math.Round(status.CpuSeconds, 2),
            RssMb = Math.Round(status.RssBytes / Megabyte, 1),
            Checkpoint = status.Checkpoint.Number,
            Oldest = status.Oldest.Number,
            Evidence = status.EvidenceCount,
            Paused = node.IsPaused,
            Ready = readiness.IsReady,
            Members = [.. (node.Ops?.Members ?? []).Select(member => member.ToString())],
            Refusals = node.Counters.Refusals.ToDictionary(refusal => Names.Of(refusal.Key), refusal => refusal.Value, StringComparer.Ordinal),
        };
    }
}

/// <summary>A block: <c>GET /api/v1/blocks</c>.</summary>
/// <param name="Id">Its hash, in full.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Height">Its height.</param>
/// <param name="View">In which view it was proposed.</param>
/// <param name="Proposer">By whom.</param>
/// <param name="Commands">How many commands are in it.</param>
/// <param name="Bytes">The size of its encoding.</param>
/// <param name="State">What it is to the replica: <c>proposed</c>, <c>certified</c>, <c>locked</c> or <c>committed</c>.</param>
internal sealed record BlockView(string Id, string Parent, long Height, long View, int Proposer, int Commands, int Bytes, string State)
{
    /// <summary>Of a description.</summary>
    public static BlockView Of(BlockDescription block) => new(
        block.Id.Hash.ToString(), block.Parent.Hash.ToString(), block.Height.Number, block.View.Number, block.Proposer.Index, block.Commands, block.Bytes, Names.Of(block.State));
}

/// <summary>A piece of evidence: <c>GET /api/v1/evidence</c>.</summary>
/// <param name="Culprit">Who contradicted itself.</param>
/// <param name="View">In which view; 0: in none.</param>
/// <param name="Kind"><c>doubleProposal</c>, <c>doubleVote</c> or <c>doubleProcess</c>.</param>
/// <param name="Text">The same in words.</param>
internal sealed record EvidenceView(int Culprit, long View, string Kind, string Text)
{
    /// <summary>Of a piece.</summary>
    public static EvidenceView Of(Evidence evidence)
    {
        var text = evidence switch
        {
            DoubleProposal => $"{evidence.Culprit} signed two proposals in view {evidence.View.Number}",
            DoubleVote => $"{evidence.Culprit} signed two votes in view {evidence.View.Number}",
            _ => $"two processes at once use the key of {evidence.Culprit}",
        };
        return new EvidenceView(evidence.Culprit.Index, evidence.View.Number, Names.Camel(evidence.GetType().Name), text);
    }
}

/// <summary>Whether the node is alive or ready: <c>GET /healthz</c> and <c>/readyz</c>.</summary>
/// <param name="Status"><c>ok</c>, <c>failed</c>, <c>ready</c> or <c>notReady</c>.</param>
/// <param name="Replica">0 to n-1.</param>
/// <param name="Reason">Why not; null when all is well.</param>
internal sealed record HealthDescription(string Status, int Replica, string? Reason = null);
