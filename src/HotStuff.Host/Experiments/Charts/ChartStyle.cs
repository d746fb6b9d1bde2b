using ScottPlot;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>What all charts have in common.</summary>
internal static class ChartStyle
{
    public const int Width = 1200;
    public const int Height = 750;
    public const float LineWidth = 2.2f;
    public const float MarkerSize = 8;

    // Told apart by most people who do not see all colours, and on grey paper by their lightness (Okabe and Ito, then Tol's bright ones).
    private static readonly string[] Colors =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#882255", "#44AA99", "#999933", "#666666", "#AA4499"];

    // Sans serif fonts of the usual systems; ScottPlot's own choice on Linux may have serifs.
    private static readonly string[] FontNames = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial"];

    private static readonly string Font = FontNames.FirstOrDefault(name => Fonts.GetTypeface(name, bold: false, italic: false)?.FamilyName == name) ?? Fonts.Default;

    /// <summary>The colour of the how many-th series, 0 and up.</summary>
    public static Color ColorOf(int series) => Color.FromHex(Colors[series % Colors.Length]);

    /// <summary>An empty chart.</summary>
    public static Plot NewPlot(string title, string subtitle, string xLabel, string yLabel)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Color.FromHex("#FFFFFF");
        plot.DataBackground.Color = Color.FromHex("#FAFBFC");
        plot.Grid.MajorLineColor = Color.FromHex("#DDE1E6");
        plot.Grid.MinorLineColor = Color.FromHex("#EEF0F3");
        plot.Grid.MinorLineWidth = 1;
        plot.Axes.Title.Label.Text = subtitle.Length == 0 ? title : $"{title}\n{subtitle}";
        plot.Axes.Title.Label.FontSize = 19;
        plot.Axes.Bottom.Label.Text = xLabel;
        plot.Axes.Left.Label.Text = yLabel;
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.FontSize = 16;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 14;
        }

        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        plot.Legend.FontSize = 14;
        plot.Legend.OutlineColor = Color.FromHex("#DDE1E6");
        plot.Legend.ShadowColor = Color.FromHex("#FFFFFF").WithAlpha(0);
        return plot;
    }

    /// <summary>Puts scales on the axes and makes room around the data.</summary>
    public static void SetScales(Plot plot, AxisScale x, AxisScale y)
    {
        plot.Axes.Bottom.TickGenerator = x.Ticks();
        plot.Axes.Left.TickGenerator = y.Ticks();
        plot.Axes.SetLimits(x.From, x.To, y.From, y.To);
    }

    /// <summary>Writes the chart as a PNG.</summary>
    public static void Save(Plot plot, string file, bool withLegend)
    {
        Finish(plot, withLegend);
        plot.SavePng(file, Width, Height);
    }

    /// <summary>Sets fonts and legend, when everything is in the chart.</summary>
    public static void Finish(Plot plot, bool withLegend)
    {
        plot.Font.Set(Font);
        plot.Legend.FontName = Font;
        if (withLegend)
            plot.ShowLegend(Edge.Right);
        else
            plot.HideLegend();
    }
}
