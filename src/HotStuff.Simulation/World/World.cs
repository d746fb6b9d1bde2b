using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>
/// A cluster with its clients in a bad time that becomes a good one at GST, all of it decided by a plan: safety is checked at every step, liveness after GST.
/// </summary>
public sealed class World
{
    /// <summary>How long after GST all honest replicas that run must have been within one view (ViewSync).</summary>
    public static readonly TimeSpan SyncWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly WorldFaults _faults;
    private readonly Dice _dice;
    private readonly HashSet<long> _acknowledged = [];
    private readonly TimeSpan[] _lastSent;
    private View _lastTimeout;
    private bool _somethingChanged;
    private bool _synchronized;

    private World(WorldPlan plan, bool traced)
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
        Invariants = new Invariants(Cluster);
        Cluster.Doing += Watch;
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

    internal WorldNetwork Network { get; }

    internal Tracer? Tracer { get; }

    internal IReadOnlyList<WorldClient> Clients { get; }

    /// <summary>The highest result that any client was told.</summary>
    internal long HighestAcknowledged { get; private set; }

    /// <summary>The highest view that an honest replica has entered.</summary>
    internal long HighestView { get; private set; }

    /// <summary>Within how many views after GST, or after a command was given, all honest replicas must have executed it (EventualCommit): some rounds of leaders.</summary>
    public static long ExecuteWithin(int replicas) => 20L * replicas;

    /// <summary>Runs a plan.</summary>
    public static WorldResult Run(WorldPlan plan) => Run(plan, traced: false, out _);

    /// <summary>Runs a plan and answers what happened, event by event.</summary>
    public static WorldResult Run(WorldPlan plan, out IReadOnlyList<TraceEvent> trace)
    {
        var result = Run(plan, traced: true, out var tracer);
        trace = tracer!.Events;
        return result;
    }

    /// <summary>Notes a result that a client was told; false when another command had the same.</summary>
    internal bool Acknowledge(long value)
    {
        _somethingChanged = true;
        HighestAcknowledged = Math.Max(HighestAcknowledged, value);
        return _acknowledged.Add(value);
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

    private static WorldResult Run(WorldPlan plan, bool traced, out Tracer? tracer)
    {
        var world = new World(plan, traced);
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
        foreach (var client in Clients)
            client.Since = Math.Max(client.Since, HighestView);
        Cluster.Schedule(SyncWithin, RequireSync);
        CheckSync();
        if (!Cluster.RunUntil(IsDone, GiveUpAfter))
            throw new InvariantBrokenException("EventualCommit", $"{GiveUpAfter.TotalSeconds} s after GST {Unexecuted()}");
        Cluster.Run(Rest);
        CheckAtRest();
    }

    private bool IsDone()
    {
        if (!_somethingChanged)
            return false;
        _somethingChanged = false;
        foreach (var client in Clients)
        {
            if (!client.IsDone || !HaveExecuted(client))
                return false;
        }

        return _synchronized;
    }

    private bool HaveExecuted(WorldClient client)
    {
        foreach (var replica in Cluster.Replicas)
        {
            if (replica is { IsUp: true, Behaviour: null } && replica.State.HighestExecuted(client.Id) < client.Given)
                return false;
        }

        return true;
    }

    private string Unexecuted() => string.Join(
        "; ",
        Clients.Where(client => !client.IsDone || !HaveExecuted(client)).Select(client =>
            $"client {client.Id.Value} has given {client.Given} commands, executed are "
            + string.Join(' ', Honest().Select(replica => $"{replica.Id}:{replica.State.HighestExecuted(client.Id)}"))));

    private IEnumerable<SimulatedReplica> Honest() => Cluster.Replicas.Where(replica => replica is { IsUp: true, Behaviour: null });

    private void Watch(SimulatedReplica replica, Effect effect)
    {
        if (effect is not Effect.EnteredView entered || replica.Behaviour is not null)
            return;
        HighestView = Math.Max(HighestView, entered.View.Number);
        if (entered.Reason == EntryReason.TimeoutCertificate && entered.View > _lastTimeout)
        {
            _lastTimeout = entered.View;
            Counters.ViewChanges++;
        }

        if (Cluster.Now < Plan.Gst)
            return;
        Cluster.Schedule(TimeSpan.Zero, CheckSync);
        foreach (var client in Clients)
        {
            if (HighestView > client.Since + ExecuteWithin(Plan.Spec.Replicas) && !HaveExecuted(client))
                throw new InvariantBrokenException("EventualCommit", $"{HighestView - client.Since} views after GST or later {Unexecuted()}");
        }
    }

    private void CheckSync()
    {
        if (_synchronized || ViewsApart() > 1)
            return;
        _synchronized = true;
        _somethingChanged = true;
        Counters.LongestSync = Cluster.Now - Plan.Gst;
    }

    private void RequireSync()
    {
        if (!_synchronized)
            throw new InvariantBrokenException("ViewSync", $"{SyncWithin.TotalSeconds} s after GST replicas are in {Views()}");
    }

    private long ViewsApart()
    {
        var (low, high) = (long.MaxValue, 0L);
        foreach (var replica in Cluster.Replicas)
        {
            if (replica is not { IsUp: true, Behaviour: null })
                continue;
            low = Math.Min(low, replica.View.Number);
            high = Math.Max(high, replica.View.Number);
        }

        return high - low;
    }

    private string Views() => string.Join(' ', Honest().Select(replica => $"{replica.Id}:{replica.View}"));

    private void CheckAtRest()
    {
        if (ViewsApart() > 1)
            throw new InvariantBrokenException("ViewSync", $"at rest replicas are in {Views()}");
        if (Honest().Select(replica => replica.State.Digest()).Distinct().Count() > 1)
            throw new InvariantBrokenException("SameState", "replicas that executed the same commands differ");
        Invariants.CheckExecuted();
    }

    private void Reply(SimulatedReplica replica, Block block, IReadOnlyList<SegmentResults> results)
    {
        _somethingChanged = true;
        foreach (var result in results)
            Answer(replica, result);
        if (Cluster.Now < Plan.Gst || results.Count == 0)
            return;
        foreach (var client in Clients)
        {
            if (HaveExecuted(client))
                Counters.MostViewsToExecute = Math.Max(Counters.MostViewsToExecute, HighestView - client.Since);
        }
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
        Counters.Views = HighestView;
        foreach (var replica in Cluster.Replicas)
            Counters.ByzantineActs += replica.Behaviour?.Acts ?? 0;
    }
}
