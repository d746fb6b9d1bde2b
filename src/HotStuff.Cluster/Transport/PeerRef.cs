using System.Collections.Concurrent;
using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>
/// The entry actor of a peer, as our actors tell it things. What is told goes straight to the connection, as Akka.Remote would write it, on the thread of whoever tells it. While there is no connection it is
/// left to Akka.Remote, which makes one, and which keeps what it is told in a list without a bound for as long as connecting and the handshake may take; so in that time this hands it only so
/// much, and drops and counts the rest.
/// </summary>
/// <param name="remote">Akka.Remote's reference.</param>
/// <param name="links">The connections of the system.</param>
/// <param name="time">The clock.</param>
/// <param name="window">How long Akka.Remote may keep what it cannot send yet.</param>
/// <param name="maxBytes">The most it is handed in that time. One frame is always handed on: without any it would not connect.</param>
internal sealed class PeerRef(IInternalActorRef remote, OutboundLinks links, TimeProvider time, TimeSpan window, long maxBytes) : MinimalActorRef
{
    // What Akka.Remote puts around each message in memory.
    private const int Overhead = 256;

    private readonly Address _peer = remote.Path.Address;
    private readonly AkkaEnvelope _envelope = new(remote.Path.ToSerializationFormat());
    private readonly Lock _gate = new();
    private long _windowStart;
    private long _handed;

    /// <inheritdoc/>
    public override ActorPath Path => remote.Path;

    /// <inheritdoc/>
    public override IActorRefProvider Provider => remote.Provider;

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef sender)
    {
        var frame = message as OutboundFrame;
        if (frame is not null && links.Find(_peer) is { } link)
            link.Write(_envelope, frame);
        else if (MayHand(frame?.Bytes.Length ?? 0))
            remote.Tell(message, sender);
        else
            links.CountUnsent();
    }

    private bool MayHand(int size)
    {
        lock (_gate)
        {
            if (_handed > 0 && time.GetElapsedTime(_windowStart) > window)
                _handed = 0;
            if (_handed > 0 && _handed + size + Overhead > maxBytes)
                return false;
            if (_handed == 0)
                _windowStart = time.GetTimestamp();
            _handed += size + Overhead;
            return true;
        }
    }
}

/// <summary>To which peers a system's connections are up.</summary>
internal sealed class OutboundLinks : IExtension
{
    private readonly ConcurrentDictionary<(string Host, int? Port), OutboundLink> _connected = new();
    private readonly TransportCounters _counters;

    private OutboundLinks(TransportCounters counters) => _counters = counters;

    /// <summary>Those of a system.</summary>
    public static OutboundLinks Of(ActorSystem system) => system.WithExtension<OutboundLinks, ExtensionProvider>();

    /// <summary>The connection to a peer when the handshake is done; otherwise null.</summary>
    public OutboundLink? Find(Address peer) => _connected.GetValueOrDefault((peer.Host, peer.Port));

    /// <summary>Counts a frame that was dropped.</summary>
    public void CountUnsent() => _counters.CountUnsent();

    /// <summary>The handshake is done.</summary>
    public void Add(Address peer, OutboundLink link) => _connected[(peer.Host, peer.Port)] = link;

    /// <summary>The connection has ended.</summary>
    public void Remove(Address peer, OutboundLink link) => _connected.TryRemove(new((peer.Host, peer.Port), link));

    private sealed class ExtensionProvider : ExtensionIdProvider<OutboundLinks>
    {
        public override OutboundLinks CreateExtension(ExtendedActorSystem system) => new(TransportCounters.Of(system));
    }
}
