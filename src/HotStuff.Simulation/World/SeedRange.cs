using System.Diagnostics;

namespace HotStuff.Simulation;

/// <summary>Runs the worlds of many seeds on all cores, each in one thread. The result does not depend on how many cores there are.</summary>
public sealed class SeedRange
{
    private readonly WorldSpec _spec;
    private readonly long _first;
    private readonly long _last;
    private long _done;
    private long _violated;

    /// <summary>The seeds <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public SeedRange(WorldSpec spec, long first, long last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        _spec = spec;
        _first = first;
        _last = last;
    }

    /// <summary>How many seeds there are.</summary>
    public long Count => _last - _first + 1;

    /// <summary>How many have been run. May be read while it runs.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>In how many of them something broke. May be read while it runs.</summary>
    public long Violated => Interlocked.Read(ref _violated);

    /// <summary>Runs them all.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SeedRangeResult Run(int threads = -1, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var total = new WorldCounters();
        var violations = new SortedDictionary<long, Violation>();
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(
            _first,
            _last + 1,
            options,
            () => new WorldCounters(),
            (seed, _, counters) =>
            {
                var result = World.Run(Planner.Draw((ulong)seed, _spec));
                counters.Add(result.Counters);
                Interlocked.Increment(ref _done);
                if (result.Violation is { } violation)
                {
                    Interlocked.Increment(ref _violated);
                    lock (gate)
                        violations.Add(seed, violation);
                }

                return counters;
            },
            counters =>
            {
                lock (gate)
                    total.Add(counters);
            });
        return new SeedRangeResult(Count, total, violations, Stopwatch.GetElapsedTime(start));
    }
}

/// <summary>What came of many worlds.</summary>
/// <param name="Seeds">How many.</param>
/// <param name="Counters">What happened in all of them.</param>
/// <param name="Violations">What broke, by seed.</param>
/// <param name="Duration">How long it took.</param>
public sealed record SeedRangeResult(long Seeds, WorldCounters Counters, IReadOnlyDictionary<long, Violation> Violations, TimeSpan Duration);
