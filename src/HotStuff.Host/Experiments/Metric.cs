using HotStuff.Host.Measuring;

namespace HotStuff.Host.Experiments;

/// <summary>A figure of a run.</summary>
/// <param name="Name">In definitions and files.</param>
/// <param name="Label">On charts, with its unit.</param>
/// <param name="Of">The figure; null when the run has none.</param>
internal sealed record Metric(string Name, string Label, Func<RawRun, double?> Of)
{
    private const double Micro = 1e6;

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        Reported("offered_rps", "offered, commands/s", report => report.OfferedRps),
        Reported("throughput_rps", "throughput, commands/s", report => report.ThroughputRps),
        Reported("goodput_rps", "goodput, commands/s", report => report.GoodputRps),
        Reported("client_limit_rejected", "refused by the clients' own limit", report => report.ClientLimitRejected),
        Reported("rejected", "refused by the replicas", report => report.Rejected),
        Reported("segments_refused", "messages refused for the moment", report => report.SegmentsRefused),
        Reported("mean_ms", "latency, mean (ms)", report => report.LatencyMs.Mean),
        Reported("stddev_ms", "latency, standard deviation (ms)", report => report.LatencyMs.Stddev),
        Reported("p50_ms", "latency, median (ms)", report => report.LatencyMs.P50),
        Reported("p95_ms", "latency, 95th percentile (ms)", report => report.LatencyMs.P95),
        Reported("p99_ms", "latency, 99th percentile (ms)", report => report.LatencyMs.P99),
        Reported("max_ms", "latency, longest (ms)", report => report.LatencyMs.Max),
        Reported("send_delay_p99_ms", "clients late, 99th percentile (ms)", report => report.SendDelayMs?.P99),
        Reported("mean_batch", "commands in a block", report => report.MeanBatch),
        Reported("timeouts", "views given up", report => report.Timeouts),
        Reported("views_per_s", "views/s", report => report.Nodes.Max(node => node.ViewsPerS)),
        Reported("flushes_per_s", "flushes/s of a replica", report => report.Nodes.Average(node => node.FlushesPerS)),
        Reported("replica_user_us", "replicas outside the kernel (µs/command)", report => PerCommand(report, report.Nodes.Sum(node => node.CpuUserS))),
        Reported("replica_system_us", "replicas in the kernel (µs/command)", report => PerCommand(report, report.Nodes.Sum(node => node.CpuSystemS))),
        Reported("client_user_us", "clients outside the kernel (µs/command)", report => PerCommand(report, report.ClientUse.Sum(client => client.CpuUserS))),
        Reported("client_system_us", "clients in the kernel (µs/command)", report => PerCommand(report, report.ClientUse.Sum(client => client.CpuSystemS))),
        Reported("rss_peak_mb", "memory of a replica, highest (MiB)", report => report.Nodes.Max(node => node.RssPeakMb)),
        Reported("gc_pause_ms", "garbage collector's pauses, longest of a replica in all (ms)", report => report.Nodes.Max(node => node.GcPauseMs)),
        Reported("allocated_bytes_per_command", "allocated by a replica (bytes/command)", report => report.Nodes.Average(node => node.AllocatedBytesPerCommand)),
        Reported("peer_bytes_per_command", "sent to replicas by one (bytes/command)", report => report.Nodes.Average(node => node.WireBytesPerCommand?.PeersSent)),
        Reported("client_bytes_per_command", "sent to clients by a replica (bytes/command)", report => report.Nodes.Average(node => node.WireBytesPerCommand?.ClientsSent)),
        new("outage_ms", "longest time without an answer (ms)", Outage),
    ];

    /// <summary>The one of a name; null when there is none.</summary>
    public static Metric? Find(string name) => All.FirstOrDefault(metric => metric.Name == name);

    private static Metric Reported(string name, string label, Func<BenchReport, double?> of) => new(name, label, run => run.Report is { } report ? of(report) : null);

    private static double? PerCommand(BenchReport report, double? seconds) =>
        report.ThroughputRps > 0 ? seconds * Micro / (report.ThroughputRps * report.DurationS) : null;

    private static double? Outage(RawRun run)
    {
        var (longest, current) = (0, 0);
        foreach (var slot in run.Slots)
        {
            current = slot.Committed == 0 ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        return run.Slots.Count == 0 ? null : longest * run.SlotSeconds * 1000;
    }
}

/// <summary>What the repeats of a combination come to.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Of some figures; null when there are none.</summary>
    public static Spread? Of(IEnumerable<double?> figures)
    {
        var sorted = figures.OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
