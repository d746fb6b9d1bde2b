using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>The sizes on the wire, all of which follow from the genesis file's limits here and nowhere else.</summary>
public static class WireLimits
{
    /// <summary>
    /// What a frame needs beside one block: at most three more certificates or signatures, and what protobuf and Akka put around them (paths of the recipient,
    /// numbers, lengths: a few hundred bytes; host names may be 255 bytes long).
    /// </summary>
    private const int Envelope = (3 * Signature.MaxSize) + 4096;

    /// <summary>The most bytes of blocks in one <see cref="BlockResponse"/>: one block of the largest size fits.</summary>
    public static int MaxBlocksBytes(ProtocolLimits limits) => limits.MaxBlockBytes + Block.MaxOverhead;

    /// <summary>The largest frame of the transport, in bytes.</summary>
    public static int MaxFrameBytes(ProtocolLimits limits) => MaxBlocksBytes(limits) + Envelope;
}
