using ScottPlot;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>What a chart of lines has beside them.</summary>
internal enum LineChartExtras
{
    None,

    /// <summary>The line on which as much comes out as is put in.</summary>
    Diagonal,

    /// <summary>Both axes by logarithms, ticks where there are values.</summary>
    Logarithmic,
}

/// <summary>One figure against another: a point for each combination with its spread over the repeats, and a line through the points of a series.</summary>
internal static class LineChart
{
    public static bool Write(ChartDefinition chart, IReadOnlyList<ChartSeries> series, string x, string y, string file, LineChartExtras extras = LineChartExtras.None)
    {
        var lines = series.Select(one => (Series: one, Points: PointsOf(one, x, y))).Where(line => line.Points.Count > 0).ToArray();
        if (lines.Length == 0)
            return false;

        var points = lines.SelectMany(line => line.Points).ToArray();
        var (xs, ys) = (points.SelectMany(point => (double[])[point.X.Min, point.X.Max]), points.SelectMany(point => (double[])[point.Y.Min, point.Y.Max]));
        var (xScale, yScale) = extras == LineChartExtras.Logarithmic
            ? (AxisScale.Logarithmic(xs, [.. points.Select(point => point.X.Median).Distinct().Order()]), AxisScale.Logarithmic(ys))
            : (AxisScale.For(xs), AxisScale.For(ys));
        var plot = ChartStyle.NewPlot(chart.Title, ChartWriter.Subtitle(series), Metric.Find(x)?.Label ?? x, Metric.Find(y)!.Label);
        if (extras == LineChartExtras.Diagonal)
            AddDiagonal(plot, xScale, yScale, [.. points.Select(point => point.X.Median)]);
        foreach (var (one, inOrder) in lines)
            Add(plot, one, [.. inOrder.Where(point => xScale.Has(point.X.Min) && yScale.Has(point.Y.Min))], xScale, yScale);
        ChartStyle.SetScales(plot, xScale, yScale);
        ChartStyle.Save(plot, file, withLegend: lines.Length > 1 || extras == LineChartExtras.Diagonal);
        return true;
    }

    private static List<(Spread X, Spread Y)> PointsOf(ChartSeries series, string x, string y)
    {
        var metric = Metric.Find(y)!;
        var points = series.Combinations
            .Select(runs => (X: Spread.Of(runs.Select(run => Metric.Find(x) is { } other ? other.Of(run) : run.Number(x))), Y: Spread.Of(runs.Select(metric.Of))))
            .Where(point => point is { X: not null, Y: not null })
            .Select(point => (point.X!.Value, point.Y!.Value));
        // Along an axis by its values; along a figure in the order of the axis that varies, so that a curve that turns back shows.
        return Metric.Find(x) is null || x == "offered_rps" ? [.. points.OrderBy(point => point.Item1.Median)] : [.. points];
    }

    private static void Add(Plot plot, ChartSeries series, IReadOnlyList<(Spread X, Spread Y)> points, AxisScale x, AxisScale y)
    {
        var (xs, ys) = (points.Select(point => x.PlaceOf(point.X.Median)).ToArray(), points.Select(point => y.PlaceOf(point.Y.Median)).ToArray());
        var color = ChartStyle.ColorOf(series.Number);
        var spread = new ScottPlot.Plottables.ErrorBar(
            xs,
            ys,
            [.. points.Select((point, i) => xs[i] - x.PlaceOf(point.X.Min))],
            [.. points.Select((point, i) => x.PlaceOf(point.X.Max) - xs[i])],
            [.. points.Select((point, i) => ys[i] - y.PlaceOf(point.Y.Min))],
            [.. points.Select((point, i) => y.PlaceOf(point.Y.Max) - ys[i])])
        {
            Color = color.WithAlpha(0.6),
            LineWidth = 1.5f,
            CapSize = 5,
        };
        plot.PlottableList.Add(spread);
        var line = plot.Add.Scatter(xs, ys);
        line.Color = color;
        line.LineWidth = ChartStyle.LineWidth;
        line.MarkerSize = ChartStyle.MarkerSize;
        line.LegendText = series.Label;
    }

    private static void AddDiagonal(Plot plot, AxisScale x, AxisScale y, double[] values)
    {
        var inOrder = values.Where(value => x.Has(value) && y.Has(value)).Order().ToArray();
        var line = plot.Add.ScatterLine(inOrder.Select(x.PlaceOf).ToArray(), inOrder.Select(y.PlaceOf).ToArray());
        line.Color = Color.FromHex("#8A9099");
        line.LineWidth = 1.5f;
        line.LinePattern = LinePattern.Dashed;
        line.LegendText = "all that is offered";
    }
}
