using HotStuff.Host.Chaos.Network;

namespace HotStuff.Host.Tests.Chaos;

public sealed class NetworkConditionsTests
{
    [Fact]
    public void On_a_fine_day_everybody_reaches_everybody()
    {
        Assert.All(Pairs(5), pair => Assert.True(NetworkConditions.Fine.Reaches(pair.From, pair.To)));
    }

    [Fact]
    public void A_cut_parts_two_sides_in_both_directions_and_nobody_on_neither()
    {
        // 4 is on neither side.
        var cut = NetworkConditions.Cut([0, 2], Enumerable.Range(0, 4));

        Assert.All(Pairs(5), pair => Assert.Equal(
            pair.From == 4 || pair.To == 4 || pair.From % 2 == pair.To % 2, cut.Reaches(pair.From, pair.To)));
    }

    private static IEnumerable<(int From, int To)> Pairs(int ports) =>
        Enumerable.Range(0, ports).SelectMany(from => Enumerable.Range(0, ports).Select(to => (from, to)));
}
