namespace HotStuff.Consensus;

/// <summary>
/// The bounds on which all replicas must agree, because they decide which blocks are valid and what execution does. Part of the genesis file.
/// </summary>
public sealed record ProtocolLimits
{
    /// <summary>The most commands in a block, 1 to 1,000,000.</summary>
    public int MaxBlockCommands { get; init; } = 4_000;

    /// <summary>The most payload bytes in a block, 1 KiB to 16 MiB. The frame size of the transport follows from it.</summary>
    public int MaxBlockBytes { get; init; } = 512 * 1024;

    /// <summary>The longest command in bytes, 0 up to what fits a block.</summary>
    public int MaxCommandBytes { get; init; } = 64 * 1024;

    /// <summary>How many commands a client may have outstanding, 1 to 1,000,000: the width of the client table's window.</summary>
    public int ClientWindow { get; init; } = 16_384;

    /// <summary>How many client sessions are remembered, 1 to 1,000,000.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>After how many blocks a snapshot is taken, 16 to 1,000,000,000.</summary>
    public int SnapshotBlocks { get; init; } = 10_000;

    /// <summary>After how many payload bytes of blocks a snapshot is taken, if that comes first: 64 KiB to 1 GiB.</summary>
    public int SnapshotBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>The size in bytes of the pieces in which snapshots are hashed and sent: 256 KiB, or a block's payload where that is smaller.</summary>
    public int SnapshotChunkBytes => Math.Min(MaxBlockBytes, 256 * 1024);

    /// <summary>The first rule that these limits break, as one line; null when they are fine.</summary>
    public string? Problem() => this switch
    {
        { MaxBlockCommands: < 1 or > 1_000_000 } => $"maxBlockCommands is {MaxBlockCommands}; allowed are 1 to 1000000",
        { MaxBlockBytes: < 1024 or > 16 * 1024 * 1024 } => $"maxBlockBytes is {MaxBlockBytes}; allowed are 1024 to 16777216",
        { MaxCommandBytes: < 0 } => $"maxCommandBytes is {MaxCommandBytes}; allowed are 0 and more",
        _ when MaxCommandBytes + CommandSegment.HeaderSize + Varint.MaxSize > MaxBlockBytes =>
            $"maxCommandBytes is {MaxCommandBytes}; one command must fit a block of {MaxBlockBytes} bytes",
        { ClientWindow: < 1 or > 1_000_000 } => $"clientWindow is {ClientWindow}; allowed are 1 to 1000000",
        { MaxSessions: < 1 or > 1_000_000 } => $"maxSessions is {MaxSessions}; allowed are 1 to 1000000",
        { SnapshotBlocks: < 16 or > 1_000_000_000 } => $"snapshotBlocks is {SnapshotBlocks}; allowed are 16 to 1000000000",
        { SnapshotBytes: < 64 * 1024 or > 1024 * 1024 * 1024 } => $"snapshotBytes is {SnapshotBytes}; allowed are 65536 to 1073741824",
        _ => null,
    };
}
