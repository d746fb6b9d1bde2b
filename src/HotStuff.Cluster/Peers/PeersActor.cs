using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Holds the links to the other replicas. A peer proves which replica it is by signing our nonce with its identity key; until then its messages do not count.
/// </summary>
public sealed class PeersActor : UntypedActor
{
    /// <summary>What the actor needs.</summary>
    /// <param name="Committee">The validators.</param>
    /// <param name="Signer">This replica's keys.</param>
    /// <param name="Verify">Whether a signature over bytes was made with a replica's identity key.</param>
    /// <param name="Peers">All other replicas.</param>
    /// <param name="Resolve">Where to tell a peer something.</param>
    public sealed record Setup(
        Committee Committee,
        IReplicaSigner Signer,
        Func<ReplicaId, ReadOnlyMemory<byte>, Signature, bool> Verify,
        IReadOnlyList<PeerAddress> Peers,
        Func<PeerAddress, IActorRef> Resolve);

    /// <summary>Asks for <see cref="PeersChanged"/> from now on, the first one at once.</summary>
    public sealed record Subscribe(IActorRef Subscriber);

    /// <summary>Props of the actor. It takes <see cref="Subscribe"/>, and <see cref="Hello"/> and <see cref="LinkProof"/> as they were decoded.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new PeersActor(setup));

    private PeersActor(Setup setup) => _setup = setup;

    private readonly Setup _setup;

    /// <inheritdoc/>
    protected override void OnReceive(object message) => Unhandled(message);
}
