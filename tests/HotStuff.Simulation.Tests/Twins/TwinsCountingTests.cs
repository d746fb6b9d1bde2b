namespace HotStuff.Simulation.Tests;

/// <summary>
/// How many scenarios there are, counted without the generator: partitions as restricted growth strings, classes by Burnside's lemma (as many as the mean number of
/// sequences that a renaming leaves as they are).
/// </summary>
public class TwinsCountingTests
{
    private const int Size = 4;

    /// <summary>The leaders of a round: the twins on the newest certificate, the twins on the genesis block, three honest replicas.</summary>
    private static readonly string[] Leaders = ["twins", "stale twins", "1", "2", "3"];

    /// <summary>What can be renamed without a difference: the three honest replicas among themselves, and the two twins (nodes 0 and 4).</summary>
    private static readonly int[][] Renamings =
    [
        .. from names in (int[][])[[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]
           from nodes in (int[][])[[0, .. names, 4], [4, .. names, 0]]
           select nodes,
    ];

    private static readonly int[][] Partitions = [.. Grow([], 5)];

    private static readonly int[][] WithQuorum = [.. Partitions.Where(HasQuorumOfTwoSides)];

    [Fact]
    public void There_are_41_partitions_of_five_nodes_into_three_sides_at_most_and_13_of_two_with_a_quorum_on_one()
    {
        // Stirling numbers of the second kind: 1 + 15 + 25.
        Assert.Equal(41, Partitions.Length);
        Assert.Equal(13, WithQuorum.Length);
    }

    [Fact]
    public void Every_sequence_is_in_the_set_without_symmetry()
    {
        Assert.Equal(Distinct(TwinsGenerator.Wide(upToSymmetry: false)), Math.Pow(Leaders.Length * WithQuorum.Length, 2) * Leaders.Length * Partitions.Length);
        foreach (var calm in new[] { 1, 2 })
            Assert.Equal(Distinct(TwinsGenerator.AfterCalm(calm, upToSymmetry: false)), Math.Pow((Leaders.Length - 1) * WithQuorum.Length, 3));

        static int Distinct(IEnumerable<TwinsScenario> scenarios) => scenarios.Select(scenario => scenario.ToString()).ToHashSet(StringComparer.Ordinal).Count;
    }

    [Fact]
    public void There_are_as_many_classes_in_the_set_as_Burnside_counts()
    {
        Assert.Equal(
            TwinsGenerator.Wide().Count(),
            Renamings.Sum(nodes => Fixed(nodes, Leaders, WithQuorum) * Fixed(nodes, Leaders, WithQuorum) * Fixed(nodes, Leaders, Partitions)) / Renamings.Length);

        // The calm has a leader, replica 1, who keeps its name; the twins lead on the genesis block only.
        int[][] keepingLeader = [.. Renamings.Where(nodes => nodes[1] == 1)];
        Assert.Equal(
            TwinsGenerator.AfterCalm(1).Count(),
            keepingLeader.Sum(nodes => (int)Math.Pow(Fixed(nodes, Leaders[1..], WithQuorum), 3)) / keepingLeader.Length);
        Assert.Equal(TwinsGenerator.AfterCalm(1).Count(), TwinsGenerator.AfterCalm(2).Count());
    }

    /// <summary>How many choices of a round a renaming leaves as they are.</summary>
    private static int Fixed(int[] nodes, string[] leaders, int[][] partitions) =>
        leaders.Count(leader => leader.Length > 1 || nodes[leader[0] - '0'] == leader[0] - '0')
        * partitions.Count(sides => Enumerable.Range(0, 5).All(one => Enumerable.Range(0, 5).All(other => (sides[one] == sides[other]) == (sides[nodes[one]] == sides[nodes[other]]))));

    /// <summary>Each node joins the side of one before it, or is the first of the next side, up to three.</summary>
    private static IEnumerable<int[]> Grow(int[] sides, int nodes) => sides.Length == nodes
        ? [sides]
        : Enumerable.Range(0, Math.Min(3, sides.Append(-1).Max() + 2)).SelectMany(side => Grow([.. sides, side], nodes));

    private static bool HasQuorumOfTwoSides(int[] sides) =>
        sides.Max() <= 1 && sides.Index().GroupBy(node => node.Item).Any(side => side.Select(node => node.Index % Size).Distinct().Count() >= 3);
}
