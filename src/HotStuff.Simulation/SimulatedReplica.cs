using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>A replica of a <see cref="SimulatedCluster"/>: interprets effects as a node does, against a simulated network, disk and clock.</summary>
public sealed class SimulatedReplica
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly List<Block> _committed = [];
    private readonly Dictionary<Refusal, int> _refusals = [];
    private readonly Dictionary<TimerKind, long> _timers = [];
    private readonly List<SegmentResults> _replies = [];
    private SafetyRecord? _record;
    private MessageVerifier _verifier = null!;
    private Replica? _replica;
    private ByzantineContext _context = null!;
    private long _timer;

    internal SimulatedReplica(SimulatedCluster cluster, ReplicaId id, int node)
    {
        _cluster = cluster;
        Id = id;
        Node = node;
    }

    /// <summary>Which one it is.</summary>
    public ReplicaId Id { get; }

    /// <summary>Its index in <see cref="SimulatedCluster.Replicas"/>; differs from its id's for the second of twins.</summary>
    public int Node { get; }

    /// <summary>What it does instead of what the protocol says; null for an honest replica.</summary>
    public IBehaviour? Behaviour { get; set; }

    /// <summary>Whether it runs.</summary>
    public bool IsUp => _replica is not null;

    /// <summary>What the protocol shows of itself; only while it runs.</summary>
    public ProtocolStatus Status => Replica.Status;

    /// <summary>The protocol's state machine; only while it runs.</summary>
    public Replica Replica => _replica ?? throw new InvalidOperationException($"{Id} is down");

    /// <summary>What it replicates.</summary>
    public ReplicatedState State { get; private set; } = null!;

    /// <summary>All blocks that it committed, in order, over all its lives.</summary>
    public IReadOnlyList<Block> Committed => _committed;

    /// <summary>The results of all commands that it executed in this life.</summary>
    public IReadOnlyList<SegmentResults> Replies => _replies;

    /// <summary>How often it refused something, by reason, in all its lives.</summary>
    public IReadOnlyDictionary<Refusal, int> Refusals => _refusals;

    /// <summary>Starts it, or starts it again with what its disk holds.</summary>
    public void Start()
    {
        var committee = _cluster.Keys.Committee;
        var fresh = RecoveredState.Fresh(committee.Chain);
        var last = _committed.Count > 0 ? _committed[^1] : fresh.LastCommitted;
        var recovered = new RecoveredState(
            _record ?? fresh.Record, last, [.. _blocks.Values.Where(block => block.Height > last.Height).OrderBy(block => block.Height)]);
        _verifier = _cluster.Keys.CreateVerifier();
        _replica = new Replica(
            committee, _cluster.Rules, _cluster.Leaders, _cluster.Keys.Signers[Id.Index], _cluster.Options, recovered);
        _context = new ByzantineContext(committee, _cluster.Rules, _cluster.Leaders, _cluster.Keys.Signers[Id.Index], _replica, _cluster.Options);
        State = new ReplicatedState(new KeyValueStore(), _cluster.Options.Limits);
        _replies.Clear();
        foreach (var block in _committed)
            State.Execute(block);
        Advance(new ReplicaEvent.Started());
        foreach (var peer in _cluster.Replicas.Where(peer => peer.Id != Id && peer.IsUp))
        {
            Advance(new ReplicaEvent.PeerProven(peer.Id));
            peer.Advance(new ReplicaEvent.PeerProven(Id));
        }
    }

    /// <summary>Stops it at once; what it persisted stays.</summary>
    public void Crash()
    {
        _replica = null;
        _timers.Clear();
    }

    /// <summary>Lets something happen to it, and does what it wants done.</summary>
    public void Advance(ReplicaEvent happened)
    {
        if (_replica is null)
            return;
        var effects = _replica.Advance(happened);
        _cluster.Observe(this, happened, effects);
        foreach (var effect in Behaviour?.Instead(_context, happened, effects) ?? effects)
            Interpret(effect);
    }

    internal void Receive(object message)
    {
        if (_replica is null)
            return;
        switch (message)
        {
            case Proposal proposal:
                Take(_verifier.Verify(new Unverified<Proposal>(proposal)), verified => new ReplicaEvent.ProposalReceived(verified));
                break;
            case Vote vote:
                Take(_verifier.Verify(new Unverified<Vote>(vote)), verified => new ReplicaEvent.VoteReceived(verified));
                break;
            case Complaint complaint:
                Take(_verifier.Verify(new Unverified<Complaint>(complaint)), verified => new ReplicaEvent.ComplaintReceived(verified));
                break;
            case NextView next:
                Take(_verifier.Verify(new Unverified<NextView>(next)), verified => new ReplicaEvent.NextViewReceived(verified));
                break;
            case Effect.PassOn passed:
                Advance(new ReplicaEvent.CommandsArrived(passed.Segments, PassedOn: true));
                break;
            default:
                throw new ArgumentException($"not a message: {message}", nameof(message));
        }
    }

    private void Take<T>(Verification<T> verification, Func<Verified<T>, ReplicaEvent> toEvent)
        where T : class
    {
        if (verification.Value is { } verified)
            Advance(toEvent(verified));
        else
            Count(verification.Reason ?? Refusal.Malformed);
    }

    private void Interpret(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _record = persist.Record;
                if (persist.Block is { } block)
                    _blocks[block.Id] = block;
                break;
            case Effect.Keep keep:
                _blocks[keep.Block.Id] = keep.Block;
                break;
            case Effect.Send send:
                _cluster.Send(Node, send.To, send.Message);
                break;
            case Effect.Broadcast broadcast:
                // To its own id, too: a twin gets what its twin sends.
                foreach (var peer in _cluster.Keys.Committee.Members)
                    _cluster.Send(Node, peer, broadcast.Message);
                break;
            case Effect.PassOn passOn:
                _cluster.Send(Node, passOn.To, passOn);
                break;
            case Effect.CombineVotes combine:
                var votes = _verifier.Combine(combine.Statement, combine.Shares);
                Soon(votes.Certificate is { } qc
                    ? new ReplicaEvent.CertificateFormed(qc)
                    : new ReplicaEvent.VotesRefused(combine.Statement, [.. votes.BadSigners]));
                break;
            case Effect.CombineComplaints combine:
                var complaints = _verifier.Combine(combine.Statement, combine.Shares);
                Soon(complaints.Certificate is { } tc
                    ? new ReplicaEvent.TimeoutCertificateFormed(tc)
                    : new ReplicaEvent.ComplaintsRefused(combine.Statement, [.. complaints.BadSigners]));
                break;
            case Effect.Commit commit:
                foreach (var committed in commit.Blocks)
                {
                    _committed.Add(committed);
                    _blocks[committed.Id] = committed;
                    _replies.AddRange(State.Execute(committed));
                }

                break;
            case Effect.StartTimer start:
                StartTimer(start);
                break;
            case Effect.StopTimer stop:
                _timers.Remove(stop.Kind);
                break;
            case Effect.FetchBlocks fetch:
                Fetch(fetch);
                break;
            case Effect.Refused refused:
                Count(refused.Reason);
                break;
            case Later later:
                Schedule(later.After, () => Interpret(later.Effect));
                break;
            case Effect.EnteredView or Effect.RefuseCommands:
                break;
            default:
                throw new ArgumentException($"not an effect: {effect}", nameof(effect));
        }
    }

    private void StartTimer(Effect.StartTimer start)
    {
        var number = ++_timer;
        _timers[start.Timer.Kind] = number;
        _cluster.Schedule(start.After, () =>
        {
            if (_timers.GetValueOrDefault(start.Timer.Kind) != number)
                return;
            _timers.Remove(start.Timer.Kind);
            Advance(new ReplicaEvent.TimerFired(start.Timer));
        });
    }

    /// <summary>Gets each block from its own disk or the first reachable peer that has it, and not another one; the answer comes after a round trip.</summary>
    private void Fetch(Effect.FetchBlocks fetch)
    {
        var peers = _cluster.Replicas
            .Where(peer => peer.IsUp && (peer == this || (_cluster.Deliver(new Envelope(Id, peer.Id, fetch, Node, peer.Node)) && _cluster.Deliver(new Envelope(peer.Id, Id, fetch, peer.Node, Node)))))
            .ToList();
        _cluster.Schedule(TimeSpan.FromMilliseconds(2), () =>
        {
            var found = new List<Block>();
            var next = FindAt(peers, fetch.Head);
            while (next is not null && next.Height > fetch.Above)
            {
                found.Add(next);
                next = FindAt(peers, next.Parent);
            }

            if (MessageVerifier.VerifyChain(fetch.Head, found) is not { } verified)
                return;
            foreach (var block in found)
                _blocks[block.Id] = block;
            Advance(new ReplicaEvent.BlocksFetched(verified));
        });
    }

    private static Block? FindAt(IEnumerable<SimulatedReplica> peers, BlockId id) =>
        peers.Select(peer => peer.Answer(id)).FirstOrDefault(block => block?.Id == id);

    private Block? Answer(BlockId id) => Behaviour is null ? Find(id) : Behaviour.Answer(id, Find(id));

    private Block? Find(BlockId id) => _blocks.GetValueOrDefault(id);

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
