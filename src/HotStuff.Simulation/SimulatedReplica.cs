using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>A replica of a <see cref="SimulatedCluster"/>: interprets effects as a node does, against a simulated network, disk and clock.</summary>
public sealed partial class SimulatedReplica
{
    /// <summary>The speed of a clock that is right, see <see cref="Clock"/>.</summary>
    public const int RightClock = 1000;

    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<Refusal, int> _refusals = [];
    private readonly long[] _timers = new long[Enum.GetValues<TimerKind>().Length];
    private readonly List<SegmentResults> _replies = [];
    private Replica? _replica;
    private ByzantineContext _context = null!;
    private long _timer;
    private int _fetches;
    private int? _effectsToCrash;
    private bool _crashesUnflushed;

    internal SimulatedReplica(SimulatedCluster cluster, ReplicaId id, int node)
    {
        _cluster = cluster;
        Id = id;
        Node = node;
        Disk = new SimulatedDisk(cluster.Keys.Committee.Chain);
    }

    /// <summary>Which one it is.</summary>
    public ReplicaId Id { get; }

    /// <summary>Its index in <see cref="SimulatedCluster.Replicas"/>; differs from its id's for the second of twins.</summary>
    public int Node { get; }

    /// <summary>What it does instead of what the protocol says; null for an honest replica.</summary>
    public IBehaviour? Behaviour { get; set; }

    /// <summary>How many milliseconds its clock counts in a second, 1 or more: its timers run out early when it is fast.</summary>
    public int Clock { get; set; } = RightClock;

    /// <summary>What it has written.</summary>
    public SimulatedDisk Disk { get; private set; }

    /// <summary>Whether it runs.</summary>
    public bool IsUp => _replica is not null;

    /// <summary>What the protocol shows of itself; only while it runs.</summary>
    public ProtocolStatus Status => Replica.Status;

    /// <summary>The protocol's state machine; only while it runs.</summary>
    public Replica Replica => _replica ?? throw new InvalidOperationException($"{Id} is down");

    /// <summary>The view that it last entered in this life.</summary>
    public View View { get; private set; }

    /// <summary>What it replicates.</summary>
    public ReplicatedState State { get; private set; } = null!;

    /// <summary>All blocks that its disk holds as committed, in order.</summary>
    public IReadOnlyList<Block> Committed => Disk.Committed;

    /// <summary>The results of all commands that it executed in this life.</summary>
    public IReadOnlyList<SegmentResults> Replies => _replies;

    /// <summary>How often it refused something, by reason, in all its lives.</summary>
    public IReadOnlyDictionary<Refusal, int> Refusals => _refusals;

    /// <summary>Starts it, or starts it again with what its disk holds.</summary>
    public void Start()
    {
        var committee = _cluster.Keys.Committee;
        var signer = _cluster.Keys.Signers[Id.Index];
        _replica = new Replica(committee, _cluster.Rules, _cluster.Leaders, signer, _cluster.Options, Disk.Recover() with { Inquiry = _cluster.NextInquiry() });
        _context = new ByzantineContext(committee, _cluster.Rules, _cluster.Leaders, signer, _replica, _cluster.Options);
        State = new ReplicatedState(new KeyValueStore(), _cluster.Options.Limits);
        _replies.Clear();
        foreach (var block in Disk.Committed)
            State.Execute(block);
        Advance(new ReplicaEvent.Started());
        foreach (var peer in _cluster.Replicas)
        {
            if (peer.Id == Id || !peer.IsUp || !_cluster.Connects(Node, peer.Node))
                continue;
            Advance(new ReplicaEvent.PeerProven(peer.Id));
            peer.Advance(new ReplicaEvent.PeerProven(Id));
        }
    }

    /// <summary>Stops it at once; what it wrote stays.</summary>
    public void Crash()
    {
        if (_replica is null)
            return;
        _replica = null;
        _effectsToCrash = null;
        Array.Clear(_timers);
        _cluster.Crashed(this);
    }

    /// <summary>Stops it before the effect that comes after <paramref name="effects"/> others, whenever that is; at once when it is 0.</summary>
    /// <param name="effects">How many effects are still done.</param>
    /// <param name="whenUnflushed">Counts only effects before which something is written and not flushed.</param>
    public void CrashAfter(int effects, bool whenUnflushed = false)
    {
        if (effects == 0)
            Crash();
        else if (IsUp)
            (_effectsToCrash, _crashesUnflushed) = (effects, whenUnflushed);
    }

    /// <summary>While it is down: puts another disk in place of its own, as somebody does who restores an old copy.</summary>
    public void Replace(SimulatedDisk disk)
    {
        if (IsUp)
            throw new InvalidOperationException($"{Id} uses its disk");
        Disk = disk;
    }

    /// <summary>Takes <see cref="CrashAfter"/> back.</summary>
    public void StayUp() => _effectsToCrash = null;

    /// <summary>Lets something happen to it, and does what it wants done.</summary>
    public void Advance(ReplicaEvent happened)
    {
        if (_replica is null)
            return;
        var effects = _replica.Advance(happened);
        _cluster.Observe(this, happened, effects);
        if (Behaviour is null)
        {
            foreach (var effect in effects)
            {
                if (!Do(effect))
                    return;
            }
        }
        else
        {
            foreach (var effect in Behaviour.Instead(_context, happened, effects))
            {
                if (!Do(effect))
                    return;
            }
        }
    }

    internal void Receive(Posted posted)
    {
        if (_replica is null)
            return;
        if (posted.Open(_cluster.Verifier, out var refusal) is { } happened)
            Advance(happened);
        else
            Count(refusal);
    }

    /// <summary>Does an effect, unless it stops before.</summary>
    private bool Do(Effect effect)
    {
        if (_effectsToCrash is { } left && (!_crashesUnflushed || Disk.Unflushed > 0))
        {
            if (left == 0)
            {
                Crash();
                return false;
            }

            _effectsToCrash = left - 1;
        }

        _cluster.Doing(this, effect);
        Interpret(effect);
        return true;
    }

    private void Soon(ReplicaEvent happened) => Schedule(TimeSpan.Zero, () => Advance(happened));

    /// <summary>Does something later, if this life lasts so long.</summary>
    private void Schedule(TimeSpan after, Action action)
    {
        var life = _replica;
        _cluster.Schedule(after, () =>
        {
            if (life == _replica)
                action();
        });
    }

    private void Count(Refusal reason) => _refusals[reason] = _refusals.GetValueOrDefault(reason) + 1;
}
