using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Host.Local;
using HotStuff.Simulation;

namespace HotStuff.Host.Chaos;

/// <summary>What is done in which round: a function of the seed, the round and the cluster's size, and of nothing else.</summary>
internal sealed class ChaosSchedule(ulong seed, Committee committee)
{
    private static readonly TimeSpan LongestDown = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan ShortestFreeze = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromMilliseconds(1500);

    // A replica that was started passes so many of its writes within a second or two.
    private const int LastWrite = 30;

    /// <summary>The action of a round, 1 and up. Never more than f victims, but all in a blackout.</summary>
    public ChaosAction Round(int round)
    {
        var dice = new Dice(new Dice(seed).Next() ^ (ulong)round);
        return dice.Below(100) switch
        {
            < 45 => new KillAction(Victims(dice), dice.Between(TimeSpan.Zero, LongestDown)),
            < 60 => new FreezeAction(Victims(dice), dice.Between(ShortestFreeze, LongestFreeze)),
            < 78 => new DieAction(Victim(dice), new DeathPoint(dice.Pick(Enum.GetValues<PersistencePoint>()), dice.Between(1, LastWrite))),
            < 91 => new DamageAction(Victim(dice), dice.Pick(Enum.GetValues<DiskDamage>()), dice.Next()),
            < 98 => new BlackoutAction([.. committee.Members], dice.Between(TimeSpan.Zero, LongestDown)),
            _ => new FillAction(Victim(dice)),
        };
    }

    private ReplicaId Victim(Dice dice) => new(dice.Below(committee.Size));

    private ImmutableArray<ReplicaId> Victims(Dice dice) =>
        [.. dice.Some(dice.Between(1, committee.MaxFaulty), committee.Size).Select(index => new ReplicaId(index)).Order()];
}
