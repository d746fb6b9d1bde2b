using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// Holds the links to the other replicas. A peer proves which replica it is by signing our nonce with its identity key; until then its messages do not count
/// (<see cref="PeersSnapshot.Accepts"/>). Takes <see cref="Subscribe"/>, and <see cref="Hello"/> and <see cref="LinkProof"/> as they were decoded.
/// </summary>
/// <remarks>
/// A <see cref="Hello"/> may be one of long ago that somebody sends again, so it takes nothing away: it is answered at the address of the replica that it names, and
/// when it names a new instance (a restart) that replica is challenged anew, while the old proof stands until there is a new one. When the new proof is the old instance's,
/// two processes use one key (<see cref="DoubleProcess"/>). Nonces and tokens are sent to
/// the genesis file's addresses only. What one peer can make this actor do in one interval is bounded.
/// </remarks>
public sealed class PeersActor : UntypedActor, IWithTimers
{
    /// <summary>How often a challenge that brought no proof is repeated.</summary>
    public static readonly TimeSpan HelloInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How many challenges are answered, and how many proofs are checked, for each peer and interval.</summary>
    public const int AnswersPerInterval = 8;

    private readonly Setup _setup;
    private readonly UInt128 _instance = Link.RandomValue();
    private readonly SortedDictionary<ReplicaId, Link> _links = [];
    private readonly HashSet<IActorRef> _subscribers = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <summary>Made by <see cref="Props"/>.</summary>
    public PeersActor(Setup setup)
    {
        _setup = setup;
        foreach (var peer in setup.Peers)
            _links.Add(peer.Replica, new Link(peer, setup.Resolve(peer)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private ReplicaId Me => _setup.Signer.Replica;

    private ChainId Chain => _setup.Committee.Chain;

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new PeersActor(setup));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, HelloInterval, HelloInterval);
        foreach (var link in _links.Values)
            Challenge(link);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Hello hello:
                OnHello(hello);
                break;
            case LinkProof proof:
                OnProof(proof);
                break;
            case Tick:
                OnTick();
                break;
            case Subscribe subscribe:
                _subscribers.Add(Context.Watch(subscribe.Subscriber));
                subscribe.Subscriber.Tell(new PeersChanged(Snapshot()));
                break;
            case Terminated terminated:
                _subscribers.Remove(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnTick()
    {
        foreach (var link in _links.Values)
        {
            link.Renew();
            if (!link.Proven || link.Nonce is not null)
                Challenge(link);
        }
    }

    private void OnHello(Hello hello)
    {
        var link = _links.GetValueOrDefault(hello.From);
        if (WhyNot(hello, link) is { } refusal)
        {
            _setup.Counters.Count(refusal);
            return;
        }

        var statement = SignedBytes.LinkProof(Chain, Me, hello.From, hello.Nonce, link!.OwnToken, _instance);
        var proof = new LinkProof(Me, hello.From, hello.Nonce, link.OwnToken, _instance, _setup.Signer.Sign(statement));
        link.Target.Tell(WireEncoder.Encode(proof), ActorRefs.NoSender);
        if (link.Proven && link.Instance != hello.Instance)
            link.Doubt(hello.Instance);
        if (!link.Proven || link.Rival is not null)
            Challenge(link);
    }

    private LinkRefusal? WhyNot(Hello hello, Link? link) =>
        link is null ? LinkRefusal.NotAPeer
        : hello.Version != Hello.CurrentVersion ? LinkRefusal.WrongVersion
        : hello.To != Me ? LinkRefusal.WrongRecipient
        : !link.MayAnswer() ? LinkRefusal.TooMany
        : _setup.Verify(hello.From, SignedBytes.Hello(Chain, hello.From, Me, hello.Nonce, hello.Instance), hello.Signature) ? null
        : LinkRefusal.BadSignature;

    private void OnProof(LinkProof proof)
    {
        var link = _links.GetValueOrDefault(proof.From);
        if (WhyNot(proof, link) is { } refusal)
        {
            _setup.Counters.Count(refusal);
            return;
        }

        var isNew = !link!.Proven || link.Instance != proof.Instance;
        if (isNew)
            _log.Info("{0} at {1}:{2} has proved its identity", proof.From, link.Address.Host, link.Address.Port);
        else if (link.Rival is { } rival && _setup.Evidence.Keep(new DoubleProcess(proof.From, proof.Instance, rival)))
            _log.Warning("two processes use the key of {0}: stop one of them; if you know of one only, the key is stolen", proof.From);
        link.Prove(proof);
        Publish();
    }

    private LinkRefusal? WhyNot(LinkProof proof, Link? link) =>
        link is null ? LinkRefusal.NotAPeer
        : proof.To != Me ? LinkRefusal.WrongRecipient
        : link.Nonce != proof.Nonce ? LinkRefusal.UnknownNonce
        : !link.MayCheck() ? LinkRefusal.TooMany
        : _setup.Verify(proof.From, SignedBytes.LinkProof(Chain, proof.From, Me, proof.Nonce, proof.Token, proof.Instance), proof.Signature) ? null
        : LinkRefusal.BadSignature;

    /// <summary>Sends a challenge, at most one for each peer and interval, with one nonce until there is a proof.</summary>
    private void Challenge(Link link)
    {
        var nonce = link.Nonce ??= Link.RandomValue();
        if (!link.MayChallenge())
            return;
        var peer = link.Address.Replica;
        var signature = _setup.Signer.Sign(SignedBytes.Hello(Chain, Me, peer, nonce, _instance));
        link.Target.Tell(WireEncoder.Encode(new Hello(Me, peer, _instance, nonce, Hello.CurrentVersion, signature)), ActorRefs.NoSender);
    }

    private void Publish()
    {
        var changed = new PeersChanged(Snapshot());
        foreach (var subscriber in _subscribers)
            subscriber.Tell(changed);
    }

    private PeersSnapshot Snapshot() =>
        new(_links.Values.Select(link => new PeerLink(link.Address, link.Target, link.Proven, link.Expected, link.OwnToken)));

    /// <summary>What the actor needs.</summary>
    /// <param name="Committee">The validators.</param>
    /// <param name="Signer">This replica's keys.</param>
    /// <param name="Verify">Whether a signature over bytes was made with a replica's identity key. Must not throw, whatever the signature is.</param>
    /// <param name="Peers">All other replicas.</param>
    /// <param name="Resolve">Where to tell a peer something.</param>
    /// <param name="Evidence">Where it is kept that two processes use one key.</param>
    /// <param name="Counters">Where refusals are counted.</param>
    public sealed record Setup(
        Committee Committee,
        IReplicaSigner Signer,
        Func<ReplicaId, ReadOnlyMemory<byte>, Signature, bool> Verify,
        IReadOnlyList<PeerAddress> Peers,
        Func<PeerAddress, IActorRef> Resolve,
        IEvidenceStore Evidence,
        LinkCounters Counters);

    /// <summary>Asks for <see cref="PeersChanged"/> from now on, the first one at once.</summary>
    /// <param name="Subscriber">Whom to tell.</param>
    public sealed record Subscribe(IActorRef Subscriber);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
