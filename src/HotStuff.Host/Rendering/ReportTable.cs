using HotStuff.Host.Measuring;
using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>A report for people.</summary>
internal static class ReportTable
{
    public static void Write(BenchReport report)
    {
        foreach (var line in report.Verdict?.Lines() ?? [])
            Terminal.Line(line);
        var latency = report.LatencyMs;
        var figures = new Table { Border = TableBorder.Simple, ShowHeaders = false };
        figures.AddColumns("figure", "value");
        figures.AddRow("cluster", $"{report.Replicas} replicas, {report.Protocol}, {report.Signatures}, {report.Durability}, batch {report.Batch}, payload {report.Payload}");
        if (report.InProcess)
            figures.AddRow("", "[yellow]replicas and clients share one process: for a quick look, not for figures[/]");
        if (report.OfferedRps is { } offered)
            figures.AddRow("offered", $"{offered:N0} commands/s, {report.Arrivals}; {report.ClientLimitRejected:N0} refused by the clients' own limit of {report.MaxOutstanding:N0} under way each");
        figures.AddRow("throughput", $"[bold]{report.ThroughputRps:N0}[/] commands/s over {report.DurationS:0.0} s");
        figures.AddRow("latency (ms)", $"mean {latency.Mean:0.0}, sd {latency.Stddev:0.0}, p50 {latency.P50:0.0}, p95 {latency.P95:0.0}, p99 {latency.P99:0.0}, max {latency.Max:0.0}");
        figures.AddRow("commands", $"{report.Submitted:N0} submitted, {report.Committed:N0} committed, {report.Rejected:N0} rejected, "
            + $"{report.Lost:N0} lost, {report.Duplicated:N0} duplicated");
        if (report.SendDelayMs is { } late)
            figures.AddRow("of that late (ms)", $"the clients themselves: mean {late.Mean:0.0}, p99 {late.P99:0.0}, max {late.Max:0.0}");
        figures.AddRow("blocks", $"{report.Blocks:N0} in {report.Views:N0} views, {report.MeanBatch:0.0} commands each, {report.Timeouts:N0} timeouts");
        figures.AddRow("consistent", report.Consistent ? "[green]yes[/]" : "[red]no[/]");
        if (report.Verdict is { } verdict)
            figures.AddRow("linearizable", $"{(verdict.IsLinearizable ? "[green]yes[/]" : "[red]no[/]")}, {verdict.Summary}");
        Terminal.Output.Write(figures);

        var nodes = new Table { Border = TableBorder.Simple };
        nodes.AddColumns("replica", "cpu s", "rss MiB", "peak", "gc ms", "B/command", "wire B/command", "flushes/s", "views/s", "height", "state digest");
        foreach (var node in report.Nodes)
        {
            nodes.AddRow(
                $"r{node.Id}",
                $"{node.CpuS:0.0}",
                $"{node.RssMb:0}",
                $"{node.RssPeakMb:0}",
                $"{node.GcPauseMs:0}",
                $"{node.AllocatedBytesPerCommand:N0}",
                $"{node.WireBytesPerCommand?.PeersSent + node.WireBytesPerCommand?.ClientsSent:N0}",
                $"{node.FlushesPerS:N0}",
                $"{node.ViewsPerS:N0}",
                $"{node.Height}",
                node.StateDigest?[..16] ?? (node.Id >= report.Replicas - report.Crashed ? "never started" : "[yellow]does not answer[/]"));
        }

        Terminal.Output.Write(nodes);
    }
}
