namespace HotStuff.Host.Experiments.Charts;

/// <summary>Draws the charts of experiments.</summary>
internal static class ChartWriter
{
    /// <summary>Draws one chart into a PNG file. False, and no file, when no run has what it shows.</summary>
    /// <param name="definition">The experiment.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="runs">Runs that count.</param>
    /// <param name="file">Where to.</param>
    public static bool Write(ExperimentDefinition definition, ChartDefinition chart, IReadOnlyList<RawRun> runs, string file)
    {
        var series = ChartSeries.Of(definition, chart, runs);
        return series.Count > 0 && chart.Kind switch
        {
            "throughput-latency" => LineChart.Write(chart, series, "throughput_rps", chart.Y ?? "p50_ms", file),
            "goodput" => LineChart.Write(chart, series, "offered_rps", chart.Y ?? "goodput_rps", file, LineChartExtras.Diagonal),
            "scaling" => LineChart.Write(chart, series, chart.X!, chart.Y ?? "throughput_rps", file, LineChartExtras.Logarithmic),
            "lines" => LineChart.Write(chart, series, chart.X!, chart.Y!, file),
            "latency-cdf" => DistributionChart.Write(chart, series, file),
            "timeline" => TimelineChart.Write(chart, series, file),
            "bars" => BarChart.Write(chart, series, file),
            _ => ProcessorChart.Write(chart, series, file),
        };
    }

    /// <summary>What stands below the title: what all runs of a chart have in common and the axes do not say.</summary>
    public static string Subtitle(IReadOnlyList<ChartSeries> series)
    {
        var runs = series.SelectMany(one => one.Runs).ToArray();
        var repeats = series.Max(one => one.Combinations.Max(combination => combination.Count));
        return string.Join(", ", ((string?[])
        [
            Common(report => $"n = {report.Replicas}"),
            Common(report => report.Protocol),
            Common(report => report.Signatures),
            Common(report => report.Durability),
            Common(report => $"{report.Payload} B"),
            Common(report => report.Batch >= 1_000_000 ? "batch unlimited" : $"batch {report.Batch}"),
            Common(report => $"{report.DurationS:0.#} s"),
            repeats > 1 ? $"median, least and most of {repeats}" : null,
        ]).OfType<string>());

        string? Common(Func<Measuring.BenchReport, string> of) =>
            runs.Select(run => of(run.Report!)).Distinct(StringComparer.Ordinal).ToArray() is [var only] ? only : null;
    }
}
