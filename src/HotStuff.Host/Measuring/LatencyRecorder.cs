using System.Diagnostics;
using HdrHistogram;

namespace HotStuff.Host.Measuring;

/// <summary>
/// Collects latencies with three significant digits, from a microsecond to ten minutes. Used by one thread at a time.
/// </summary>
internal sealed class LatencyRecorder
{
    private const long HighestMicroseconds = 600_000_000;
    private const int SignificantDigits = 3;

    private readonly LongHistogram _microseconds = new(HighestMicroseconds, SignificantDigits);

    public long Count => _microseconds.TotalCount;

    /// <summary>Records that <paramref name="count"/> commands took as long as the stopwatch ticks say.</summary>
    public void Record(long stopwatchTicks, long count)
    {
        var microseconds = stopwatchTicks * 1_000_000.0 / Stopwatch.Frequency;
        _microseconds.RecordValueWithCount((long)Math.Clamp(microseconds, 1, HighestMicroseconds), count);
    }

    /// <summary>Adds what another recorder collected.</summary>
    public void Add(LatencyRecorder other) => _microseconds.Add(other._microseconds);

    /// <summary>Forgets everything.</summary>
    public void Reset() => _microseconds.Reset();

    public LatencySummary Summarize() => Count == 0
        ? LatencySummary.None
        : new LatencySummary(
            Milliseconds(_microseconds.GetMean()),
            Milliseconds(_microseconds.GetStdDeviation()),
            Percentile(50),
            Percentile(95),
            Percentile(99),
            Milliseconds(_microseconds.GetMaxValue()));

    private double Percentile(double percentile) => Milliseconds(_microseconds.GetValueAtPercentile(percentile));

    private static double Milliseconds(double microseconds) => Math.Round(microseconds / 1000, 3);
}

/// <summary>What the latencies of a run come to, in milliseconds.</summary>
internal sealed record LatencySummary(double Mean, double Stddev, double P50, double P95, double P99, double Max)
{
    /// <summary>The summary of no latencies.</summary>
    public static LatencySummary None { get; } = new(0, 0, 0, 0, 0, 0);
}
