using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// Makes scenarios of the Twins method.
/// </summary>
/// <remarks>
/// <para>
/// The exhaustive set is for four replicas, of which replica 0 has a twin: five nodes. In a round there are 5 choices of a leader (three
/// honest replicas; the twins, proposing on the newest certificate or, where they may, on the genesis block) and 41 partitions into at most three sides. In 13 of
/// those there are at most two sides and a quorum, three different replicas, is on one of them: all together, one node apart (5), two apart (7). A round without a
/// quorum on any side ends with no certificate, so it lasts until the network heals and no other round comes after it.
/// </para>
/// <list type="bullet">
/// <item><see cref="Wide"/>: every sequence of three rounds, with the 13 partitions in the first two and all 41 in the last.</item>
/// <item><see cref="AfterCalm"/>: one round or two that all see, led by replica 1, then every sequence of three rounds with the 13 partitions and
/// 4 leaders: the twins then propose on the genesis block when they may. That is as deep as a commit goes: in chained HotStuff two certified blocks in the calm; a third one whose
/// certificate is formed where the next round hides it; and a leader who tries another branch.</item>
/// </list>
/// <para>
/// Scenarios that differ only in the names of honest replicas of the same role, or of the twins, are the same: of each class (up to 12 = 3! x 2, after a calm 4 = 2 x 2) the first in
/// order is taken. After the rounds leaders follow in turn, which no symmetry keeps: that part is a sample.
/// </para>
/// </remarks>
public static class TwinsGenerator
{
    private const int Size = 4;
    private const int Nodes = 5;
    private const int Quorum = 3;
    private const int Rounds = 3;

    private static readonly ReplicaId CalmLeader = new(1);
    private static readonly ImmutableArray<ReplicaId> Twins = [new ReplicaId(0)];

    /// <summary>All choices of a round, those first that have a quorum on one of two sides.</summary>
    private static readonly ImmutableArray<TwinsRound> Choices = AllChoices();

    private static readonly int WithQuorum = Choices.Count(HasQuorumOfTwoSides);

    /// <summary>For each way to rename nodes, what each choice becomes.</summary>
    private static readonly ImmutableArray<int[]> Renamings = AllRenamings();

    /// <summary>
    /// The whole exhaustive set: <see cref="Wide"/>, then <see cref="AfterCalm"/> of one round and of two. Its order never changes, so that work can be split
    /// by the numbers of the scenarios.
    /// </summary>
    /// <param name="upToSymmetry">False for all sequences, to count them.</param>
    public static IEnumerable<TwinsScenario> Exhaustive(bool upToSymmetry = true) =>
        Wide(upToSymmetry).Concat(AfterCalm(1, upToSymmetry)).Concat(AfterCalm(2, upToSymmetry));

    /// <summary>Every sequence of three rounds.</summary>
    /// <param name="upToSymmetry">False for all sequences, to count them.</param>
    public static IEnumerable<TwinsScenario> Wide(bool upToSymmetry = true) =>
        Sequences([], upToSymmetry ? Renamings : [], (round, choice) => round == Rounds - 1 || choice < WithQuorum);

    /// <summary>Every sequence of three rounds, twins that lead being stale, after some rounds that replica 1 leads and all see.</summary>
    /// <param name="calm">How many those are, 0 and more.</param>
    /// <param name="upToSymmetry">False for all sequences, to count them.</param>
    public static IEnumerable<TwinsScenario> AfterCalm(int calm, bool upToSymmetry = true)
    {
        var before = Enumerable.Repeat(new TwinsRound(CalmLeader, Stale: false, [.. Enumerable.Repeat(0, Nodes)]), calm);
        var fixing = Array.IndexOf([.. Choices.Select(Key)], Key(before.FirstOrDefault() ?? Choices[0]));
        return Sequences(
            [.. before],
            upToSymmetry ? [.. Renamings.Where(renaming => calm == 0 || renaming[fixing] == fixing)] : [],
            (_, choice) => choice < WithQuorum && (Choices[choice].Leader != Twins[0] || Choices[choice].Stale));
    }

    /// <summary>Scenarios by chance, without end: of four partitions about three have a quorum on one side.</summary>
    /// <param name="size">How many replicas, 4 to 10.</param>
    /// <param name="twins">How many of them have a twin, the first ones; up to f = floor((size-1)/3).</param>
    /// <param name="rounds">How many rounds, 1 and more.</param>
    /// <param name="seed">Decides all; 0 and more.</param>
    public static IEnumerable<TwinsScenario> Sampled(int size, int twins, int rounds, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(twins, (size - 1) / 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        var dice = new Dice((ulong)seed);
        ImmutableArray<ReplicaId> pairs = [.. Enumerable.Range(0, twins).Select(i => new ReplicaId(i))];
        while (true)
            yield return new TwinsScenario(size, pairs, [.. Enumerable.Range(0, rounds).Select(_ => Round())]);

        TwinsRound Round()
        {
            var leader = dice.Below(size);
            var sides = Sides();
            for (var attempt = 0; attempt < 20 && dice.Below(4) > 0 && !HasQuorum(sides); attempt++)
                sides = Sides();
            return new TwinsRound(new ReplicaId(leader), leader < twins && dice.Below(2) == 0, sides);
        }

        ImmutableArray<int> Sides()
        {
            var most = dice.Between(1, 3);
            return Normalized([.. Enumerable.Range(0, size + twins).Select(_ => dice.Below(most))]);
        }

        bool HasQuorum(ImmutableArray<int> sides) =>
            sides.Distinct().Any(side => sides.Index().Where(node => node.Item == side).Select(node => node.Index < size ? node.Index : node.Index - size).Distinct().Count()
                >= size - ((size - 1) / 3));
    }

    private static IEnumerable<TwinsScenario> Sequences(
        ImmutableArray<TwinsRound> before, ImmutableArray<int[]> renamings, Func<int, int, bool> isAllowed)
    {
        return From([]);

        IEnumerable<TwinsScenario> From(int[] choices)
        {
            if (choices.Length == Rounds)
                return [new TwinsScenario(Size, Twins, [.. before, .. choices.Select(choice => Choices[choice])])];
            return Enumerable.Range(0, Choices.Length)
                .Where(choice => isAllowed(choices.Length, choice))
                .Select(choice => (int[])[.. choices, choice])
                .Where(sequence => renamings.All(renaming => !IsEarlier(renaming, sequence)))
                .SelectMany(From);
        }
    }

    /// <summary>Whether a renaming makes it an earlier sequence. If not, nor does it the beginning, so others are cut off early.</summary>
    private static bool IsEarlier(int[] renaming, int[] sequence)
    {
        foreach (var choice in sequence)
        {
            if (renaming[choice] != choice)
                return renaming[choice] < choice;
        }

        return false;
    }

    private static ImmutableArray<TwinsRound> AllChoices() =>
    [
        .. from sides in AllSides()
           from leader in (IEnumerable<(int Replica, bool Stale)>)[(0, false), (0, true), (1, false), (2, false), (3, false)]
           let round = new TwinsRound(new ReplicaId(leader.Replica), leader.Stale, sides)
           orderby HasQuorumOfTwoSides(round) ? 0 : 1
           select round,
    ];

    /// <summary>All partitions of the nodes into at most three sides.</summary>
    private static IEnumerable<ImmutableArray<int>> AllSides() =>
        Enumerable.Range(0, (int)Math.Pow(3, Nodes))
            .Select(number => Normalized([.. Enumerable.Range(0, Nodes).Select(node => number / (int)Math.Pow(3, node) % 3)]))
            .DistinctBy(sides => string.Join(',', sides));

    /// <summary>The same partition with its sides numbered in the order of their first nodes.</summary>
    private static ImmutableArray<int> Normalized(int[] sides)
    {
        var order = sides.Distinct().ToList();
        return [.. sides.Select(side => order.IndexOf(side))];
    }

    private static bool HasQuorumOfTwoSides(TwinsRound round) =>
        round.Sides.Max() <= 1
        && Enumerable.Range(0, 2).Any(side => Enumerable.Range(0, Nodes).Where(node => round.Sides[node] == side).Select(node => node % Size).Distinct().Count() >= Quorum);

    private static ImmutableArray<int[]> AllRenamings()
    {
        var index = Choices.Index().ToDictionary(choice => Key(choice.Item), choice => choice.Index, StringComparer.Ordinal);
        int[][] honest = [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]];
        return
        [
            .. from names in honest
               from swap in (bool[])[false, true]
               let nodes = (int[])[swap ? Size : 0, .. names, swap ? 0 : Size]
               select Choices.Select(choice => index[Key(Renamed(choice, nodes))]).ToArray(),
        ];

        static TwinsRound Renamed(TwinsRound round, int[] nodes)
        {
            var sides = new int[Nodes];
            for (var node = 0; node < Nodes; node++)
                sides[nodes[node]] = round.Sides[node];
            var leader = round.Leader.Index == 0 ? round.Leader : new ReplicaId(nodes[round.Leader.Index]);
            return round with { Leader = leader, Sides = Normalized(sides) };
        }
    }

    private static string Key(TwinsRound round) => $"{round.Leader} {round.Stale} {string.Join(',', round.Sides)}";
}
