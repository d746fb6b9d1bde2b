using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// A cluster with its clients in a bad time that becomes a good one at GST, all of it decided by a plan: safety is checked at every step, liveness after GST.
/// </summary>
public sealed class World
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly WorldFaults _faults;
    private readonly Dice _dice;
    private readonly TimeSpan[] _lastSent;
    private View _lastTimeout;

    private World(WorldPlan plan, bool traced, Action<SimulatedCluster>? watch)
    {
        Plan = plan;
        Cluster = new SimulatedCluster(
            plan.Spec.Replicas,
            WorldPlan.Options,
            protocol: plan.Spec.Protocol,
            leaders: committee => LeaderElections.Create(plan.Leaders, committee) ?? throw new ArgumentException($"no such leaders: {plan.Leaders}", nameof(plan)),
            rules: plan.Spec.Rules?.Invoke());
        _dice = new Dice(plan.Seed ^ 0x776F726C64);
        _lastSent = new TimeSpan[plan.Spec.Replicas * plan.Spec.Replicas];
        Network = new WorldNetwork(Cluster, plan, Counters);
        Tracer = traced ? new Tracer(Cluster) : null;
        watch?.Invoke(Cluster);
        Invariants = new Invariants(Cluster);
        Liveness = new Liveness(Cluster);
        History = new History(Invariants.IsCommitted);
        Cluster.Doing += CountViewChanges;
        Cluster.Executed += Reply;
        Cluster.Arrived += CountOvertaking;
        Clients = [.. plan.Clients.Select(client => new WorldClient(this, client, _dice.Fork()))];
        _faults = new WorldFaults(this, _dice.Fork());
    }

    /// <summary>What is run.</summary>
    public WorldPlan Plan { get; }

    /// <summary>The replicas.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>What must hold.</summary>
    public Invariants Invariants { get; }

    /// <summary>What happened so far.</summary>
    public WorldCounters Counters { get; } = new();

    /// <summary>What must happen after GST.</summary>
    public Liveness Liveness { get; }

    /// <summary>What clients were told.</summary>
    public History History { get; }

    internal WorldNetwork Network { get; }

    internal Tracer? Tracer { get; }

    internal IReadOnlyList<WorldClient> Clients { get; }

    /// <summary>Runs a plan.</summary>
    public static WorldResult Run(WorldPlan plan) => Run(plan, traced: false, null, out _);

    /// <summary>Runs a plan and answers what happened, event by event.</summary>
    public static WorldResult Run(WorldPlan plan, out IReadOnlyList<TraceEvent> trace) => Run(plan, null, out trace);

    /// <summary>Runs a plan and answers what happened, event by event.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="watch">Is shown the cluster before it starts; null when nobody wants to.</param>
    /// <param name="trace">What happened.</param>
    public static WorldResult Run(WorldPlan plan, Action<SimulatedCluster>? watch, out IReadOnlyList<TraceEvent> trace)
    {
        var result = Run(plan, traced: true, watch, out var tracer);
        trace = tracer!.Events;
        return result;
    }

    /// <summary>A replica answers a client: a Byzantine one not always what is true.</summary>
    internal void Answer(SimulatedReplica replica, SegmentResults results)
    {
        WorldClient? client = null;
        foreach (var candidate in Clients)
        {
            if (candidate.Id == results.Client)
                client = candidate;
        }

        if (client is null || Network.Loses())
            return;
        ReadOnlyMemory<byte> result = default;
        foreach (var one in results)
            result = one.Result;
        if (replica.Behaviour is not null && _dice.Chance(500))
            result = new byte[] { (byte)KeyValueStatus.Value, (byte)'7' };
        var node = replica.Node;
        Cluster.Schedule(Network.Latency(), () => client.Hear(node, results.FirstSequence, result));
    }

    private static WorldResult Run(WorldPlan plan, bool traced, Action<SimulatedCluster>? watch, out Tracer? tracer)
    {
        var world = new World(plan, traced, watch);
        tracer = world.Tracer;
        Violation? violation = null;
        try
        {
            world.Run();
        }
        catch (InvariantBrokenException broken)
        {
            violation = world.Violated(broken.Invariant, broken.Message);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Whatever a replica throws would stop a node.
            violation = world.Violated("NeverThrows", unexpected.ToString());
        }

        world.Count();
        return new WorldResult(plan, world.Counters, violation);
    }

    private Violation Violated(string invariant, string message)
    {
        Tracer?.Note(message);
        return new Violation(invariant, Invariants.Steps, Cluster.Now, message);
    }

    private void Run()
    {
        _faults.Prepare();
        Cluster.Start();
        foreach (var client in Clients)
            client.Start();
        Cluster.Run(Plan.Gst);
        _faults.End();
        Tracer?.Note("GST: from here on everything arrives in time");
        Liveness.BecomesSynchronous();
        if (!Cluster.RunUntil(IsDone, GiveUpAfter))
        {
            throw new InvariantBrokenException(
                "EventualCommit", $"{GiveUpAfter.TotalSeconds} s after GST clients wait for {Clients.Count(client => !client.IsDone)} answers; {Liveness.Unexecuted()}");
        }

        Cluster.Run(Rest);
        Liveness.RequireRest();
        Invariants.CheckExecuted();
    }

    private bool IsDone()
    {
        if (!Liveness.HasChanged)
            return false;
        Liveness.HasChanged = false;
        foreach (var client in Clients)
        {
            if (!client.IsDone)
                return false;
        }

        return Liveness.IsSynchronized && Liveness.HaveExecutedAll();
    }

    private void CountViewChanges(SimulatedReplica replica, Effect effect)
    {
        if (effect is Effect.EnteredView { Reason: EntryReason.TimeoutCertificate } entered && replica.Behaviour is null && entered.View > _lastTimeout)
        {
            _lastTimeout = entered.View;
            Counters.ViewChanges++;
        }
    }

    private void Reply(SimulatedReplica replica, Block block, IReadOnlyList<SegmentResults> results)
    {
        foreach (var result in results)
            Answer(replica, result);
    }

    private void CountOvertaking(Envelope envelope, TimeSpan sent)
    {
        ref var last = ref _lastSent[(envelope.FromNode * Plan.Spec.Replicas) + envelope.ToNode];
        if (sent < last)
            Counters.Overtaken++;
        else
            last = sent;
    }

    private void Count()
    {
        Counters.Steps = Invariants.Steps;
        Counters.Commits = Invariants.Commits;
        Counters.Commands = Invariants.Commands;
        Counters.Views = Liveness.HighestView;
        Counters.Acknowledged = History.Answers;
        Counters.LongestSync = Liveness.SynchronizedAfter;
        Counters.MostViewsToExecute = Liveness.MostViewsToExecute;
        foreach (var replica in Cluster.Replicas)
            Counters.ByzantineActs += replica.Behaviour?.Acts ?? 0;
    }
}
