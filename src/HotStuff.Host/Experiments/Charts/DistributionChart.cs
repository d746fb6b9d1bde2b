using HotStuff.Host.Measuring;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>How many of all commands were answered within a time. The upper end is stretched: from 90 to 99 % is as far as from 99 to 99.9 %.</summary>
internal static class DistributionChart
{
    private static readonly double[] Marks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];

    public static bool Write(ChartDefinition chart, IReadOnlyList<ChartSeries> series, string file)
    {
        var lines = series.Select(one => (Series: one, Points: PointsOf(one))).Where(line => line.Points.Length > 1).ToArray();
        if (lines.Length == 0)
            return false;

        var x = AxisScale.For(lines.SelectMany(line => line.Points).Select(point => point.Ms));
        var plot = ChartStyle.NewPlot(chart.Title, ChartWriter.Subtitle(series), "latency (ms)", "of all commands, at most so long");
        foreach (var (one, points) in lines)
        {
            var line = plot.Add.ScatterLine(points.Select(point => x.PlaceOf(point.Ms)).ToArray(), points.Select(point => Nines(point.Fraction)).ToArray());
            line.Color = ChartStyle.ColorOf(one.Number);
            line.LineWidth = ChartStyle.LineWidth;
            line.ConnectStyle = ConnectStyle.StepHorizontal;
            line.LegendText = one.Label;
        }

        var top = lines.Max(line => Nines(line.Points[^1].Fraction));
        var ticks = new NumericManual();
        foreach (var mark in Marks.Where(mark => Nines(mark) <= top + 0.1))
            ticks.AddMajor(Nines(mark), $"{mark * 100:0.####} %");
        ChartStyle.SetScales(plot, x, x);
        plot.Axes.Left.TickGenerator = ticks;
        plot.Axes.SetLimitsY(0, top * 1.05);
        ChartStyle.Save(plot, file, withLegend: lines.Length > 1);
        return true;
    }

    private static double Nines(double fraction) => -Math.Log10(1 - fraction);

    private static (double Ms, double Fraction)[] PointsOf(ChartSeries series)
    {
        var all = new LatencyRecorder();
        foreach (var run in series.Runs)
            all.Add(run.Latencies ?? new LatencyRecorder());
        // The very last one is at infinity.
        return [.. all.Distribution().Where(point => point.Fraction < 1)];
    }
}
