using HotStuff.Client;
using HotStuff.Consensus;

namespace HotStuff.Host.Measuring;

/// <summary>What the replicas did between two looks at them.</summary>
/// <param name="Views">Views that passed.</param>
/// <param name="Blocks">Blocks that were executed, by height.</param>
/// <param name="Timeouts">The most views that one replica gave up.</param>
/// <param name="Executed">Commands that were executed.</param>
internal sealed record RunFigures(long Views, long Blocks, long Timeouts, long Executed)
{
    private const double Mebibyte = 1024 * 1024;

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

    /// <summary>One entry for each replica.</summary>
    public static IReadOnlyList<NodeReport> Nodes(IReadOnlyList<NodeStatus?> before, IReadOnlyList<NodeStatus?> after)
    {
        var pairs = Pairs(before, after).ToDictionary(pair => pair.After.Replica);
        return
        [
            .. Enumerable.Range(0, after.Count).Select(i => pairs.TryGetValue(new ReplicaId(i), out var pair)
                ? new NodeReport(
                    i,
                    Math.Round(pair.After.CpuSeconds - (pair.Before?.CpuSeconds ?? 0), 2),
                    Math.Round(pair.After.RssBytes / Mebibyte, 1),
                    pair.After.Executed.Number,
                    pair.After.StateDigest?.ToString())
                : new NodeReport(i, null, null, null, null)),
        ];
    }

    /// <summary>What each replica says after the run, with what the same process said before; null when it was started in between.</summary>
    private static IEnumerable<(NodeStatus? Before, NodeStatus After)> Pairs(
        IReadOnlyList<NodeStatus?> before, IReadOnlyList<NodeStatus?> after) =>
        after.OfType<NodeStatus>().Select(status =>
            (before.FirstOrDefault(earlier => earlier?.Replica == status.Replica && earlier.Uptime <= status.Uptime), status));

    private static long Highest(IReadOnlyList<NodeStatus?> answers, Func<NodeStatus, long> figure) =>
        answers.OfType<NodeStatus>().Select(figure).DefaultIfEmpty().Max();
}
