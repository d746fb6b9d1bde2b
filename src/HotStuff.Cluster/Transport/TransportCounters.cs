using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>Why something that came in from the network went no further than the transport.</summary>
public enum TransportRefusal
{
    /// <summary>A connection above the most there may be.</summary>
    TooManyConnections,

    /// <summary>A length that is negative, zero or above the largest frame. The connection ends.</summary>
    FrameLength,
}

/// <summary>What the transport of a system has refused and dropped since its start. Safe to use from several threads.</summary>
public sealed class TransportCounters : IExtension
{
    private readonly long[] _refused = new long[Enum.GetValues<TransportRefusal>().Length];
    private long _unsent;

    /// <summary>Frames that were not sent because what waited for their peer had reached its bound.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>The counts of a system.</summary>
    public static TransportCounters Of(ActorSystem system) => system.WithExtension<TransportCounters, Provider>();

    /// <summary>How often something was refused for this reason.</summary>
    public long Refused(TransportRefusal reason) => Interlocked.Read(ref _refused[(int)reason]);

    internal void Count(TransportRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    internal void CountUnsent() => Interlocked.Increment(ref _unsent);

    private sealed class Provider : ExtensionIdProvider<TransportCounters>
    {
        public override TransportCounters CreateExtension(ExtendedActorSystem system) => new();
    }
}
