using HotStuff.Consensus;
using HotStuff.Host.Chaos;
using HotStuff.Host.Local;

namespace HotStuff.Host.Tests.Chaos;

public sealed class ChaosScheduleTests
{
    private static readonly int[] Sizes = [4, 7, 13];

    [Fact]
    public void The_same_seed_gives_the_same_schedule_and_another_one_another()
    {
        Assert.Equal(Words(7, 4), Words(7, 4));
        Assert.NotEqual(Words(7, 4), Words(8, 4));
    }

    [Fact]
    public void A_round_does_not_depend_on_how_many_there_are()
    {
        var schedule = new ChaosSchedule(7, Committee(4), ChaosSchedule.Kinds);

        Assert.Equal(Words(7, 4)[499], schedule.Round(500).ToString());
    }

    [Fact]
    public void The_first_rounds_of_a_seed_are_always_these()
    {
        // What a failed run tells people to replay.
        Assert.Equal(
            ["freeze r1 for 1268 ms", "kill r3 for 193 ms", "kill all 4 for 30 ms", "r2 dies at before-commit:16", "kill r2 for 398 ms"],
            Enumerable.Range(1, 5).Select(new ChaosSchedule(1, Committee(4), [.. ChaosSchedule.Kinds.Except(ChaosSchedule.NetworkKinds)]).Round).Select(action => action.ToString()));
    }

    [Fact]
    public void Never_more_than_f_replicas_are_down_but_in_a_blackout_and_never_more_than_half_are_cut_off()
    {
        foreach (var (size, action) in Sizes.SelectMany(size => Actions(3, size).Select(action => (size, action))))
        {
            Assert.Equal(action.Victims.Distinct().Count(), action.Victims.Length);
            Assert.All(action.Victims, victim => Assert.InRange(victim.Index, 0, size - 1));
            var (least, most) = action switch
            {
                BlackoutAction => (size, size),
                SplitAction => (size / 2, size / 2),
                WeatherAction => (0, 0),
                _ => (1, (size - 1) / 3),
            };
            Assert.InRange(action.Victims.Length, least, most);
        }
    }

    [Fact]
    public void Every_kind_of_action_comes_and_every_replica_has_its_turn()
    {
        var actions = Actions(3, 7);

        Assert.Equal(ChaosSchedule.Kinds.Order(StringComparer.Ordinal), actions.Select(action => action.Kind).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Enum.GetValues<DiskDamage>(), actions.OfType<DamageAction>().Select(action => action.Damage).Distinct().Order());
        Assert.Equal(Enum.GetValues<PersistencePoint>(), actions.OfType<DieAction>().Select(action => action.Point.Point).Distinct().Order());
        Assert.Equal(7, actions.OfType<KillAction>().SelectMany(action => action.Victims).Distinct().Count());
    }

    [Fact]
    public void Only_what_is_asked_for_comes()
    {
        var schedule = new ChaosSchedule(5, Committee(4), ["die", "fill"]);

        Assert.Equal(["die", "fill"], Enumerable.Range(1, 200).Select(round => schedule.Round(round).Kind).Distinct().Order(StringComparer.Ordinal));
    }

    private static string[] Words(ulong seed, int size) => [.. Actions(seed, size).Select(action => action.ToString())];

    private static ChaosAction[] Actions(ulong seed, int size)
    {
        var schedule = new ChaosSchedule(seed, Committee(size), ChaosSchedule.Kinds);
        return [.. Enumerable.Range(1, 1000).Select(schedule.Round)];
    }

    private static Committee Committee(int size) => new(new ChainId(Digest.Of([1])), new Epoch(0), size);
}
