namespace HotStuff.Cluster;

/// <summary>Marks what <see cref="WireSerializer"/> puts on the wire: the one serializer binding of the consensus system.</summary>
public interface IWireMessage;

/// <summary>Marks what a peer caused: a mailbox counts it against the peers' bound and drops what is above.</summary>
public interface IPeerTraffic
{
    /// <summary>Bytes of the peer's that it keeps in memory; 0 when they are few.</summary>
    int Size => 0;
}

/// <summary>Marks what a client caused: a mailbox handles it after everything else, and drops what is above the clients' bound.</summary>
public interface IClientTraffic;

/// <summary>An encoded message. Serializing it hands out the very array, so a message told to many peers is encoded once.</summary>
/// <param name="manifest">One of <see cref="Manifests"/>.</param>
/// <param name="bytes">The encoding, which nobody changes any more.</param>
public sealed class OutboundFrame(string manifest, byte[] bytes) : IWireMessage
{
    /// <summary>The kind of message and the version of its encoding.</summary>
    public string Manifest { get; } = manifest;

    /// <summary>The encoding, which nobody changes any more.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>What a peer receives when this is sent to it.</summary>
    public InboundFrame Received() => new(Manifest, Bytes);
}

/// <summary>
/// What came from the network, as it came: nothing is decoded on the remoting threads. <see cref="WireDecoder"/> does that where time may be spent.
/// </summary>
/// <param name="manifest">What the sender says it is.</param>
/// <param name="bytes">Anything.</param>
public sealed class InboundFrame(string manifest, ReadOnlyMemory<byte> bytes) : IPeerTraffic
{
    /// <summary>What the sender says it is.</summary>
    public string Manifest { get; } = manifest;

    /// <summary>Anything.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <inheritdoc/>
    public int Size => Bytes.Length;
}
