using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// A scenario of the Twins method (Bano et al., "Twins: BFT Systems Made Robust", arXiv 2004.10617): who leads each of the first views, and who hears whom in it.
/// </summary>
/// <remarks>
/// Nodes 0 to size-1 are the replicas; then comes the second of each pair of twins, in their order. As text: size, twins, and for each round the leader and the
/// sides of the network, separated by bars. A node is written as its replica's digit, the second of twins with an apostrophe. A leader with a minus proposes on the
/// oldest certificate wherever it may. For example <c>4/0 1@00'123 0-@00'2|13</c>: four replicas, replica 0 has a twin; replica 1 leads view 1, everybody hears
/// everybody; in view 2 both instances of replica 0 lead, and propose on the oldest certificate, and replicas 1 and 3 hear only each other.
/// </remarks>
/// <param name="Size">How many replicas there are, 1 to 10.</param>
/// <param name="Twins">Which of them have a twin, in rising order.</param>
/// <param name="Rounds">The rounds, which are the views from 1 on; after them everybody hears everybody and leads in turn.</param>
public sealed record TwinsScenario(int Size, ImmutableArray<ReplicaId> Twins, ImmutableArray<TwinsRound> Rounds)
{
    private const int MaxSize = 10;

    /// <summary>How many nodes there are.</summary>
    public int Nodes => Size + Twins.Length;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">It is not a scenario.</exception>
    public static TwinsScenario Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 0 || parts[0].Split('/') is not [var sizeText, var twinsText]
            || !int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > MaxSize)
        {
            throw new FormatException($"not a scenario: '{text}' does not start with size/twins");
        }

        ImmutableArray<ReplicaId> twins = [.. twinsText.Select(digit => new ReplicaId(digit - '0'))];
        if (twins.Any(twin => twin.Index < 0 || twin.Index >= size) || !twins.SequenceEqual(twins.Distinct().Order()))
            throw new FormatException($"not a scenario: '{twinsText}' are not twins of {size} replicas in rising order");
        return new TwinsScenario(size, twins, [.. parts.Skip(1).Select(part => ParseRound(part, size, twins))]);
    }

    /// <inheritdoc/>
    public bool Equals(TwinsScenario? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Size}/");
        foreach (var twin in Twins)
            text.Append(twin.Index);
        foreach (var round in Rounds)
        {
            text.Append(CultureInfo.InvariantCulture, $" {round.Leader.Index}{(round.Stale ? "-" : "")}@");
            text.AppendJoin('|', Enumerable.Range(0, round.Sides.Max() + 1).Select(side => Side(round, side)));
        }

        return text.ToString();
    }

    private static TwinsRound ParseRound(string part, int size, ImmutableArray<ReplicaId> twins)
    {
        if (part.Split('@') is not [var leader, var sidesText] || leader.TrimEnd('-') is not [var digit] || digit - '0' < 0 || digit - '0' >= size)
            throw new FormatException($"not a round: '{part}'");
        var sides = Enumerable.Repeat(-1, size + twins.Length).ToArray();
        var side = 0;
        for (var i = 0; i < sidesText.Length; i++)
        {
            if (sidesText[i] == '|')
            {
                side++;
                continue;
            }

            var replica = sidesText[i] - '0';
            var second = i + 1 < sidesText.Length && sidesText[i + 1] == '\'';
            var node = second ? size + twins.IndexOf(new ReplicaId(replica)) : replica;
            if (replica < 0 || replica >= size || node < (second ? size : 0) || sides[node] >= 0)
                throw new FormatException($"not a round: '{part}', at the {i + 1}th character of its sides");
            sides[node] = side;
            i += second ? 1 : 0;
        }

        return sides.Contains(-1)
            ? throw new FormatException($"not a round: '{part}' leaves a node out")
            : new TwinsRound(new ReplicaId(digit - '0'), leader.EndsWith('-'), [.. sides]);
    }

    private string Side(TwinsRound round, int side)
    {
        var text = new StringBuilder();
        for (var replica = 0; replica < Size; replica++)
        {
            if (round.Sides[replica] == side)
                text.Append(replica);
            var twin = Twins.IndexOf(new ReplicaId(replica));
            if (twin >= 0 && round.Sides[Size + twin] == side)
                text.Append(replica).Append('\'');
        }

        return text.ToString();
    }
}

/// <summary>One round of a <see cref="TwinsScenario"/>.</summary>
/// <param name="Leader">Who leads; if it has a twin, both do.</param>
/// <param name="Stale">Whether the leader, who then has a twin, proposes on the genesis block when a timeout certificate opened the view.</param>
/// <param name="Sides">For each node, on which side of the network it is; sides are counted from 0.</param>
public sealed record TwinsRound(ReplicaId Leader, bool Stale, ImmutableArray<int> Sides);
