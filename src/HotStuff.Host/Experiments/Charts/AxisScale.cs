using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace HotStuff.Host.Experiments.Charts;

/// <summary>Where values lie on an axis: as they are, or by their logarithms.</summary>
internal sealed class AxisScale
{
    // From here on small values would stick together.
    private const double LogarithmicFrom = 30;
    private const double Margin = 0.06;

    private readonly double[] _marks;

    private AxisScale(bool isLogarithmic, double least, double most, double[] marks)
    {
        IsLogarithmic = isLogarithmic;
        _marks = marks;
        var (from, to) = isLogarithmic ? (Math.Log10(least), Math.Log10(most)) : (Math.Min(0, least), most);
        var room = Math.Max((to - from) * Margin, isLogarithmic ? 0.05 : Math.Max(1e-9, Math.Abs(most) * Margin));
        From = isLogarithmic || least < 0 ? from - room : from;
        To = to + room;
    }

    public bool IsLogarithmic { get; }

    /// <summary>The begin of the axis, in places.</summary>
    public double From { get; }

    /// <summary>The end of the axis, in places.</summary>
    public double To { get; }

    /// <summary>For some values: by logarithms where they are far apart, else from 0 on.</summary>
    public static AxisScale For(IEnumerable<double> values)
    {
        var known = values.Where(value => value > 0).DefaultIfEmpty(1).ToArray();
        return new AxisScale(known.Max() / known.Min() >= LogarithmicFrom, known.Min(), known.Max(), []);
    }

    /// <summary>By logarithms, with ticks at these marks; none: at round numbers.</summary>
    public static AxisScale Logarithmic(IEnumerable<double> values, params double[] marks)
    {
        var known = values.Where(value => value > 0).DefaultIfEmpty(1).ToArray();
        return new AxisScale(true, known.Min(), known.Max(), marks);
    }

    /// <summary>Whether a value has a place.</summary>
    public bool Has(double value) => double.IsFinite(value) && (!IsLogarithmic || value > 0);

    /// <summary>The place of a value on the axis.</summary>
    public double PlaceOf(double value) => IsLogarithmic ? Math.Log10(value) : value;

    /// <summary>Ticks with short labels.</summary>
    public ITickGenerator Ticks()
    {
        if (!IsLogarithmic)
            return new NumericAutomatic { LabelFormatter = Short, TargetTickCount = 8, MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1) };
        var ticks = new NumericManual();
        foreach (var mark in _marks)
            ticks.AddMajor(Math.Log10(mark), Short(mark));
        if (_marks.Length > 0)
            return ticks;
        // On a short axis also between the powers of ten.
        int[] labelled = To - From < 2.5 ? [1, 2, 5] : [1];
        for (var power = Math.Floor(From); power <= To; power++)
        {
            for (var digit = 1; digit <= 9; digit++)
            {
                var value = digit * Math.Pow(10, power);
                if (Math.Log10(value) < From || Math.Log10(value) > To)
                    continue;
                if (labelled.Contains(digit))
                    ticks.AddMajor(Math.Log10(value), Short(value));
                else
                    ticks.AddMinor(Math.Log10(value));
            }
        }

        return ticks;
    }

    private static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.###}M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.###}k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.###}"),
    };
}
