using HotStuff.Consensus;

namespace HotStuff.Client;

/// <summary>What one replica says about itself. Nobody else vouches for it.</summary>
public sealed record NodeStatus
{
    /// <summary>Whose words these are.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>The view it is in.</summary>
    public required View View { get; init; }

    /// <summary>The leader of that view.</summary>
    public required ReplicaId Leader { get; init; }

    /// <summary>The height of its last committed block.</summary>
    public required Height Committed { get; init; }

    /// <summary>The height of the last block that its state machine has executed.</summary>
    public required Height Executed { get; init; }

    /// <summary>The view of the block it is locked on.</summary>
    public View LockedView { get; init; }

    /// <summary>The view of the highest quorum certificate it knows.</summary>
    public View HighQcView { get; init; }

    /// <summary>How many other replicas have proven to it who they are, and are connected, 0 to n-1.</summary>
    public int PeersProven { get; init; }

    /// <summary>Commands that it knows and that are not executed.</summary>
    public long PendingCommands { get; init; }

    /// <summary>Views that it gave up, since it started.</summary>
    public long Timeouts { get; init; }

    /// <summary>Blocks that it executed, since it started.</summary>
    public long Blocks { get; init; }

    /// <summary>Commands that it executed, since it started.</summary>
    public long CommandsExecuted { get; init; }

    /// <summary>Commands that it found executed already, and did not execute again, since it started.</summary>
    public long Duplicates { get; init; }

    /// <summary>The digest of its state at <see cref="Executed"/>; null when it was not asked for.</summary>
    public Digest? StateDigest { get; init; }

    /// <summary>The version of its program.</summary>
    public string Version { get; init; } = "";

    /// <summary>How long its process has been running.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Processor time that its process has used, in seconds.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Memory that its process occupies, in bytes.</summary>
    public long RssBytes { get; init; }

    /// <summary>The height of its newest snapshot that a quorum has certified; 0 when there is none.</summary>
    public Height Checkpoint { get; init; }

    /// <summary>The height of the oldest committed block that it still has.</summary>
    public Height Oldest { get; init; }

    /// <summary>Blocks that it fetched from others, since it started.</summary>
    public long BlocksFetched { get; init; }

    /// <summary>Snapshots that it fetched from others, since it started.</summary>
    public long SnapshotsFetched { get; init; }

    /// <summary>How many pieces of evidence against replicas it has.</summary>
    public int EvidenceCount { get; init; }

    /// <summary>The evidence, encoded (<see cref="EvidenceCodec"/>), at most <see cref="MaxEvidence"/> pieces; empty when it was not asked for.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Evidence { get; init; } = [];

    /// <summary>The most pieces of evidence in one answer.</summary>
    public const int MaxEvidence = 200;

    /// <summary>Members of the operators' cluster that it sees, 0 when it is in none.</summary>
    public int OpsMembers { get; init; }

    /// <summary>What it has used.</summary>
    public NodeResources Resources { get; init; } = new();
}
