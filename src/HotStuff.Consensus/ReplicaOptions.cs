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
/// <param name="Inquiry">A number that no earlier start had, to ask others with what they hold of this replica before anything is signed; null to trust the record.</param>
public sealed record RecoveredState(SafetyRecord Record, Block LastCommitted, IReadOnlyList<Block> Uncommitted, UInt128? Inquiry = null)
{
    /// <summary>The state of a replica that never ran.</summary>
    public static RecoveredState Fresh(ChainId chain) =>
        new(SafetyRecord.Initial(Block.GenesisCertificate(chain)), Block.Genesis(chain), []);
}

/// <summary>How much a replica keeps of what others said. All of it is bounded, so that nobody can make it grow.</summary>
/// <param name="Blocks">Uncommitted blocks, up to <see cref="ReplicaOptions.UncommittedBlocks"/>.</param>
/// <param name="Commands">Commands that wait, up to <see cref="ReplicaOptions.MempoolCommands"/>.</param>
/// <param name="Bytes">Their bytes, up to <see cref="ReplicaOptions.MempoolBytes"/>.</param>
/// <param name="Shares">Shares of votes and complaints, up to <see cref="MaxShares"/>.</param>
/// <param name="Orphans">Proposals whose parent is missing, up to one for each proposer.</param>
public readonly record struct Holdings(int Blocks, int Commands, long Bytes, int Shares, int Orphans)
{
    /// <summary>Of how many steps, the latest, the shares of each signer are kept: more than a replica says again at a time.</summary>
    public static int StepsPerSigner(Committee committee) => 8 + committee.MaxFaulty;

    /// <summary>The most shares: of votes and of complaints, of each signer those about <see cref="StepsPerSigner"/> steps.</summary>
    public static int MaxShares(Committee committee) => 2 * committee.Size * StepsPerSigner(committee);
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
