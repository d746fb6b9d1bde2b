using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>
/// The actors of several replicas in one system, with real signatures, linked in memory: what one tells a peer is handed at once to that peer's entry, as the
/// frame that it would have received.
/// </summary>
internal sealed class ReplicaActors
{
    private readonly TestKitBase _kit;
    private readonly TestValidators _validators;
    private readonly string _protocol;
    private readonly Dictionary<int, One> _replicas = [];
    private readonly HashSet<int> _cut = [];
    private readonly WireDecoder _decoder;

    public ReplicaActors(TestKitBase kit, TestValidators validators, params int[] started)
        : this(kit, validators, "chained", started)
    {
    }

    public ReplicaActors(TestKitBase kit, TestValidators validators, string protocol, params int[] started)
    {
        _kit = kit;
        _validators = validators;
        _protocol = protocol;
        _decoder = new WireDecoder(validators.Genesis.Committee, validators.Genesis.Limits);
        foreach (var index in started)
            Start(index);
        Run(PeersActor.HelloInterval);
    }

    /// <summary>How many bytes of blocks a replica hands out at once.</summary>
    public int MaxResponseBytes { get; init; } = 4096;

    public IReadOnlyCollection<One> All => _replicas.Values;

    /// <summary>Those that are neither dead nor cut off.</summary>
    public IEnumerable<One> Live => All.Where(replica => !_cut.Contains(replica.Index));

    /// <summary>Frames that were delivered, as the manifest and the peer that they went to.</summary>
    public List<(string Manifest, int To)> Delivered { get; } = [];

    /// <summary>Which frames arrive, by sender and receiver. All, at first.</summary>
    public Func<int, int, OutboundFrame, bool> Delivers { get; set; } = (_, _, _) => true;

    /// <summary>What arrives instead of a message, by sender and receiver; null, and for null: the message itself.</summary>
    public Func<int, int, PeerMessage, OutboundFrame?>? Forges { get; set; }

    private TestScheduler Clock => (TestScheduler)_kit.Sys.Scheduler;

    public One this[int index] => _replicas[index];

    /// <summary>Starts a replica, with an empty store in memory unless it is given another.</summary>
    public void Start(int index, IReplicaStore? store = null)
    {
        var replica = new One(index, store ?? new MemoryStore(_validators.Genesis.ChainId));
        _replicas.Add(index, replica);
        var genesis = _validators.Genesis;
        var identities = new IdentityKeys(genesis);
        var others = genesis.Committee.Members.Where(other => other.Index != index).Select(other => new PeerAddress(other, "localhost", 1000 + other.Index));
        var gateway = Record(message => replica.OnGateway(message));
        var peers = Actor<PeersActor>(PeersActor.Props(new PeersActor.Setup(
            genesis.Committee,
            _validators.Signers[index],
            (peer, message, signature) => identities.Verify(peer, message.Span, signature),
            [.. others],
            address => Record(frame => Deliver(index, address.Replica.Index, (OutboundFrame)frame)),
            replica.Store,
            new LinkCounters())));
        var verifier = new MessageVerifier(genesis);
        var snapshots = Actor<SnapshotActor>(SnapshotActor.Props(new SnapshotActor.Setup(
            genesis.Committee, _validators.Signers[index], verifier, replica.Store, genesis.Limits, peers)));
        var executor = Actor<ExecutorActor>(ExecutorActor.Props(new ExecutorActor.Setup(
            new ReplicatedState(new KeyValueStore(), genesis.Limits), genesis.ChainId, replica.Store, gateway, snapshots)));
        var pacemaker = Actor<PacemakerActor>(PacemakerActor.Props());
        var sync = Actor<SyncActor>(SyncActor.Props(new SyncActor.Setup(
            new ReplicaId(index), genesis.ChainId, replica.Store, verifier, genesis.Limits, new SyncSettings(MaxResponseBytes, TimeSpan.FromMilliseconds(500), 10_000), peers, replica.Counters)));
        replica.Entry = Actor<CryptoActor>(CryptoActor.Props(new CryptoActor.Setup(
            new WireDecoder(genesis.Committee, genesis.Limits), verifier, peers, sync, snapshots, replica.Counters)));
        replica.Replica = _validators.CreateReplica(index, protocol: _protocol);
        replica.Consensus = Actor<ConsensusActor>(ConsensusActor.Props(new ConsensusActor.Setup(
            replica.Replica, replica.Store, peers, replica.Entry, verifier, pacemaker, executor, sync, gateway, replica.Counters)));
    }

    /// <summary>From now on nothing reaches the replica and nothing of it reaches others.</summary>
    public void CutOff(int index) => _cut.Add(index);

    public void Reconnect(int index) => _cut.Remove(index);

    /// <summary>A client sends commands to a replica.</summary>
    public void Submit(int replica, CommandSegment segment) =>
        _replicas[replica].Consensus.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([segment], PassedOn: false)));

    /// <summary>Lets time pass, a little at a time, because a timer that a tick starts counts from the end of the step.</summary>
    public void Run(TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(10);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
            Clock.Advance(step);
    }

    /// <summary>Lets time pass until something holds, at most a minute.</summary>
    public void RunUntil(Func<bool> condition)
    {
        for (var steps = 0; !condition(); steps++)
        {
            Assert.True(steps < 6000, $"it did not come to pass: {string.Join("; ", All.Select(replica => replica.Replica.Status))}");
            Run(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>The digest of a replica's state, and the height it is after.</summary>
    public (Height Executed, Digest? Digest) StateOf(int index)
    {
        _replicas[index].Consensus.Tell(new StatusInquiry(this, 0, WithDigest: true), _kit.TestActor);
        var status = _kit.ExpectMsg<StatusInquiry>();
        return (status.Executed, status.Digest);
    }

    private void Deliver(int from, int to, OutboundFrame frame)
    {
        if (_cut.Contains(from) || _cut.Contains(to) || !_replicas.TryGetValue(to, out var replica) || replica.Entry is null || !Delivers(from, to, frame))
            return;
        Delivered.Add((frame.Manifest, to));
        var forged = Forges is not null && _decoder.TryDecode(frame.Received(), out var message, out _) ? Forges(from, to, message) : null;
        replica.Entry.Tell((forged ?? frame).Received());
    }

    private IActorRef Record(Action<object> record) => Actor<ActorTests.RecordingActor>(Props.Create(() => new ActorTests.RecordingActor(record)));

    private IActorRef Actor<T>(Props props)
        where T : ActorBase => _kit.ActorOfAsTestActorRef<T>(props);

    /// <summary>One replica.</summary>
    public sealed class One(int index, IReplicaStore store)
    {
        public int Index => index;

        public IReplicaStore Store => store;

        public NodeCounters Counters { get; } = new();

        public Replica Replica { get; set; } = null!;

        public IActorRef Entry { get; set; } = null!;

        public IActorRef Consensus { get; set; } = null!;

        /// <summary>The results that it told its gateway, in order.</summary>
        public List<SegmentResults> Executed { get; } = [];

        public IReadOnlyList<long> Sums => Counting.Sums(Executed);

        public View View => Replica.Status.View;

        public IReadOnlyList<BlockId> Chain =>
            [.. Enumerable.Range(1, (int)store.CommittedHeight.Number).Select(height => store.FindCommitted(new Height(height))!.Id)];

        public void OnGateway(object message)
        {
            if (message is ExecutorActor.Executed executed)
                Executed.AddRange(executed.Results);
        }
    }
}
