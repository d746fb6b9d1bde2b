namespace HotStuff.Simulation.Tests;

public class DiceTests
{
    [Fact]
    public void A_seed_gives_the_same_row_on_every_machine()
    {
        var dice = new Dice(0);

        // The reference implementation's first words for this seed.
        Assert.Equal([0x99EC5F36CB75F2B4UL, 0xBF6E1F784956452AUL, 0x1A5F849D4933E6E0UL], [dice.Next(), dice.Next(), dice.Next()]);
    }

    [Fact]
    public void Throws_stay_within_their_bounds_and_reach_them()
    {
        var dice = new Dice(7);
        var seen = Enumerable.Range(0, 1_000).Select(_ => dice.Between(3, 6)).ToHashSet();

        Assert.Equal([3, 4, 5, 6], seen.Order());
        Assert.DoesNotContain(true, Enumerable.Range(0, 1_000).Select(_ => dice.Chance(0)));
        Assert.DoesNotContain(false, Enumerable.Range(0, 1_000).Select(_ => dice.Chance(1000)));
    }

    [Fact]
    public void Some_of_them_are_distinct()
    {
        var dice = new Dice(7);

        for (var i = 0; i < 100; i++)
            Assert.Equal(5, dice.Some(5, 7).Distinct().Count(one => one is >= 0 and < 7));
    }
}
