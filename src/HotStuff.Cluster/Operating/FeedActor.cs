using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>
/// Makes frames of what this replica does, ten a second, while somebody watches here or at another node of the operators' cluster; and tells the others when somebody watches here.
/// </summary>
public sealed class FeedActor : UntypedActor, IWithTimers
{
    /// <summary>How often there is a frame.</summary>
    internal static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long frames are made for another node after its last word that somebody watches there.</summary>
    internal static readonly TimeSpan WatchedFor = TimeSpan.FromSeconds(3);

    private static readonly int FramesBetweenWords = 10;

    private readonly ClusterFeed _feed;
    private readonly IActorRef _consensus;
    private IActorRef _exchange = ActorRefs.Nobody;
    private long _tick;
    private long _watchedUntil = -1;
    private bool _running;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public FeedActor(ClusterFeed feed, IActorRef consensus)
    {
        _feed = feed;
        _consensus = consensus;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of the actor.</summary>
    /// <param name="feed">Where frames go.</param>
    /// <param name="consensus">The consensus actor.</param>
    public static Props Props(ClusterFeed feed, IActorRef consensus) => Akka.Actor.Props.Create(() => new FeedActor(feed, consensus));

    /// <summary>Tells where the exchange with the other nodes is (<see cref="FeedExchange"/>); nobody: there is none (any more).</summary>
    internal sealed record ExchangeReady(IActorRef Exchange);

    /// <summary>Somebody watches at another node.</summary>
    internal sealed record WatchedElsewhere
    {
        public static WatchedElsewhere Instance { get; } = new();
    }

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, FrameInterval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick:
                OnTick();
                break;
            case FeedFrame own:
                _feed.Publish(own);
                if (_tick < _watchedUntil)
                    _exchange.Tell(new FeedExchange.Own(own));
                break;
            case FeedExchange.Others others:
                _feed.Publish(others.Frame);
                break;
            case WatchedElsewhere:
                _watchedUntil = _tick + (WatchedFor.Ticks / FrameInterval.Ticks);
                break;
            case ExchangeReady ready:
                _exchange = ready.Exchange;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnTick()
    {
        var here = _feed.IsWatched;
        if (here && _tick % FramesBetweenWords == 0)
            _exchange.Tell(FeedExchange.WatchedHere.Instance);
        if (here || _tick < _watchedUntil)
        {
            _consensus.Tell(new OperatorRequest.TakeFrame());
            _running = true;
        }
        else if (_running)
        {
            _consensus.Tell(new OperatorRequest.EndFeed());
            _running = false;
        }

        _tick++;
    }

    private sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
