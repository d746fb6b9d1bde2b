namespace HotStuff.Consensus;

/// <summary>How one replica runs the protocol. What all must agree on is in <see cref="Limits"/>; the rest is local.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The bounds of the chain.</summary>
    public ProtocolLimits Limits { get; init; } = new();

    /// <summary>The durations of the pacemaker.</summary>
    public PacemakerSettings Pacemaker { get; init; } = new();

    /// <summary>The most commands that this replica puts into a block; at most <see cref="ProtocolLimits.MaxBlockCommands"/>.</summary>
    public int BatchCommands { get; init; } = int.MaxValue;

    /// <summary>The most payload bytes that this replica puts into a block; at most <see cref="ProtocolLimits.MaxBlockBytes"/>.</summary>
    public int BatchBytes { get; init; } = int.MaxValue;

    /// <summary>The most commands that wait here.</summary>
    public int MempoolCommands { get; init; } = 200_000;

    /// <summary>The most bytes of commands that wait here.</summary>
    public long MempoolBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How many uncommitted blocks are kept before those that lost are looked for.</summary>
    public int UncommittedBlocks { get; init; } = 1_024;
}

/// <summary>What a replica finds in its store when it starts.</summary>
/// <param name="Record">The safety record; <see cref="SafetyRecord.Initial"/> for a replica that never ran.</param>
/// <param name="LastCommitted">The last committed block; the genesis block at first.</param>
/// <param name="Uncommitted">Blocks above it, by height.</param>
public sealed record RecoveredState(SafetyRecord Record, Block LastCommitted, IReadOnlyList<Block> Uncommitted)
{
    /// <summary>The state of a replica that never ran.</summary>
    public static RecoveredState Fresh(ChainId chain) =>
        new(SafetyRecord.Initial(Block.GenesisCertificate(chain)), Block.Genesis(chain), []);
}

/// <summary>What a replica shows of itself, for people and dashboards.</summary>
public sealed record ProtocolStatus(
    View View,
    ReplicaId Leader,
    Height Committed,
    View LockedView,
    View HighQcView,
    int UncommittedBlocks,
    int PendingCommands,
    long Timeouts,
    long Proposed);
