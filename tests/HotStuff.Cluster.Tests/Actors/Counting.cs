using System.Globalization;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>Clients that count: each command adds one to a key and answers the sum, so that a command that ran twice shows.</summary>
internal static class Counting
{
    public static readonly byte[] Increment = KeyValueCommand.Increment("n"u8, 1);

    public static CommandSegment Segment(ulong client, long first, int count = 1) =>
        TestValidators.Segment(client, first, [.. Enumerable.Repeat(Increment, count)]);

    public static long Sum(CommandResult result)
    {
        Assert.Equal(CommandStatus.Executed, result.Status);
        return long.Parse(KeyValueResult.TryRead(result.Result)!.Value.Span, CultureInfo.InvariantCulture);
    }

    /// <summary>The sums that the commands of some segments answered, in order.</summary>
    public static IReadOnlyList<long> Sums(IEnumerable<SegmentResults> executed)
    {
        var sums = new List<long>();
        foreach (var results in executed)
        {
            foreach (var result in results)
                sums.Add(Sum(result));
        }

        return sums;
    }
}
