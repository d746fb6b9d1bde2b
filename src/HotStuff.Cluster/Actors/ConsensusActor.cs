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
/// Owns the protocol's state: feeds events to <see cref="Replica.Advance"/> and has done what its effects say, in their order. A Persist is durable when the next
/// effect starts, so nothing signed leaves before its record; where that takes long, effects wait in a <see cref="GroupCommit"/> and the protocol goes on. An exception here
/// stops the node: a state that surprised its author must not go on.
/// </summary>
public sealed class ConsensusActor : UntypedActor
{
    private readonly Setup _setup;
    private readonly EffectInterpreter _interpreter;
    private readonly GroupCommit? _group;
    private readonly OperatedReplica _operated;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public ConsensusActor(Setup setup)
    {
        _setup = setup;
        _interpreter = new EffectInterpreter(setup, Context.GetLogger());
        _group = setup.Writer is null ? null : new GroupCommit();
        _operated = new OperatedReplica(setup, TimeProvider.System);
    }

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
    /// <param name="Counters">Where refusals and flushes are counted.</param>
    /// <param name="Writer">Makes records durable, where that takes long (<see cref="WriterActor"/>); null where the store does it at once.</param>
    /// <param name="Filter">What a replica does that is Byzantine on purpose; null for all others.</param>
    /// <param name="Traces">Makes spans of commands; null: nobody does.</param>
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
        IActorRef? Writer = null,
        EffectFilter? Filter = null,
        CommandTraces? Traces = null);

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
            case var _ when _operated.Withholds(message, Sender):
                break;
            case PeerEvent or ClientEvent when _group is { IsFull: true }:
                // A disk that does not keep up; the protocol bears that messages are lost.
                _setup.Counters.Refused(Refusal.OverBound);
                break;
            case PeerEvent peer:
                Advance(peer.Event);
                break;
            case WriterActor.Written:
                Written();
                break;
            case ClientEvent client:
                Advance(client.Event);
                break;
            case ReplicaEvent happened:
                OnOwn(happened, Sender);
                break;
            case PeersChanged changed:
                OnPeersChanged(changed.Peers);
                break;
            case StatusInquiry inquiry:
                _setup.Executor.Tell(
                    inquiry with { Replica = _setup.Replica.Status, Holdings = _setup.Replica.Holdings, Peers = _interpreter.Peers }, Sender);
                break;
            case OperatorRequest request:
                OnOperator(request);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>What the node itself began has an end.</summary>
    private void OnOwn(ReplicaEvent happened, IActorRef? sender)
    {
        Advance(happened);
        if (happened is ReplicaEvent.BlocksFetched)
            sender!.Tell(SyncActor.ChunkTaken.Instance);
    }

    private void OnOwnUnlessWithheld(ReplicaEvent happened)
    {
        if (!_operated.Withholds(happened, ActorRefs.NoSender))
            Advance(happened);
    }

    private void OnOperator(OperatorRequest request)
    {
        switch (request)
        {
            case OperatorRequest.Pause:
                _operated.Pause();
                break;
            case OperatorRequest.Resume:
                foreach (var (message, sender) in _operated.Resume())
                    OnOwn((ReplicaEvent)message, sender);
                break;
            case OperatorRequest.GiveUpView when !_operated.Paused:
                var timer = new TimerKey(TimerKind.View, _setup.Replica.Epoch, _setup.Replica.Status.View);
                Advance(new ReplicaEvent.TimerFired(timer));
                break;
            case OperatorRequest.TakeFrame:
                Sender.Tell(_operated.TakeFrame(_interpreter.Peers));
                break;
            case OperatorRequest.EndFeed:
                _operated.EndFeed();
                break;
        }
    }

    private void OnPeersChanged(PeersSnapshot peers)
    {
        var before = _interpreter.Peers;
        _interpreter.Peers = peers;
        foreach (var link in peers.Links.Where(link => link.Proven))
        {
            // A new token means a new proof: the peer is new, or new again.
            if (before.Find(link.Address.Replica) is not { Proven: true } old || old.Expected != link.Expected)
                OnOwnUnlessWithheld(new ReplicaEvent.PeerProven(link.Address.Replica));
        }
    }

    private void Advance(ReplicaEvent happened)
    {
        Take(happened);
        TakeCombined();
    }

    private void TakeCombined()
    {
        while (_interpreter.Combined.TryDequeue(out var combined))
            Take(combined);
        if (_group?.NextWrite() is { } write)
            _setup.Writer.Tell(write);
    }

    private void Take(ReplicaEvent happened)
    {
        var effects = _setup.Replica.Advance(happened);
        if (_setup.Filter is { } filter)
            effects = [.. filter(happened, effects)];
        _operated.See(happened, effects);
        foreach (var effect in effects)
        {
            if (_group is null || _group.MayDo(effect))
                _interpreter.Interpret(effect);
        }
    }

    /// <summary>A write is durable: what waited for it is done, and the next write begins.</summary>
    private void Written()
    {
        _setup.Counters.Flushed();
        foreach (var effect in _group!.Written())
            _interpreter.Interpret(effect);
        TakeCombined();
    }
}
