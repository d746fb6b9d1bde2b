using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>Why something that came in from the network went no further.</summary>
public enum TransportRefusal
{
    /// <summary>A connection above the most there may be. It ends.</summary>
    TooManyConnections,

    /// <summary>A length that is negative, zero or above the largest frame. The connection ends.</summary>
    FrameLength,

    /// <summary>Not what Akka.Remote writes. The connection ends.</summary>
    Malformed,

    /// <summary>A handshake as somebody who is not a validator, or not the one that we connected to. The connection ends.</summary>
    NotAPeer,

    /// <summary>A message before the handshake, a second handshake, a message on a connection that is ours to use, a claim to have quarantined us.
    /// The connection ends.</summary>
    OutOfPlace,

    /// <summary>No handshake in time, or nothing at all for too long. The connection ends.</summary>
    Silent,

    /// <summary>A message for another actor than the one that peers may talk to.</summary>
    Recipient,

    /// <summary>A message in the name of an actor that is not the peer's.</summary>
    Sender,

    /// <summary>A message that is not one of our frames: of another serializer, or of a kind that does not exist.</summary>
    Payload,

    /// <summary>A message of Akka's own between actors, or the acknowledgement of one; replicas exchange none.</summary>
    SystemMessage,
}

/// <summary>What the transport of a system has refused and dropped since its start. Safe to use from several threads.</summary>
public sealed class TransportCounters : IExtension
{
    private readonly long[] _refused = new long[Enum.GetValues<TransportRefusal>().Length];
    private long _unsent;
    private long _bytesSent;
    private long _bytesReceived;

    /// <summary>Frames that were not sent because what waited for their peer had reached its bound.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>Bytes of frames that were sent, or wait for their socket, with their headers.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes that arrived on sockets.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>The counts of a system.</summary>
    public static TransportCounters Of(ActorSystem system) => system.WithExtension<TransportCounters, Provider>();

    /// <summary>How often something was refused for this reason.</summary>
    public long Refused(TransportRefusal reason) => Interlocked.Read(ref _refused[(int)reason]);

    internal void Count(TransportRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    internal void CountSent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void CountReceived(int bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    internal void CountUnsent() => Interlocked.Increment(ref _unsent);

    private sealed class Provider : ExtensionIdProvider<TransportCounters>
    {
        public override TransportCounters CreateExtension(ExtendedActorSystem system) => new();
    }
}
