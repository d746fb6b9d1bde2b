using ScottPlot;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>Processor time for each command, by who used it and whether in the kernel; a bar for each combination.</summary>
internal static class ProcessorChart
{
    private static readonly (string Metric, string Label, int Color)[] Parts =
    [
        ("replica_user_us", "replicas", 0), ("replica_system_us", "replicas, kernel", 5), ("client_user_us", "clients", 1), ("client_system_us", "clients, kernel", 4),
    ];

    public static bool Write(ChartDefinition chart, IReadOnlyList<ChartSeries> series, string file)
    {
        var bars = series
            .SelectMany(one => one.Combinations.Select(runs => (
                Label: string.Join(", ", ((string[])[one.Label, chart.X is null ? "" : runs[0].Series([chart.X])]).Where(text => text.Length > 0)),
                Medians: Parts.Select(part => Spread.Of(runs.Select(Metric.Find(part.Metric)!.Of))?.Median).ToArray())))
            .Where(bar => bar.Medians.Any(median => median > 0))
            .ToArray();
        if (bars.Length == 0)
            return false;

        var plot = ChartStyle.NewPlot(chart.Title, ChartWriter.Subtitle(series), "", "processor time (µs/command)");
        for (var part = 0; part < Parts.Length; part++)
        {
            var drawn = plot.Add.Bars(bars.Select((bar, i) => new Bar
            {
                Position = i,
                ValueBase = bar.Medians.Take(part).Sum() ?? 0,
                Value = bar.Medians.Take(part + 1).Sum() ?? 0,
                Size = 0.6,
                FillColor = ChartStyle.ColorOf(Parts[part].Color),
                LineWidth = 0,
            }).ToArray());
            drawn.LegendText = Parts[part].Label;
        }

        plot.Axes.Left.TickGenerator = AxisScale.For([1]).Ticks();
        BarChart.LabelGroups(plot, [.. bars.Select(bar => bar.Label)]);
        plot.Axes.SetLimits(-0.6, bars.Length - 0.4, 0, bars.Max(bar => bar.Medians.Sum() ?? 0) * 1.08);
        ChartStyle.Save(plot, file, withLegend: true);
        return true;
    }
}
