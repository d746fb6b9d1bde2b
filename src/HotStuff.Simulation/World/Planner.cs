using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Draws the plan of a world from its seed.</summary>
public static class Planner
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly MessageKind[] MessageKinds = Enum.GetValues<MessageKind>();

    /// <summary>The plan of this seed. Faults that are not asked for do not change those that are.</summary>
    public static WorldPlan Draw(ulong seed, WorldSpec spec)
    {
        var dice = new Dice(seed);
        var leaders = dice.Chance(500) ? "round-robin" : "reputation";
        var delay = dice.Between(Millisecond / 5, Millisecond);
        var gst = dice.Between(Millisecond * 100, Millisecond * 400);
        var clients = ImmutableArray.CreateBuilder<ClientPlan>();
        var howMany = dice.Between(1, 3);
        for (var client = 1; client <= howMany; client++)
            clients.Add(DrawClient(client, dice.Fork(), gst));

        var faults = ImmutableArray.CreateBuilder<Fault>();
        // Each kind has dice of its own, whether it is asked for or not.
        foreach (var kind in FaultKinds.Names)
        {
            var own = dice.Fork();
            if (spec.Faults.Contains(kind))
                Draw(kind, own, spec, gst, faults);
        }

        KeepAnHonestQuorum(faults, spec.Replicas);
        return new WorldPlan(seed, spec, spec.Leaders ?? leaders, delay, gst, clients.ToImmutable(), faults.ToImmutable());
    }

    private static ClientPlan DrawClient(int client, Dice dice, TimeSpan gst)
    {
        var commands = ImmutableArray.CreateBuilder<TimeSpan>();
        var count = dice.Between(2, 6);
        for (var i = 0; i < count; i++)
            commands.Add(dice.Between(TimeSpan.Zero, gst * 2 / (3 * count)));
        return new ClientPlan(client, commands.ToImmutable());
    }

    private static void Draw(string kind, Dice dice, WorldSpec spec, TimeSpan gst, ImmutableArray<Fault>.Builder faults)
    {
        switch (kind)
        {
            case FaultKinds.Loss:
                Repeat(0, 2, window => faults.Add(new Fault.Loss(window.From, window.Until, dice.Next(), dice.Between(20, 400))));
                break;
            case FaultKinds.Duplication:
                Repeat(0, 1, window => faults.Add(new Fault.Duplication(window.From, window.Until, dice.Next(), dice.Between(20, 300))));
                break;
            case FaultKinds.Reordering:
                Repeat(0, 2, window => faults.Add(new Fault.Reordering(window.From, window.Until, dice.Next(), dice.Between(Millisecond * 2, Millisecond * 50), dice.Chance(500))));
                break;
            case FaultKinds.Partition:
                Repeat(0, 5, window => faults.Add(new Fault.Partition(window.From, window.Until, dice.Next(), spec.Replicas, Side(), dice.Chance(300), dice.Chance(500))));
                break;
            case FaultKinds.Filter:
                Repeat(0, 5, window => faults.Add(new Fault.Filter(window.From, window.Until, dice.Next(), dice.Pick(MessageKinds), SomeReplica(), SomeReplica())));
                break;
            case FaultKinds.Crash:
                Repeat(0, 6, window =>
                {
                    var loses = LosesWrites();
                    var effects = dice.Chance(300) ? 0 : dice.Between(1, loses ? 5 : 40);
                    faults.Add(new Fault.Crash(window.From, window.Until, dice.Next(), dice.Below(spec.Replicas), effects, loses, dice.Chance(100)));
                });
                break;
            case FaultKinds.Blackout when dice.Chance(350):
                var at = Start();
                faults.Add(new Fault.Blackout(at, at, dice.Next(), dice.Between(Millisecond, Millisecond * 50), LosesWrites()));
                break;
            case FaultKinds.Clock:
                for (var replica = 0; replica < spec.Replicas; replica++)
                {
                    if (dice.Chance(500))
                        faults.Add(new Fault.Clock(dice.Next(), replica, dice.Between(700, 1400)));
                }

                break;
            case FaultKinds.Byzantine:
                var most = Committee(spec.Replicas).MaxFaulty;
                foreach (var replica in dice.Some(dice.Chance(600) ? most : dice.Between(0, most), spec.Replicas))
                    faults.Add(new Fault.Byzantine(dice.Next(), replica, dice.Pick(Behaviours.Names)));
                break;
            case FaultKinds.Restore when dice.Chance(400):
                var lived = Window();
                faults.Add(new Fault.Restore(lived.From, lived.Until, dice.Next(), dice.Below(spec.Replicas), dice.Chance(400)));
                break;
            default:
                break;
        }

        TimeSpan Start() => dice.Between(TimeSpan.Zero, gst);
        // From all of the time down to a 64th of it, so that some windows are as short as a view.
        (TimeSpan From, TimeSpan Until) Window()
        {
            var length = dice.Between(TimeSpan.Zero, gst / (1 << dice.Below(7)));
            var from = dice.Between(TimeSpan.Zero, gst - length);
            return (from, from + length);
        }

        ulong Side() => dice.Chance(500) ? 1UL << dice.Below(spec.Replicas) : dice.Next();
        int? SomeReplica() => dice.Chance(500) ? dice.Below(spec.Replicas) : null;
        bool LosesWrites() => dice.Chance(700) && spec.Faults.Contains(FaultKinds.Disk);
        void Repeat(int low, int high, Action<(TimeSpan From, TimeSpan Until)> draw)
        {
            for (var count = dice.Between(low, high); count > 0; count--)
                draw(Window());
        }
    }

    /// <summary>Of those who do not come back, those who forget, and the Byzantine there are not more than f.</summary>
    private static void KeepAnHonestQuorum(ImmutableArray<Fault>.Builder faults, int replicas)
    {
        var faulty = new HashSet<int>();
        foreach (var fault in faults)
        {
            if (fault is Fault.Byzantine byzantine)
                faulty.Add(byzantine.Replica);
        }

        for (var i = faults.Count - 1; i >= 0; i--)
        {
            if (faults[i] is not Fault.Restore restore)
                continue;
            if (faulty.Contains(restore.Replica) || faulty.Count == Committee(replicas).MaxFaulty)
                faults.RemoveAt(i);
            else
                faulty.Add(restore.Replica);
        }

        for (var i = 0; i < faults.Count; i++)
        {
            if (faults[i] is not Fault.Crash { Stays: true } crash)
                continue;
            if (faulty.Count < Committee(replicas).MaxFaulty || faulty.Contains(crash.Replica))
                faulty.Add(crash.Replica);
            else
                faults[i] = crash with { Stays = false };
        }
    }

    private static Committee Committee(int size) => new(default, Epoch.Genesis, size);
}
