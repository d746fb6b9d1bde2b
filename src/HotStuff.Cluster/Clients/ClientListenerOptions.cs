using HotStuff.Client.Sessions;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Clients;

/// <summary>Where clients connect, and what they may ask of this replica.</summary>
public sealed record ClientListenerOptions
{
    /// <summary>Chain and number of validators, for the Welcome.</summary>
    public required Committee Committee { get; init; }

    /// <summary>This replica.</summary>
    public required ReplicaId Replica { get; init; }

    /// <summary>The bounds that all replicas share.</summary>
    public required ProtocolLimits Limits { get; init; }

    /// <summary>The address to listen on: an IP address or a name that resolves to one of this machine's.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on, 0 to 65535; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>This program's version, for the Welcome.</summary>
    public string Version { get; init; } = "";

    /// <summary>The most connections at a time; further ones are refused.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>The most commands in a segment; no more than a block holds is used.</summary>
    public int MaxSegmentCommands { get; init; } = 1024;

    /// <summary>The most bytes in an encoded segment; no more than a block holds is used.</summary>
    public int MaxSegmentBytes { get; init; } = 128 * 1024;

    /// <summary>
    /// Bytes of segments and queries of one connection that are under way (handed over and neither released nor answered) before it is read
    /// no further.
    /// </summary>
    public int MaxHeldBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes waiting to be sent to a client before it counts as one that does not read.</summary>
    public int MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a new connection has for its Hello.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest query in bytes, which clients know too.</summary>
    internal int MaxQueryBytes => Questions.MaxQueryBytes(Limits);

    /// <summary>The most commands in a segment that the block limits and these options allow.</summary>
    internal int SegmentCommands => Math.Min(MaxSegmentCommands, Limits.MaxBlockCommands);

    /// <summary>The most bytes of an encoded segment that the block limits and these options allow.</summary>
    internal int SegmentBytes =>
        Math.Min(Math.Max(MaxSegmentBytes, Limits.MaxCommandBytes + CommandSegment.HeaderSize + Varint.MaxSize), Limits.MaxBlockBytes);
}
