using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>What the replicas did between two looks at them.</summary>
/// <param name="Views">Views that passed.</param>
/// <param name="Blocks">Blocks that were executed, by height.</param>
/// <param name="Timeouts">The most views that one replica gave up.</param>
/// <param name="Executed">Commands that were executed.</param>
internal sealed record RunFigures(long Views, long Blocks, long Timeouts, long Executed)
{
    public static RunFigures Between(IReadOnlyList<NodeStatus?> before, IReadOnlyList<NodeStatus?> after)
    {
        var pairs = Pairs(before, after).ToArray();
        return new RunFigures(
            Highest(after, status => status.View.Number) - Highest(before, status => status.View.Number),
            Highest(after, status => status.Executed.Number) - Highest(before, status => status.Executed.Number),
            pairs.Select(pair => pair.After.Timeouts - (pair.Before?.Timeouts ?? 0)).DefaultIfEmpty().Max(),
            // Replicas count from their start, so only those count that were there all the time; and the most, because a replica that fetched a
            // snapshot did not execute what lies below it.
            pairs.Where(pair => pair.Before is not null).Select(pair => pair.After.CommandsExecuted - pair.Before!.CommandsExecuted).DefaultIfEmpty().Max());
    }

    /// <summary>What each replica says after the run, with what the same process said before; null when it was started in between.</summary>
    private static IEnumerable<(NodeStatus? Before, NodeStatus After)> Pairs(
        IReadOnlyList<NodeStatus?> before, IReadOnlyList<NodeStatus?> after) =>
        after.OfType<NodeStatus>().Select(status =>
            (before.FirstOrDefault(earlier => earlier?.Replica == status.Replica && earlier.Uptime <= status.Uptime), status));

    private static long Highest(IReadOnlyList<NodeStatus?> answers, Func<NodeStatus, long> figure) =>
        answers.OfType<NodeStatus>().Select(figure).DefaultIfEmpty().Max();
}
