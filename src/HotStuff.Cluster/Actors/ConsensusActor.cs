using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>For demonstrations: what a Byzantine replica does instead of <paramref name="effects"/>, which the protocol wants done.</summary>
public delegate IEnumerable<Effect> EffectFilter(ReplicaEvent happened, ImmutableArray<Effect> effects);

/// <summary>
/// Owns the protocol's state: feeds events to <see cref="Replica.Advance"/> and does what its effects say, in their order. A Persist is done when the next
/// effect starts, so nothing signed leaves before its record is durable. An exception here stops the node: a state that surprised its author must not go on.
/// </summary>
public sealed class ConsensusActor : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Setup _setup;
    private readonly Queue<ReplicaEvent> _combined = [];
    private PeersSnapshot _peers = PeersSnapshot.Empty;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public ConsensusActor(Setup setup) => _setup = setup;

    /// <summary>What the actor needs.</summary>
    /// <param name="Replica">The protocol, recovered and not started.</param>
    /// <param name="Store">Where its record and blocks are kept.</param>
    /// <param name="Peers">The peers actor.</param>
    /// <param name="Crypto">Combines shares, where that takes long.</param>
    /// <param name="Verifier">Combines shares, where it does not.</param>
    /// <param name="Pacemaker">Runs timers.</param>
    /// <param name="Executor">Executes committed blocks.</param>
    /// <param name="Sync">Fetches blocks.</param>
    /// <param name="Gateway">Talks to this replica's clients.</param>
    /// <param name="Counters">Where refusals are counted.</param>
    /// <param name="Filter">What a replica does that is Byzantine on purpose; null for all others.</param>
    public sealed record Setup(
        Replica Replica,
        IReplicaStore Store,
        IActorRef Peers,
        IActorRef Crypto,
        MessageVerifier Verifier,
        IActorRef Pacemaker,
        IActorRef Executor,
        IActorRef Sync,
        IActorRef Gateway,
        NodeCounters Counters,
        EffectFilter? Filter = null);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new ConsensusActor(setup));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _setup.Peers.Tell(new PeersActor.Subscribe(Self));
        _setup.Crypto.Tell(new ConsensusReady(Self));
        _setup.Gateway.Tell(new ConsensusReady(Self));
        Advance(new ReplicaEvent.Started());
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PeerEvent peer:
                Advance(peer.Event);
                break;
            case ClientEvent client:
                Advance(client.Event);
                break;
            case ReplicaEvent happened:
                Advance(happened);
                if (happened is ReplicaEvent.BlocksFetched)
                    Sender.Tell(SyncActor.ChunkTaken.Instance);
                break;
            case PeersChanged changed:
                OnPeersChanged(changed.Peers);
                break;
            case StatusInquiry inquiry:
                _setup.Executor.Tell(
                    inquiry with { Replica = _setup.Replica.Status, PeersProven = _peers.Links.Count(link => link.Proven) }, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnPeersChanged(PeersSnapshot peers)
    {
        var before = _peers;
        _peers = peers;
        foreach (var link in peers.Links.Where(link => link.Proven))
        {
            // A new token means a new proof: the peer is new, or new again.
            if (before.Find(link.Address.Replica) is not { Proven: true } old || old.Expected != link.Expected)
                Advance(new ReplicaEvent.PeerProven(link.Address.Replica));
        }
    }

    private void Advance(ReplicaEvent happened)
    {
        Take(happened);
        while (_combined.TryDequeue(out var combined))
            Take(combined);
    }

    private void Take(ReplicaEvent happened)
    {
        var effects = _setup.Replica.Advance(happened);
        foreach (var effect in _setup.Filter?.Invoke(happened, effects) ?? effects)
            Interpret(effect);
    }

    /// <summary>Here when it costs next to nothing: on the way to the crypto actor and back the threads that do it wait longer than they work.</summary>
    private void Combine(Effect shares)
    {
        if (!_setup.Verifier.CombinesAtOnce)
        {
            _setup.Crypto.Tell(shares);
            return;
        }

        var combined = _setup.Verifier.Combine(shares);
        _combined.Enqueue(combined);
        if (combined is ReplicaEvent.CertificateFormed formed)
            _setup.Crypto.Tell(new StepCertified(formed.Certificate.Value.Step));
    }

    private void Interpret(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _setup.Store.Persist(persist.Record, persist.Block is { } block ? [block] : []);
                break;
            case Effect.Keep keep:
                _setup.Store.Put([keep.Block]);
                break;
            case Effect.Send send:
                if (_peers.Find(send.To) is { } peer)
                    peer.Target.Tell(WireEncoder.Encode(send.Message, peer.Own), ActorRefs.NoSender);
                break;
            case Effect.Broadcast broadcast:
                var frame = WireEncoder.Encode(broadcast.Message);
                foreach (var link in _peers.Links)
                    link.Target.Tell(frame, ActorRefs.NoSender);
                break;
            case Effect.PassOn:
                _setup.Sync.Tell(effect);
                break;
            case Effect.CombineVotes or Effect.CombineComplaints:
                Combine(effect);
                break;
            case Effect.Commit commit:
                _setup.Store.Commit(commit.Blocks);
                _setup.Counters.Committed(commit.Blocks.Length);
                _setup.Executor.Tell(commit);
                break;
            case Effect.StartTimer or Effect.StopTimer:
                _setup.Pacemaker.Tell(effect);
                break;
            case Effect.FetchBlocks:
                _setup.Sync.Tell(effect);
                break;
            case Effect.RefuseCommands:
                _setup.Gateway.Tell(effect);
                break;
            case Effect.EnteredView entered:
                Report(entered);
                break;
            case Effect.Report report:
                Keep(report.Evidence);
                break;
            case Effect.Refused refused:
                _setup.Counters.Refused(refused.Reason);
                _log.Debug("refused {0} of {1} in {2}", refused.Reason, refused.From, refused.View);
                break;
            default:
                throw new InvalidOperationException($"no interpretation for {effect}");
        }
    }

    private void Keep(Evidence evidence)
    {
        // A forged share, which only its combination would have shown, accuses nobody.
        if (!_setup.Verifier.Proves(evidence) || !_setup.Store.Keep(evidence))
            return;
        _log.Warning("{0} contradicted itself in {1}: the evidence is kept (hotstuff evidence)", evidence.Culprit, evidence.View);
    }

    private void Report(Effect.EnteredView entered)
    {
        if (entered.Reason == EntryReason.TimeoutCertificate)
            _log.Info("view change: a quorum gave up view {0}, {1} leads view {2}", entered.View.Number - 1, entered.Leader, entered.View.Number);
        else if (entered.Reason == EntryReason.Start)
            _log.Info("starting in view {0} at height {1}", entered.View.Number, _setup.Replica.Status.Committed.Number);
    }
}
