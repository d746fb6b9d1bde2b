using System.Diagnostics;

namespace HotStuff.Host.Measuring;

/// <summary>Turns a growing count into a rate since the last look.</summary>
internal sealed class RateMeter(Func<long> count)
{
    private long _lastCount;
    private long _lastTime = Stopwatch.GetTimestamp();

    /// <summary>The growth per second since the last call.</summary>
    public double Next()
    {
        var now = Stopwatch.GetTimestamp();
        var current = count();
        var rate = (current - _lastCount) / Math.Max(1e-6, Stopwatch.GetElapsedTime(_lastTime, now).TotalSeconds);
        (_lastCount, _lastTime) = (current, now);
        return rate;
    }

    /// <summary>The rate and the count in words.</summary>
    public string Describe() => $"{Next(),9:N0} commands/s, {_lastCount:N0} in all";
}
