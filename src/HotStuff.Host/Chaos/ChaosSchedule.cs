using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Host.Local;
using HotStuff.Simulation;

namespace HotStuff.Host.Chaos;

/// <summary>What is done in which round: a function of the seed, the round, the cluster's size and the kinds of faults, and of nothing else.</summary>
/// <param name="seed">Decides.</param>
/// <param name="committee">The cluster.</param>
/// <param name="kinds">Some of <see cref="Kinds"/>.</param>
internal sealed class ChaosSchedule(ulong seed, Committee committee, IReadOnlyCollection<string> kinds)
{
    private static readonly TimeSpan LongestDown = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShortestFreeze = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromMilliseconds(1500);

    // A replica that was started passes so many of its writes within a second or two.
    private const int LastWrite = 30;

    // Blocks are only put when they were fetched, all that are missing at once.
    private const int LastPut = 1;

    // How often each kind comes, in relation to the others.
    private static readonly ImmutableArray<(string Kind, int Weight)> Weights =
        [("kill", 45), ("freeze", 15), ("die", 18), ("damage", 13), ("blackout", 7), ("fill", 2), ("isolate", 20), ("split", 15), ("weather", 25)];

    // Long enough for timeouts, short enough that connections are not given up.
    private static readonly TimeSpan ShortestCut = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestCut = TimeSpan.FromMilliseconds(2000);
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>All kinds of faults.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Weights.Select(entry => entry.Kind)];

    /// <summary>Those that need a network of their own.</summary>
    public static IReadOnlyList<string> NetworkKinds { get; } = ["isolate", "split", "weather"];

    /// <summary>The action of a round, 1 and up. Never more than f victims, but all in a blackout and half of them in a split, which lose nothing.</summary>
    public ChaosAction Round(int round)
    {
        var dice = new Dice(new Dice(seed).Next() ^ (ulong)round);
        return Kind(dice) switch
        {
            "kill" => new KillAction(Victims(dice), dice.Between(TimeSpan.Zero, LongestDown)),
            "freeze" => new FreezeAction(Victims(dice), dice.Between(ShortestFreeze, LongestFreeze)),
            "die" => new DieAction(Victim(dice), Death(dice)),
            "damage" => new DamageAction(Victim(dice), dice.Pick(Enum.GetValues<DiskDamage>()), dice.Next()),
            "blackout" => new BlackoutAction([.. committee.Members], dice.Between(TimeSpan.Zero, LongestDown)),
            "fill" => new FillAction(Victim(dice)),
            "isolate" => new IsolateAction(Victim(dice), dice.Between(ShortestCut, LongestCut)),
            "split" => new SplitAction(Some(dice, committee.Size / 2), dice.Between(ShortestCut, LongestCut)),
            _ => new WeatherAction(dice.Between(ShortestDelay, LongestDelay), dice.Between(1, 10), dice.Between(ShortestCut, LongestCut)),
        };
    }

    private string Kind(Dice dice)
    {
        var chosen = Weights.Where(entry => kinds.Contains(entry.Kind)).ToArray();
        var at = dice.Below(chosen.Sum(entry => entry.Weight));
        return chosen.First(entry => (at -= entry.Weight) < 0).Kind;
    }

    private static DeathPoint Death(Dice dice)
    {
        var point = dice.Pick(Enum.GetValues<PersistencePoint>());
        return new DeathPoint(point, dice.Between(1, point == PersistencePoint.BeforePut ? LastPut : LastWrite));
    }

    private ReplicaId Victim(Dice dice) => new(dice.Below(committee.Size));

    private ImmutableArray<ReplicaId> Victims(Dice dice) => Some(dice, dice.Between(1, committee.MaxFaulty));

    private ImmutableArray<ReplicaId> Some(Dice dice, int howMany) => [.. dice.Some(howMany, committee.Size).Select(index => new ReplicaId(index)).Order()];
}
