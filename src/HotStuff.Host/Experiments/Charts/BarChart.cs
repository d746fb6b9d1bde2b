using ScottPlot;
using ScottPlot.TickGenerators;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>A figure as bars with their spread over the repeats: a group for each value of an axis, a bar in it for each series.</summary>
internal static class BarChart
{
    private const double GroupWidth = 0.8;

    public static bool Write(ChartDefinition chart, IReadOnlyList<ChartSeries> series, string file)
    {
        var metric = Metric.Find(chart.Y!)!;
        var groups = series.SelectMany(one => one.Runs).Select(run => run.Series([chart.X!])).Distinct(StringComparer.Ordinal).ToArray();
        var bars = (from one in series
                    from runs in one.Combinations
                    let spread = Spread.Of(runs.Select(metric.Of))
                    where spread is not null
                    select (Series: one, Group: Array.IndexOf(groups, runs[0].Series([chart.X!])), Spread: spread.Value)).ToArray();
        if (bars.Length == 0)
            return false;

        var width = GroupWidth / series.Count;
        var plot = ChartStyle.NewPlot(chart.Title, ChartWriter.Subtitle(series), "", metric.Label);
        foreach (var (one, i) in series.Select((one, i) => (one, i)))
        {
            var own = bars.Where(bar => bar.Series == one).ToArray();
            var places = own.Select(bar => bar.Group + ((i - ((series.Count - 1) / 2.0)) * width)).ToArray();
            var drawn = plot.Add.Bars(own.Select((bar, j) => new Bar
            {
                Position = places[j],
                Value = bar.Spread.Median,
                Size = width * 0.92,
                FillColor = ChartStyle.ColorOf(one.Number),
                LineWidth = 0,
            }).ToArray());
            drawn.LegendText = one.Label;
            var medians = own.Select(bar => bar.Spread.Median).ToArray();
            var none = new double[own.Length];
            plot.PlottableList.Add(new ScottPlot.Plottables.ErrorBar(
                places, medians, none, none, [.. own.Select(bar => bar.Spread.Median - bar.Spread.Min)], [.. own.Select(bar => bar.Spread.Max - bar.Spread.Median)])
            {
                Color = Color.FromHex("#30343A"),
                LineWidth = 1.5f,
                CapSize = 5,
            });
        }

        plot.Axes.Left.TickGenerator = AxisScale.For([1]).Ticks();
        LabelGroups(plot, groups);
        plot.Axes.SetLimits(-0.6, groups.Length - 0.4, 0, bars.Max(bar => bar.Spread.Max) * 1.08);
        ChartStyle.Save(plot, file, withLegend: series.Count > 1);
        return true;
    }

    /// <summary>Names groups of bars at the places 0, 1, and so on, slanted where they are long.</summary>
    public static void LabelGroups(Plot plot, IReadOnlyList<string> groups)
    {
        var ticks = new NumericManual();
        for (var i = 0; i < groups.Count; i++)
            ticks.AddMajor(i, groups[i]);
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        if (groups.Sum(group => group.Length) <= 90)
            return;
        plot.Axes.Bottom.TickLabelStyle.Rotation = -30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.MinimumSize = 130;
    }
}
