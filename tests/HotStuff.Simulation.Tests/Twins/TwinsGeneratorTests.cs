using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class TwinsGeneratorTests
{
    [Fact]
    public void The_exhaustive_set_has_as_many_scenarios_as_the_documentation_says()
    {
        Assert.Equal((81_714, 37_892, 37_892), (TwinsGenerator.Wide().Count(), TwinsGenerator.AfterCalm(1).Count(), TwinsGenerator.AfterCalm(2).Count()));
        Assert.Equal(157_498, TwinsGenerator.Exhaustive().Count());
        // 65 x 65 x 205, and twice 52 x 52 x 52.
        Assert.Equal(866_125 + 140_608 + 140_608, TwinsGenerator.Exhaustive(upToSymmetry: false).Count());
    }

    [Fact]
    public void Of_each_class_of_scenarios_that_differ_in_names_exactly_one_is_in_the_set()
    {
        var set = TwinsGenerator.Wide().Select(scenario => scenario.ToString()).ToHashSet(StringComparer.Ordinal);

        var all = TwinsGenerator.Wide(upToSymmetry: false).Where((_, i) => i % 9_973 == 5).ToList();

        Assert.Equal(87, all.Count);
        Assert.All(all, scenario => Assert.Single(Renamed(scenario).Distinct(StringComparer.Ordinal), set.Contains));
    }

    [Fact]
    public void Sampled_scenarios_follow_from_their_seed()
    {
        var first = TwinsGenerator.Sampled(7, 2, 6, seed: 3).Take(50).ToList();

        Assert.Equal(first, TwinsGenerator.Sampled(7, 2, 6, seed: 3).Take(50));
        Assert.NotEqual(first, TwinsGenerator.Sampled(7, 2, 6, seed: 4).Take(50));
        Assert.Contains(first, scenario => scenario.Rounds.Any(round => round.Stale));
        Assert.Throws<ArgumentOutOfRangeException>(() => TwinsGenerator.Sampled(6, 2, 6, seed: 1).First());
    }

    [Fact]
    public void Every_scenario_is_read_as_it_is_written()
    {
        var scenarios = TwinsGenerator.Exhaustive().Where((_, i) => i % 101 == 0).Concat(TwinsGenerator.Sampled(7, 2, 5, seed: 1).Take(500));

        Assert.All(scenarios, scenario => Assert.Equal(scenario.ToString(), TwinsScenario.Parse(scenario.ToString()).ToString()));

        var parsed = TwinsScenario.Parse("4/0 1@00'123 0-@00'2|13");
        Assert.Equal(new ReplicaId(0), Assert.Single(parsed.Twins));
        Assert.Equal(new ReplicaId(1), parsed.Rounds[0].Leader);
        Assert.True(parsed.Rounds[1].Stale);
        Assert.Equal("0,1,0,1,0", string.Join(',', parsed.Rounds[1].Sides));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("0/")]
    [InlineData("11/0")]
    [InlineData("4/4")]
    [InlineData("4/x")]
    [InlineData("4/10")]
    [InlineData("4/00")]
    [InlineData("4/0 1")]
    [InlineData("4/0 @00'123")]
    [InlineData("4/0 4@00'123")]
    [InlineData("4/0 1-@00'123")]
    [InlineData("4/0 0--@00'123")]
    [InlineData("4/0 1@0123")]
    [InlineData("4/0 1@00'1233")]
    [InlineData("4/0 1@00'1234")]
    [InlineData("4/0 1@00'11'23")]
    [InlineData("4/0 1@'00123")]
    [InlineData("4/0 1@00'123|")]
    [InlineData("4/0 1@00'1||23")]
    [InlineData("4/0 1@00'123@")]
    public void What_is_no_scenario_is_refused(string text) => Assert.Throws<FormatException>(() => TwinsScenario.Parse(text));

    /// <summary>The scenario under all names, as texts of which sides are in the order of their first nodes.</summary>
    private static IEnumerable<string> Renamed(TwinsScenario scenario)
    {
        int[][] honest = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];
        foreach (var names in honest)
        {
            foreach (var nodes in (int[][])[[0, .. names, 4], [4, .. names, 0]])
            {
                yield return (scenario with
                {
                    Rounds =
                    [
                        .. scenario.Rounds.Select(round => round with
                        {
                            Leader = round.Leader.Index == 0 ? round.Leader : new ReplicaId(nodes[round.Leader.Index]),
                            Sides = [.. InOrder(nodes.Index().OrderBy(node => node.Item).Select(node => round.Sides[node.Index]).ToList())],
                        }),
                    ],
                }).ToString();
            }
        }
    }

    private static IEnumerable<int> InOrder(List<int> sides) => sides.Select(side => sides.Distinct().ToList().IndexOf(side));
}
