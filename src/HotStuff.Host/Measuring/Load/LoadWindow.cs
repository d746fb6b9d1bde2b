using System.Diagnostics;
using System.Text.Json.Serialization;

namespace HotStuff.Host.Measuring;

/// <summary>When a load begins, and what of it is measured. Timestamps of <see cref="Stopwatch"/>, which all processes of a machine share.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="From">The end of the warm-up: from here on it is measured.</param>
/// <param name="To">The end: nothing is submitted any more.</param>
internal readonly record struct LoadWindow(long Start, long From, long To)
{
    [JsonIgnore]
    public TimeSpan Duration => Stopwatch.GetElapsedTime(From, To);

    public static LoadWindow Begin(long start, TimeSpan warmup, TimeSpan duration)
    {
        var from = start + Ticks(warmup);
        return new LoadWindow(start, from, from + Ticks(duration));
    }

    /// <summary>Whether a moment is within the measured time.</summary>
    public bool Measures(long timestamp) => timestamp >= From && timestamp < To;

    /// <summary>Waits for a moment; returns at once when it has passed.</summary>
    public static Task WaitForAsync(long timestamp, CancellationToken cancellationToken) =>
        Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is { Ticks: > 0 } left ? Task.Delay(left, cancellationToken) : Task.CompletedTask;

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
