using System.Diagnostics;

namespace HotStuff.Simulation;

/// <summary>Runs many scenarios of the Twins method on all cores, each in one thread.</summary>
/// <param name="scenarios">What to run, each known by a number that never changes: its place in the exhaustive set, or the seed of a sample.</param>
/// <param name="first">The number of the first one; those of the others follow.</param>
/// <param name="protocol">The variant.</param>
public sealed class TwinsRange(IReadOnlyList<TwinsScenario> scenarios, long first, string protocol) : ISimulatedRange
{
    private long _done;
    private long _violated;

    /// <inheritdoc/>
    public long Count => scenarios.Count;

    /// <inheritdoc/>
    public long Done => Interlocked.Read(ref _done);

    /// <inheritdoc/>
    public long Violated => Interlocked.Read(ref _violated);

    /// <summary>Runs them all.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TwinsRangeResult Run(CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        var violations = new SortedDictionary<long, TwinsResult>();
        var gate = new Lock();
        var (steps, commits, ended) = (0L, 0L, 0L);
        Parallel.For(0, scenarios.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            var result = TwinsRun.Run(scenarios[i], protocol);
            Interlocked.Add(ref steps, result.Steps);
            Interlocked.Add(ref commits, result.Commits);
            Interlocked.Add(ref ended, result.ReachedEnd ? 1 : 0);
            Interlocked.Increment(ref _done);
            if (result.Violation is null)
                return;
            Interlocked.Increment(ref _violated);
            lock (gate)
                violations.Add(first + i, result);
        });
        return new TwinsRangeResult(Count, steps, commits, ended, violations, Stopwatch.GetElapsedTime(start));
    }
}

/// <summary>What came of many scenarios.</summary>
/// <param name="Scenarios">How many.</param>
/// <param name="Steps">Events handled in all of them, with the invariants checked after each.</param>
/// <param name="Commits">Blocks committed in all of them, by the replica that committed most.</param>
/// <param name="ReachedEnd">In how many the replicas got through all rounds.</param>
/// <param name="Violations">Those in which an invariant broke, by number.</param>
/// <param name="Duration">How long it took.</param>
public sealed record TwinsRangeResult(
    long Scenarios, long Steps, long Commits, long ReachedEnd, IReadOnlyDictionary<long, TwinsResult> Violations, TimeSpan Duration);
