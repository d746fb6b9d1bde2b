using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// The settings of one node, read from HOCON and the environment and checked. What all replicas must agree on (protocol, leaders, signatures, limits) is not
/// here: it is in the genesis file.
/// </summary>
public sealed record NodeSettings
{
    /// <summary>The genesis file.</summary>
    public required string GenesisFile { get; init; }

    /// <summary>The file with this replica's private keys.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Where blocks and the safety record are kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What writes survive.</summary>
    public required Durability Durability { get; init; }

    /// <summary>The least severe lines to log: <c>debug</c>, <c>info</c>, <c>warning</c>, <c>error</c> or <c>off</c>.</summary>
    public required string LogLevel { get; init; }

    /// <summary>How long views last.</summary>
    public required ViewTimeoutSettings ViewTimeout { get; init; }

    /// <summary>After how long a complaint that brought no certificate is sent again.</summary>
    public required TimeSpan ComplaintRetry { get; init; }

    /// <summary>How long to wait for a certified block that may be under way before fetching it.</summary>
    public required TimeSpan FetchDelay { get; init; }

    /// <summary>How large this replica's own blocks become.</summary>
    public required BatchSettings Batch { get; init; }

    /// <summary>What is kept in memory at most.</summary>
    public required BoundsSettings Bounds { get; init; }

    /// <summary>How blocks are fetched and handed out.</summary>
    public required SyncSettings Sync { get; init; }

    /// <summary>The port where replicas talk.</summary>
    public required ConsensusSettings Consensus { get; init; }

    /// <summary>The port where clients talk.</summary>
    public required GatewaySettings Gateway { get; init; }

    /// <summary>The cluster that people see.</summary>
    public required OpsSettings Ops { get; init; }
}

/// <summary>How long views last.</summary>
/// <param name="Base">When all goes well.</param>
/// <param name="Max">The most that back-off makes of it.</param>
public sealed record ViewTimeoutSettings(TimeSpan Base, TimeSpan Max);

/// <summary>How large this replica's own blocks become, within the genesis file's limits.</summary>
/// <param name="MaxCommands">The most commands; <see cref="int.MaxValue"/> when not limited here.</param>
/// <param name="MaxBytes">The most payload bytes; <see cref="int.MaxValue"/> when not limited here.</param>
public sealed record BatchSettings(int MaxCommands, int MaxBytes);

/// <summary>What is kept in memory at most.</summary>
/// <param name="MempoolCommands">Commands waiting to be proposed.</param>
/// <param name="MempoolBytes">Bytes of commands waiting to be proposed.</param>
/// <param name="UncommittedBlocks">Blocks that are not committed.</param>
public sealed record BoundsSettings(int MempoolCommands, long MempoolBytes, int UncommittedBlocks);

/// <summary>How blocks are fetched and handed out.</summary>
/// <param name="MaxResponseBytes">The most bytes of blocks in one answer; never more than <see cref="WireLimits.MaxBlocksBytes"/>.</param>
/// <param name="RequestTimeout">After how long another replica is asked.</param>
/// <param name="MaxBlocks">The most blocks that are fetched and held for one request of the protocol.</param>
public sealed record SyncSettings(int MaxResponseBytes, TimeSpan RequestTimeout, int MaxBlocks);

/// <summary>The port where replicas talk.</summary>
/// <param name="Host">The name or address under which the other replicas reach this one; null: the genesis file's.</param>
/// <param name="BindHost">The name or address to listen on; null: the same as <paramref name="Host"/>.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="MailboxPeerMessages">The most messages caused by peers that wait for the consensus actor.</param>
/// <param name="MailboxClientMessages">The most messages caused by clients that wait for the consensus actor.</param>
public sealed record ConsensusSettings(string? Host, string? BindHost, int Port, int MailboxPeerMessages, int MailboxClientMessages);

/// <summary>The port where clients talk.</summary>
/// <param name="Host">The name or address to listen on; null: the genesis file's.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="MaxConnections">The most connections at once.</param>
/// <param name="MaxPendingCommands">The most commands accepted and not answered.</param>
/// <param name="MaxPendingBytes">The most bytes of commands accepted and not answered.</param>
public sealed record GatewaySettings(string? Host, int Port, int MaxConnections, int MaxPendingCommands, long MaxPendingBytes);

/// <summary>The cluster that people see.</summary>
/// <param name="Enabled">Whether this node is a member.</param>
/// <param name="Host">The name or address under which other members reach this one; null: the genesis file's.</param>
/// <param name="BindHost">The name or address to listen on; null: the same as <paramref name="Host"/>.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="Seeds">host:port of the members to join; none: the first two validators of the genesis file.</param>
/// <param name="LeaveTimeout">How long a clean leave may take.</param>
public sealed record OpsSettings(bool Enabled, string? Host, string? BindHost, int Port, IReadOnlyList<string> Seeds, TimeSpan LeaveTimeout);
