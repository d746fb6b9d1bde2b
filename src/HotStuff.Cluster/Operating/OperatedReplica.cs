using System.Collections.Immutable;
using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// What operators do to the replica of a <see cref="ConsensusActor"/>, on its thread: watch it, and pause it. While it is paused what peers and clients caused is dropped, as by a network
/// that is down, and what the node itself began (timers, fetches, combinations) is held, so that nothing waits for ever after.
/// </summary>
internal sealed class OperatedReplica(ConsensusActor.Setup setup, TimeProvider time)
{
    private readonly FeedRecorder _recorder = new(setup.Replica.Self);
    private readonly Queue<(object Message, IActorRef? Sender)> _held = [];
    private bool _watched;

    public bool Paused { get; private set; }

    private double Now => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    /// <summary>Notes what people see, when somebody watches.</summary>
    public void See(ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        if (_watched)
            _recorder.Note(Now, happened, effects);
    }

    /// <summary>Whether a message is not for the replica now. It is dropped, or comes again with <see cref="Resume"/>.</summary>
    public bool Withholds(object message, IActorRef? sender)
    {
        switch (message)
        {
            case var _ when !Paused:
                return false;
            case PeerEvent or ClientEvent:
                setup.Counters.WhilePaused();
                return true;
            // A link may be proven many times meanwhile.
            case ReplicaEvent.PeerProven when _held.Contains((message, sender)):
                return true;
            case ReplicaEvent:
                _held.Enqueue((message, sender));
                return true;
            default:
                return false;
        }
    }

    public void Pause() => Paused = true;

    /// <summary>What was held, oldest first.</summary>
    public IReadOnlyList<(object Message, IActorRef? Sender)> Resume()
    {
        Paused = false;
        var held = _held.ToList();
        _held.Clear();
        return held;
    }

    public FeedFrame TakeFrame(PeersSnapshot peers)
    {
        if (!_watched)
            _recorder.Begin(Now);
        _watched = true;
        return _recorder.Take(Now, setup.Replica.Status) with
        {
            Commands = setup.Counters.CommandsCommitted,
            Blocks = setup.Counters.BlocksCommitted,
            Refused = setup.Counters.AllRefused,
            Evidence = setup.Store.Evidence.Count,
            Peers = peers.Links.Count(link => link.Proven),
            Paused = Paused,
        };
    }

    public void EndFeed() => _watched = false;
}
