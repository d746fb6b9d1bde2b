using System.Collections.Immutable;
using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>Another replica as the genesis file describes it.</summary>
/// <param name="Replica">Who.</param>
/// <param name="Host">The name or address of its consensus port.</param>
/// <param name="Port">Its consensus port.</param>
public sealed record PeerAddress(ReplicaId Replica, string Host, int Port);

/// <summary>What is known about the link to one other replica.</summary>
/// <param name="Address">Who and where.</param>
/// <param name="Target">Where to tell it something; needs no answer to exist.</param>
/// <param name="Proven">Whether it has proved to be who it is.</param>
/// <param name="Expected">The token that it puts on its <see cref="TokenMessage"/>s to us; means nothing until proven.</param>
/// <param name="Own">The token that we put on ours to it.</param>
public sealed record PeerLink(PeerAddress Address, IActorRef Target, bool Proven, UInt128 Expected, UInt128 Own);

/// <summary>All links at one moment. Immutable; safe to use from several threads.</summary>
public sealed class PeersSnapshot
{
    private readonly ImmutableDictionary<ReplicaId, PeerLink> _links;

    /// <summary>With the links to all other replicas.</summary>
    public PeersSnapshot(IEnumerable<PeerLink> links) => _links = links.ToImmutableDictionary(link => link.Address.Replica);

    /// <summary>Links to nobody, for the time before the first <see cref="PeersChanged"/>.</summary>
    public static PeersSnapshot Empty { get; } = new([]);

    /// <summary>The links, by replica.</summary>
    public IEnumerable<PeerLink> Links => _links.Values.OrderBy(link => link.Address.Replica);

    /// <summary>The link to a replica; null for ourselves and for strangers.</summary>
    public PeerLink? Find(ReplicaId replica) => _links.GetValueOrDefault(replica);

    /// <summary>
    /// Whether a message counts: its sender has proved who it is and, if the message bears no signature of its own, the token is the sender's.
    /// Whether signatures are right is checked elsewhere. <see cref="Hello"/> and <see cref="LinkProof"/> go to the <see cref="PeersActor"/> unasked.
    /// </summary>
    public bool Accepts(PeerMessage message) =>
        Find(message.From) is { Proven: true } link && (message is not TokenMessage token || token.Token == link.Expected);
}

/// <summary>Told to subscribers of the <see cref="PeersActor"/> at once, and whenever a link changes.</summary>
/// <param name="Peers">The links from now on.</param>
public sealed record PeersChanged(PeersSnapshot Peers);
