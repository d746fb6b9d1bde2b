using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>A message under way in the simulated network.</summary>
/// <param name="From">Who sends it.</param>
/// <param name="To">Who is to get it.</param>
/// <param name="Message">A <see cref="ConsensusMessage"/>, an <see cref="Effect.PassOn"/>, or an <see cref="Effect.FetchBlocks"/>, whose answer goes the same way.</param>
/// <param name="FromNode">The sender's index in <see cref="SimulatedCluster.Replicas"/>.</param>
/// <param name="ToNode">The receiver's index in <see cref="SimulatedCluster.Replicas"/>.</param>
public readonly record struct Envelope(ReplicaId From, ReplicaId To, object Message, int FromNode, int ToNode);

/// <summary>
/// A whole cluster in one thread with virtual time: real <see cref="Replica"/>s, verifiers and state machines, a network that delivers what
/// <see cref="Deliver"/> lets through when <see cref="Latency"/> has passed, timers, disks that survive a crash. Everything happens in one order, which depends on nothing but the calls made.
/// </summary>
public sealed class SimulatedCluster
{
    // Far more than a cluster that works ever has.
    private const int MostUnderWay = 100_000;

    private readonly PriorityQueue<Action, Moment> _agenda = new();
    private long _order;
    private long _inquiries;

    /// <summary>A cluster of <paramref name="size"/> replicas that have not started.</summary>
    /// <param name="size">1 and more.</param>
    /// <param name="options">How the replicas run; defaults where null.</param>
    /// <param name="keys">Real keys, for real signatures; simulated ones where null.</param>
    /// <param name="latency">From any replica to any other; 1 ms where null.</param>
    /// <param name="protocol">One of <see cref="ProtocolRules.Names"/>.</param>
    /// <param name="leaders">How leaders are chosen; in turn where null.</param>
    /// <param name="twins">Replicas of which there are two, with the same keys, neither knowing of the other.</param>
    /// <param name="rules">Rules of the caller's own instead of those of <paramref name="protocol"/>.</param>
    public SimulatedCluster(
        int size,
        ReplicaOptions? options = null,
        SimulatedKeys? keys = null,
        TimeSpan? latency = null,
        string protocol = "chained",
        Func<Committee, ILeaderElection>? leaders = null,
        IReadOnlyList<ReplicaId>? twins = null,
        IProtocolRules? rules = null)
    {
        Rules = rules ?? ProtocolRules.Create(protocol) ?? throw new ArgumentException($"no such protocol: {protocol}", nameof(protocol));
        Options = options ?? new ReplicaOptions();
        Keys = keys ?? SimulatedKeys.Model(size);
        Verifier = Keys.CreateVerifier();
        var fixedLatency = latency ?? TimeSpan.FromMilliseconds(1);
        Latency = _ => fixedLatency;
        Leaders = leaders?.Invoke(Keys.Committee) ?? new RoundRobin(Keys.Committee);
        Inquires = twins is not { Count: > 0 };
        Replicas = [.. Keys.Committee.Members.Concat(twins ?? []).Select((id, node) => new SimulatedReplica(this, id, node))];
    }

    /// <summary>The rules of the variant.</summary>
    public IProtocolRules Rules { get; }

    /// <summary>How leaders are chosen.</summary>
    public ILeaderElection Leaders { get; }

    /// <summary>
    /// Whether replicas ask others about their past before they sign anything, as nodes do. Where there are twins they do not: each of a pair would learn of the other.
    /// </summary>
    public bool Inquires { get; set; }

    /// <summary>The replicas, by index; then the second of each pair of twins.</summary>
    public IReadOnlyList<SimulatedReplica> Replicas { get; }

    /// <summary>The keys of all replicas.</summary>
    public SimulatedKeys Keys { get; }

    /// <summary>How the replicas run.</summary>
    public ReplicaOptions Options { get; }

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Which messages arrive. All, at first.</summary>
    public Func<Envelope, bool> Deliver { get; set; } = _ => true;

    /// <summary>Which messages arrive a second time, after a <see cref="Latency"/> of their own. None, at first.</summary>
    public Func<Envelope, bool> Duplicate { get; set; } = _ => false;

    /// <summary>How long a message takes; 0 and more. Messages of different latencies overtake each other.</summary>
    public Func<Envelope, TimeSpan> Latency { get; set; }

    /// <summary>Whether two replicas, by their index in <see cref="Replicas"/>, prove themselves to each other when one of them starts. All, at first.</summary>
    public Func<int, int, bool> Connects { get; set; } = (_, _) => true;

    /// <summary>Sees every message when it is sent.</summary>
    public Action<Envelope> Watch { get; set; } = _ => { };

    /// <summary>Sees every message that arrives at a replica that runs, and when it was sent.</summary>
    public Action<Envelope, TimeSpan>? Arrived { get; set; }

    /// <summary>Sees what happened to a replica and which effects that has, before they are done.</summary>
    public Action<SimulatedReplica, ReplicaEvent, ImmutableArray<Effect>> Observe { get; set; } = (_, _, _) => { };

    /// <summary>Sees each effect before it is done; also those that a Byzantine replica has of its own.</summary>
    public Action<SimulatedReplica, Effect> Doing { get; set; } = (_, _) => { };

    /// <summary>Sees each committed block, after it was executed, with the results.</summary>
    public Action<SimulatedReplica, Block, IReadOnlyList<SegmentResults>> Executed { get; set; } = (_, _, _) => { };

    /// <summary>Sees a replica that has stopped, before anything on its disk is lost.</summary>
    public Action<SimulatedReplica> Crashed { get; set; } = _ => { };

    /// <summary>Checks what replicas receive. One for all: whether a message verifies does not depend on who asks.</summary>
    internal MessageVerifier Verifier { get; }

    /// <summary>Starts all replicas.</summary>
    public void Start()
    {
        foreach (var replica in Replicas)
            replica.Start();
    }

    /// <summary>Hands commands to a replica, as its gateway would.</summary>
    public void Submit(ReplicaId gateway, CommandSegment segment) =>
        Replicas[gateway.Index].Advance(new ReplicaEvent.CommandsArrived([segment], PassedOn: false));

    /// <summary>Lets everything happen that happens within <paramref name="duration"/>.</summary>
    public void Run(TimeSpan duration) => RunUntil(() => false, duration);

    /// <summary>Lets things happen until <paramref name="done"/> holds. False when it does not within <paramref name="limit"/>, or nothing is left to happen.</summary>
    public bool RunUntil(Func<bool> done, TimeSpan limit)
    {
        var end = Now + limit;
        while (!done())
        {
            if (!_agenda.TryPeek(out _, out var next) || next.At > end.Ticks)
            {
                Now = end;
                return done();
            }

            var action = _agenda.Dequeue();
            Now = new TimeSpan(next.At);
            action();
        }

        return true;
    }

    /// <summary>Puts a message on the network: what replicas say, and what somebody says in their name.</summary>
    /// <param name="from">Who sends it.</param>
    /// <param name="to">Who gets it, if <see cref="Deliver"/> lets it through.</param>
    /// <param name="message">A <see cref="ConsensusMessage"/> or an <see cref="Effect.PassOn"/>.</param>
    public void Send(ReplicaId from, ReplicaId to, object message) => Send(from.Index, to, new Posted(message));

    /// <summary>Lets something happen later.</summary>
    /// <param name="after">How much later; 0 and more.</param>
    /// <param name="action">What happens then.</param>
    public void Schedule(TimeSpan after, Action action) => _agenda.Enqueue(action, new Moment(Now.Ticks + after.Ticks, _order++));

    /// <summary>A number for a start, of which the next but one is the next start's.</summary>
    internal UInt128? NextInquiry() => Inquires ? (UInt128)(_inquiries += 2) : null;

    internal void Send(int from, ReplicaId to, Posted posted)
    {
        for (var node = 0; node < Replicas.Count; node++)
        {
            var receiver = Replicas[node];
            if (receiver.Id != to || node == from)
                continue;
            var envelope = new Envelope(Replicas[from].Id, to, posted.Message, from, node);
            Watch(envelope);
            if (!Deliver(envelope))
                continue;
            Put(envelope, receiver, posted);
            if (Duplicate(envelope))
                Put(envelope, receiver, posted);
        }
    }

    private void Put(Envelope envelope, SimulatedReplica receiver, Posted posted)
    {
        if (_agenda.Count > MostUnderWay)
            throw new InvariantBrokenException("BoundedState", $"{MostUnderWay} messages are under way: replicas answer each other without end, at last {envelope.Message}");
        var sent = Now;
        Schedule(Latency(envelope), () =>
        {
            if (!receiver.IsUp)
                return;
            Arrived?.Invoke(envelope, sent);
            receiver.Receive(posted);
        });
    }

    /// <summary>When something happens: at one time in the order in which it was scheduled.</summary>
    private readonly record struct Moment(long At, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
