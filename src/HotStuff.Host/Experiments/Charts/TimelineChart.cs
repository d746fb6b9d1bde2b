using HotStuff.Host.Measuring;
using ScottPlot;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>Throughput and latency over the measured time, one above the other, of the repeat whose longest outage is the median: several at once would hide each other.</summary>
internal static class TimelineChart
{
    private const float LeftSize = 75;

    public static bool Write(ChartDefinition chart, IReadOnlyList<ChartSeries> series, string file)
    {
        var runs = series.Select(one => (Series: one, Run: Typical(one.Runs))).Where(entry => entry.Run is not null).Select(entry => (entry.Series, Run: entry.Run!)).ToArray();
        if (runs.Length == 0)
            return false;

        var killed = Spread.Of(runs.Select(entry => entry.Run.Report?.KilledAtS));
        var slots = runs.SelectMany(entry => entry.Run.Slots).ToArray();
        var seconds = runs.Max(entry => entry.Run.Slots.Count * entry.Run.SlotSeconds);
        var throughput = AxisScale.For([0, runs.Max(entry => entry.Run.Slots.Max(slot => slot.Committed / entry.Run.SlotSeconds))]);
        var latency = AxisScale.For(slots.SelectMany(slot => (double[])[slot.P50, slot.P99]));
        var upper = ChartStyle.NewPlot(chart.Title, ChartWriter.Subtitle([.. runs.Select(entry => entry.Series with { Combinations = [[entry.Run]] })]), "", "commands/s");
        var lower = ChartStyle.NewPlot("", "", killed is null ? "time (s)" : "time (s); dashed: the leader is killed", "latency (ms), dotted: 99 %");
        foreach (var (one, run) in runs)
        {
            Add(upper, one, run, throughput, slot => slot.Committed / run.SlotSeconds, isDotted: false);
            Add(lower, one, run, latency, slot => slot.P50, isDotted: false);
            Add(lower, one, run, latency, slot => slot.P99, isDotted: true);
        }

        foreach (var (plot, scale) in ((Plot, AxisScale)[])[(upper, throughput), (lower, latency)])
        {
            plot.Axes.Left.TickGenerator = scale.Ticks();
            plot.Axes.SetLimits(0, seconds, scale.From, scale.To);
            // Labels of different lengths would move the two apart.
            plot.Axes.Left.MinimumSize = LeftSize;
            if (killed is { } moment)
                AddMark(plot, moment.Median);
        }

        Save(upper, lower, file, withLegend: series.Count > 1);
        return true;
    }

    private static RawRun? Typical(IEnumerable<RawRun> runs)
    {
        var ordered = runs.Where(run => run.Slots.Count > 1).OrderBy(Metric.Find("outage_ms")!.Of).ToArray();
        return ordered.Length == 0 ? null : ordered[(ordered.Length - 1) / 2];
    }

    private static void Add(Plot plot, ChartSeries series, RawRun run, AxisScale scale, Func<TimelineRow, double> of, bool isDotted)
    {
        // In the middle of its slot; where there was no command, the line has a gap.
        var points = run.Slots.Select(slot => (X: slot.Second + (run.SlotSeconds / 2), Y: scale.Has(of(slot)) ? scale.PlaceOf(of(slot)) : double.NaN)).ToArray();
        var line = plot.Add.ScatterLine(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray());
        line.Color = ChartStyle.ColorOf(series.Number).WithAlpha(isDotted ? 0.6 : 0.85);
        line.LineWidth = 1.5f;
        line.LinePattern = isDotted ? LinePattern.Dotted : LinePattern.Solid;
        line.LegendText = isDotted ? "" : series.Label;
    }

    private static void AddMark(Plot plot, double second)
    {
        var mark = plot.Add.VerticalLine(second);
        mark.Color = Color.FromHex("#5A6068");
        mark.LineWidth = 1.5f;
        mark.LinePattern = LinePattern.Dashed;
    }

    private static void Save(Plot upper, Plot lower, string file, bool withLegend)
    {
        var both = new Multiplot(upper) { Layout = new ScottPlot.MultiplotLayouts.Rows() };
        both.AddPlot(lower);
        foreach (var plot in (Plot[])[upper, lower])
            ChartStyle.Finish(plot, withLegend);
        both.SharedAxes.ShareX([upper, lower]);
        both.SavePng(file, ChartStyle.Width, ChartStyle.Height);
    }
}
