using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// The messages between replicas that carry no signature: fetches blocks that the protocol misses, has others' requests answered, passes commands on.
/// </summary>
/// <remarks>
/// A fetch goes from a certified head downwards, each block proven by the hash in its child, into the store and not into memory; when it has reached what the
/// protocol has, the blocks are fed to the protocol oldest first, a chunk at a time. The protocol asks again while it misses something, so a fetch that fails
/// is simply given up after every peer was asked.
/// </remarks>
public sealed class SyncActor : UntypedActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Setup _setup;
    private readonly IActorRef _server;
    private PeersSnapshot _peers = PeersSnapshot.Empty;
    private BlockFetch? _fetch;
    private long _request;
    private int _turn;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public SyncActor(Setup setup)
    {
        _setup = setup;
        _server = Context.ActorOf(BlockServerActor.Props(setup).WithDispatcher(Context.Props.Dispatcher), "blocks");
    }

    /// <summary>What the actor needs.</summary>
    /// <param name="Self">Which replica this is.</param>
    /// <param name="Store">Where blocks are kept.</param>
    /// <param name="Limits">The limits of the chain.</param>
    /// <param name="Settings">How blocks are fetched and handed out.</param>
    /// <param name="Peers">The peers actor.</param>
    /// <param name="Counters">Where refusals are counted.</param>
    public sealed record Setup(
        ReplicaId Self,
        IReplicaStore Store,
        ProtocolLimits Limits,
        SyncSettings Settings,
        IActorRef Peers,
        NodeCounters Counters);

    /// <summary>Props of the actor.</summary>
    public static Props Props(Setup setup) => Akka.Actor.Props.Create(() => new SyncActor(setup));

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart() => _setup.Peers.Tell(new PeersActor.Subscribe(Self));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Effect.FetchBlocks wanted when _fetch is null:
                _fetch = new BlockFetch(Sender, wanted.Head, wanted.Above);
                Continue(_fetch);
                break;
            case Effect.FetchBlocks:
                // One fetch at a time; the protocol asks again for what it still misses.
                break;
            case BlockResponse response:
                OnResponse(response);
                break;
            case RequestTimeout timeout when timeout.Request == _request && _fetch is { } fetch:
                AskNext(fetch);
                break;
            case RequestTimeout:
                break;
            case ChunkTaken when _fetch is { } fetch:
                Feed(fetch);
                break;
            case BlockRequest request when _peers.Find(request.From) is { } link:
                _server.Tell(new BlockServerActor.Serve(request, link));
                break;
            case BlockRequest:
                break;
            case Effect.PassOn passOn:
                PassOnTo(passOn);
                break;
            case PeersChanged changed:
                _peers = changed.Peers;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void PassOnTo(Effect.PassOn passOn)
    {
        if (_peers.Find(passOn.To) is not { } link)
            return;
        foreach (var frame in WireEncoder.Encode(new PassOn(link.Own, _setup.Self, passOn.Segments), _setup.Limits))
            link.Target.Tell(frame, ActorRefs.NoSender);
    }

    /// <summary>Takes from the store what is there, and asks for the first block that is not; feeds the protocol when nothing is missing.</summary>
    private void Continue(BlockFetch fetch)
    {
        while (_setup.Store.Find(fetch.Missing) is { } block)
        {
            if (block.Height <= fetch.Above)
                break;
            fetch.Find(block);
            if (block.Height == fetch.Above.Next)
            {
                _log.Info("fetched {0} blocks up to height {1}", fetch.Found, fetch.Above.Number + fetch.Found);
                Feed(fetch);
                return;
            }
        }

        if (fetch.Found >= _setup.Settings.MaxBlocks)
        {
            _log.Warning("more than {0} blocks are missing: hotstuff.sync.max-blocks does not allow to fetch so many", _setup.Settings.MaxBlocks);
            _fetch = null;
            return;
        }

        fetch.Asked = 0;
        AskNext(fetch);
    }

    private void AskNext(BlockFetch fetch)
    {
        var proven = _peers.Links.Where(link => link.Proven).ToList();
        if (proven.Count == 0 || fetch.Asked++ >= proven.Count)
        {
            _fetch = null;
            return;
        }

        var peer = proven[(int)((uint)_turn++ % (uint)proven.Count)];
        fetch.Peer = peer.Address.Replica;
        var request = new BlockRequest(
            peer.Own, _setup.Self, ++_request, fetch.Missing, fetch.Above, _setup.Settings.MaxResponseBytes);
        peer.Target.Tell(WireEncoder.Encode(request), ActorRefs.NoSender);
        Timers.StartSingleTimer("request", new RequestTimeout(_request), _setup.Settings.RequestTimeout);
    }

    private void OnResponse(BlockResponse response)
    {
        if (_fetch is not { } fetch || response.Request != _request || response.From != fetch.Peer)
        {
            _setup.Counters.Refused(Refusal.Unrequested);
            return;
        }

        // One answer to one request: a second one would be taken for the answer to a request that was never made.
        fetch.Peer = null;
        Timers.Cancel("request");
        if (response.Blocks.IsEmpty || MessageVerifier.VerifyChain(fetch.Missing, [.. response.Blocks.Select(block => block.Value)]) is not { } chain)
        {
            AskNext(fetch);
            return;
        }

        // The same peer again, while it has more: whoever answers is likely to answer again.
        _turn--;
        _setup.Store.Put([.. chain.Select(block => block.Value)]);
        Continue(fetch);
    }

    /// <summary>Hands the next chunk to the protocol, oldest first; it answers with <see cref="ChunkTaken"/>.</summary>
    private void Feed(BlockFetch fetch)
    {
        var ids = fetch.TakeChunk();
        if (ids.Count == 0)
        {
            _fetch = null;
            return;
        }

        var blocks = ids.Select(_setup.Store.Find).OfType<Block>().ToList();
        // A block that the store has dropped meanwhile: the protocol has gone past it.
        if (blocks.Count < ids.Count || MessageVerifier.VerifyChain(ids[0], blocks) is not { } chain)
        {
            _fetch = null;
            return;
        }

        fetch.Client.Tell(new ReplicaEvent.BlocksFetched(chain));
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

    private sealed record RequestTimeout(long Request);
}
