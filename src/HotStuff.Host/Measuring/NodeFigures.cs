using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>What all replicas said around a run; null for one that did not answer.</summary>
/// <param name="Before">Before the load, at rest.</param>
/// <param name="From">At the begin of the measured time.</param>
/// <param name="To">At its end.</param>
/// <param name="After">After the load, at rest.</param>
internal sealed record RunStatuses(
    IReadOnlyList<NodeStatus?> Before, IReadOnlyList<NodeStatus?> From, IReadOnlyList<NodeStatus?> To, IReadOnlyList<NodeStatus?> After);

/// <summary>The figures of each replica.</summary>
internal static class NodeFigures
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>One entry for each replica.</summary>
    /// <param name="statuses">What they said.</param>
    /// <param name="sharesProcess">Whether they share one process with each other and the clients, so that what a process uses is nobody's alone.</param>
    public static IReadOnlyList<NodeReport> Of(RunStatuses statuses, bool sharesProcess = false) =>
        [.. Enumerable.Range(0, statuses.After.Count).Select(i => Of(i, statuses, sharesProcess))];

    private static NodeReport Of(int index, RunStatuses statuses, bool sharesProcess)
    {
        if (statuses.After[index] is not { } after)
            return new NodeReport(index, null, null, null, null);
        var before = statuses.Before[index] is { } earlier && earlier.Uptime <= after.Uptime ? earlier : null;
        var report = new NodeReport(
            index,
            Math.Round(after.CpuSeconds - (before?.CpuSeconds ?? 0), 2),
            Math.Round(after.RssBytes / Mebibyte, 1),
            after.Executed.Number,
            after.StateDigest?.ToString())
        {
            RssPeakMb = Math.Round(after.Resources.RssPeakBytes / Mebibyte, 1),
        };
        // A replica that was too busy to answer at a bound of the measured time, is looked at over the whole run.
        var (from, to) = (statuses.From.ElementAtOrDefault(index) ?? before, statuses.To.ElementAtOrDefault(index) ?? after);
        return from is null || to.Uptime <= from.Uptime ? report : Measured(report, from, to, sharesProcess);
    }

    private static NodeReport Measured(NodeReport report, NodeStatus from, NodeStatus to, bool sharesProcess)
    {
        var (earlier, later) = (from.Resources, to.Resources);
        var seconds = (to.Uptime - from.Uptime).TotalSeconds;
        var commands = to.CommandsExecuted - from.CommandsExecuted;
        var user = later.CpuUserSeconds - earlier.CpuUserSeconds;
        return report with
        {
            CpuUserS = sharesProcess ? null : Math.Round(user, 2),
            CpuSystemS = sharesProcess ? null : Math.Round(to.CpuSeconds - from.CpuSeconds - user, 2),
            GcPauseMs = Math.Round((later.GcPause - earlier.GcPause).TotalMilliseconds, 2),
            GcCount = later.GcCount - earlier.GcCount,
            AllocatedBytesPerCommand = sharesProcess ? null : PerCommand(later.AllocatedBytes - earlier.AllocatedBytes),
            WireBytesPerCommand = new WireBytes(
                PerCommand(later.PeerBytesSent - earlier.PeerBytesSent),
                PerCommand(later.PeerBytesReceived - earlier.PeerBytesReceived),
                PerCommand(later.ClientBytesSent - earlier.ClientBytesSent),
                PerCommand(later.ClientBytesReceived - earlier.ClientBytesReceived)),
            FlushesPerS = Math.Round((later.Flushes - earlier.Flushes) / seconds, 1),
            ViewsPerS = Math.Round((to.View.Number - from.View.Number) / seconds, 1),
        };

        double? PerCommand(long bytes) => commands <= 0 ? null : Math.Round((double)bytes / commands, 1);
    }
}
