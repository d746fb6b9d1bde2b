using System.Collections.Immutable;

namespace HotStuff.Simulation;

/// <summary>
/// Makes a plan that breaks something short: leaves out what the same invariant breaks without (delta debugging, Zeller and Hildebrandt 2002, over faults, clients, commands
/// and time).
/// </summary>
public sealed class Shrinking
{
    private readonly string _invariant;
    private int _runsLeft;

    private Shrinking(WorldResult broken, int runs)
    {
        _invariant = broken.Violation?.Invariant ?? throw new ArgumentException("nothing broke", nameof(broken));
        _runsLeft = runs;
        Best = broken;
    }

    private WorldResult Best { get; set; }

    private WorldPlan Plan => Best.Plan;

    /// <summary>The shortest plan found that breaks the same invariant, with what came of it.</summary>
    /// <param name="broken">A world in which something broke.</param>
    /// <param name="runs">How many worlds are run at most.</param>
    public static WorldResult Shrink(WorldResult broken, int runs = 500)
    {
        var shrinking = new Shrinking(broken, runs);
        WorldPlan before;
        do
        {
            before = shrinking.Plan;
            shrinking.Pass();
        }
        while (shrinking.Plan != before && shrinking._runsLeft > 0);
        return shrinking.Best;
    }

    private void Pass()
    {
        Drop(plan => plan.Faults, (plan, faults) => plan with { Faults = faults });
        Drop(plan => plan.Clients, (plan, clients) => plan with { Clients = clients });
        for (var i = 0; i < Plan.Clients.Length; i++)
        {
            var client = i;
            Drop(
                plan => plan.Clients[client].Commands,
                (plan, commands) => plan with { Clients = plan.Clients.SetItem(client, plan.Clients[client] with { Commands = commands }) });
        }

        while (Plan.Gst > TimeSpan.FromMilliseconds(1) && Keeps(EndingAt(Plan.Gst / 2)))
        {
        }

        Keeps(EndingAt(Plan.Gst * 3 / 4));
        for (var i = 0; i < Plan.Faults.Length; i++)
        {
            foreach (var simpler in Simpler(Plan.Faults[i]))
                Keeps(Plan with { Faults = Plan.Faults.SetItem(i, simpler) });
        }
    }

    /// <summary>Leaves out all, halves, quarters, and so on down to single ones.</summary>
    private void Drop<T>(Func<WorldPlan, ImmutableArray<T>> parts, Func<WorldPlan, ImmutableArray<T>, WorldPlan> with)
    {
        for (var size = parts(Plan).Length; size > 0; size /= 2)
        {
            for (var start = 0; start < parts(Plan).Length;)
            {
                var all = parts(Plan);
                if (!Keeps(with(Plan, all.RemoveRange(start, Math.Min(size, all.Length - start)))))
                    start += size;
            }
        }
    }

    private WorldPlan EndingAt(TimeSpan gst) => Plan with
    {
        Gst = gst,
        Faults = [.. Plan.Faults.Where(fault => fault.From < gst || fault.Until == TimeSpan.Zero).Select(fault => fault.Until > gst ? fault with { Until = gst } : fault)],
    };

    private static IEnumerable<Fault> Simpler(Fault fault)
    {
        if (fault is Fault.Crash { LosesWrites: true } power)
            yield return power with { LosesWrites = false };
        if (fault is Fault.Blackout { LosesWrites: true } blackout)
            yield return blackout with { LosesWrites = false };
        if (fault is Fault.Crash { Effects: > 0 } between)
            yield return between with { Effects = 0 };
        if (fault is Fault.Partition { Proves: false } unnoticed)
            yield return unnoticed with { Proves = true };
        if (fault is Fault.Partition { OneWay: true } oneWay)
            yield return oneWay with { OneWay = false };
        if (fault.Until - fault.From > TimeSpan.FromMilliseconds(1))
        {
            var half = new TimeSpan((fault.Until - fault.From).Ticks / 2);
            yield return fault with { Until = fault.Until - half };
            yield return fault with { From = fault.From + half };
        }
    }

    /// <summary>Takes the plan for the best one if the same invariant breaks.</summary>
    private bool Keeps(WorldPlan plan)
    {
        if (_runsLeft-- <= 0)
            return false;
        var result = World.Run(plan);
        if (result.Violation?.Invariant != _invariant)
            return false;
        Best = result;
        return true;
    }
}
