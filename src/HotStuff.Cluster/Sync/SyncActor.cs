using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// The messages between replicas that carry no signature: fetches what the protocol misses, and has others' requests answered.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "An actor ends in PostStop.")]
public sealed class SyncActor : UntypedActor, IWithTimers
{
    private readonly Setup _setup;
    private readonly IActorRef _server;
    private SyncRequests _requests = null!;
    private Fetching _fetching = null!;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public SyncActor(Setup setup)
    {
        _setup = setup;
        _server = Context.ActorOf(BlockServerActor.Props(setup).WithDispatcher(Context.Props.Dispatcher), "blocks");
    }

    /// <summary>What the actor needs.</summary>
    /// <param name="Self">Which replica this is.</param>
    /// <param name="Chain">The chain.</param>
    /// <param name="Store">Where blocks and snapshots are kept.</param>
    /// <param name="Verifier">Checks the certificates of what is fetched.</param>
    /// <param name="Limits">The limits of the chain.</param>
    /// <param name="Settings">How blocks are fetched and handed out.</param>
    /// <param name="Peers">The peers actor.</param>
    /// <param name="Counters">Where refusals are counted.</param>
    public sealed record Setup(
        ReplicaId Self,
        ChainId Chain,
        IReplicaStore Store,
        MessageVerifier Verifier,
        ProtocolLimits Limits,
        SyncSettings Settings,
        IActorRef Peers,
        NodeCounters Counters);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new SyncActor(setup));

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _requests = new SyncRequests(_setup, Timers, Context.System.Scheduler);
        _fetching = new Fetching(_setup, _requests, Context.GetLogger());
        _setup.Peers.Tell(new PeersActor.Subscribe(Self));
    }

    /// <inheritdoc/>
    protected override void PostStop() => _fetching.Dispose();

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Effect.FetchBlocks wanted:
                _fetching.Start(Sender, wanted);
                break;
            case BlockResponse response:
                _fetching.OnResponse(_requests.Take(response.From, response.Request), response);
                break;
            case RangeResponse response:
                _fetching.OnResponse(_requests.Take(response.From, response.Request), response);
                break;
            case SnapshotResponse response:
                _fetching.OnResponse(_requests.Take(response.From, response.Request), response);
                break;
            case SyncRequests.Expired expired:
                _fetching.OnExpired(_requests.Take(expired));
                break;
            case ChunkTaken:
                _fetching.OnChunkTaken();
                break;
            case BlockRequest or RangeRequest or SnapshotRequest:
                if (_requests.Peers.Find(((TokenMessage)message).From) is { } link)
                    _server.Tell(new BlockServerActor.Serve((TokenMessage)message, link));
                break;
            case PeersChanged changed:
                _requests.Peers = changed.Peers;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The protocol has taken a chunk of blocks.</summary>
    public sealed class ChunkTaken
    {
        /// <summary>The one there is.</summary>
        public static readonly ChunkTaken Instance = new();

        private ChunkTaken()
        {
        }
    }
}
