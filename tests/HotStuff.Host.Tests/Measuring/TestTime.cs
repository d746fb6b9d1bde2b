using System.Diagnostics;

namespace HotStuff.Host.Tests.Measuring;

/// <summary>A clock that a test moves. Its timestamps are as long as those of <see cref="Stopwatch"/>; its timers are the system's.</summary>
internal sealed class TestTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => Stopwatch.Frequency;

    public static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public void MoveTo(double seconds) => Interlocked.Exchange(ref _now, Ticks(seconds));
}
