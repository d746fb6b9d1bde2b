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
        figures.AddRow("throughput", $"[bold]{report.ThroughputRps:N0}[/] commands/s over {report.DurationS:0.0} s");
        figures.AddRow("latency (ms)", $"mean {latency.Mean:0.0}, sd {latency.Stddev:0.0}, p50 {latency.P50:0.0}, p95 {latency.P95:0.0}, p99 {latency.P99:0.0}, max {latency.Max:0.0}");
        figures.AddRow("commands", $"{report.Submitted:N0} submitted, {report.Committed:N0} committed, {report.Rejected:N0} rejected, "
            + $"{report.Lost:N0} lost, {report.Duplicated:N0} duplicated");
        figures.AddRow("blocks", $"{report.Blocks:N0} in {report.Views:N0} views, {report.MeanBatch:0.0} commands each, {report.Timeouts:N0} timeouts");
        figures.AddRow("consistent", report.Consistent ? "[green]yes[/]" : "[red]no[/]");
        if (report.Verdict is { } verdict)
            figures.AddRow("linearizable", $"{(verdict.IsLinearizable ? "[green]yes[/]" : "[red]no[/]")}, {verdict.Summary}");
        Terminal.Output.Write(figures);

        var nodes = new Table { Border = TableBorder.Simple };
        nodes.AddColumns("replica", "cpu s", "rss MiB", "height", "state digest");
        foreach (var node in report.Nodes)
            nodes.AddRow($"r{node.Id}", $"{node.CpuS:0.0}", $"{node.RssMb:0}", $"{node.Height}", node.StateDigest ?? "[yellow]does not answer[/]");
        Terminal.Output.Write(nodes);
    }
}
