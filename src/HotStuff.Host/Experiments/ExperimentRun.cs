using System.Globalization;
using System.Runtime.InteropServices;
using HotStuff.Host.Experiments.Charts;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Experiments;

/// <summary>Runs a <see cref="BenchSpec"/>.</summary>
internal delegate Task<BenchOutcome> Bench(BenchSpec spec, CancellationToken cancellationToken);

/// <summary>
/// Runs an experiment into a directory: <c>raw/</c> has a file for each run, which is not run again while its file is there; from all of them follow <c>results.csv</c>,
/// <c>summary.csv</c> and the charts.
/// </summary>
/// <param name="definition">The experiment.</param>
/// <param name="directory">Where results go.</param>
/// <param name="read">Makes a run's arguments what <c>bench</c> is to do.</param>
/// <param name="bench">Does it.</param>
/// <param name="tell">Takes lines about what happens.</param>
internal sealed class ExperimentRun(
    ExperimentDefinition definition, string directory, Func<Combination, BenchSpec> read, Bench bench, Action<string> tell)
{
    private string RawDirectory => Path.Combine(directory, "raw");

    /// <summary>Runs what has not been run, and writes tables and charts of all that has.</summary>
    /// <returns>How many of the planned runs failed, now or earlier.</returns>
    public async Task<int> RunAsync(IReadOnlyList<PlannedRun> plan, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(RawDirectory);
        var failed = 0;
        for (var i = 0; i < plan.Count; i++)
        {
            var path = Path.Combine(RawDirectory, plan[i].FileName);
            var isDone = File.Exists(path);
            var run = isDone ? RawRun.Load(path) : await RunAsync(plan[i], cancellationToken);
            if (!isDone)
                run.Save(path);
            failed += run.Failure is null ? 0 : 1;
            tell($"[{i + 1}/{plan.Count}] {plan[i].Combination.Name} ({plan[i].Repeat}){(isDone ? ", done earlier" : "")}: {Describe(run)}");
        }

        WriteResults();
        return failed;
    }

    /// <summary>Writes tables and charts of all runs whose files are there.</summary>
    public void WriteResults()
    {
        var runs = Directory.GetFiles(RawDirectory, "*.json").Order(StringComparer.Ordinal).Select(RawRun.Load).Where(run => run.Experiment == definition.Name).ToArray();
        File.WriteAllText(Path.Combine(directory, "results.csv"), Tables.Results(definition, runs));
        File.WriteAllText(Path.Combine(directory, "summary.csv"), Tables.Summary(definition, runs));
        var good = runs.Where(run => run.Failure is null).ToArray();
        foreach (var chart in definition.Charts)
        {
            var file = Path.Combine(directory, $"{chart.File}.png");
            tell(ChartWriter.Write(definition, chart, good, file) ? $"{file} drawn" : $"{file} not drawn: no run has what it shows");
        }
    }

    private async Task<RawRun> RunAsync(PlannedRun planned, CancellationToken cancellationToken)
    {
        var run = new RawRun
        {
            Experiment = definition.Name,
            Labels = planned.Combination.Labels.ToDictionary(StringComparer.Ordinal),
            Repeat = planned.Repeat,
            Arguments = planned.Combination.Arguments,
            MeasuredAt = TimeProvider.System.GetUtcNow(),
            Machine = $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
        };
        try
        {
            var (report, load) = await bench(read(planned.Combination), cancellationToken);
            return run with
            {
                Failure = report.Failure(),
                Report = report,
                Latencies = load.Latencies,
                Slots = [.. load.Slots.Select((slot, i) => TimelineRow.Of(Math.Round(i * load.SlotSeconds, 3), slot))],
                SlotSeconds = load.SlotSeconds,
            };
        }
        catch (ProblemException problem) when (problem.ExitCode == ExitCode.BadUsage)
        {
            // All other runs would meet it, too: a port in use, for example.
            throw;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            return run with { Failure = problem.Message.ReplaceLineEndings(" ") };
        }
    }

    private static string Describe(RawRun run) => run.Failure is { } failure
        ? $"failed: {failure}"
        : string.Create(CultureInfo.InvariantCulture, $"{run.Report!.ThroughputRps:N0} commands/s, p50 {run.Report.LatencyMs.P50:0.0} ms, p99 {run.Report.LatencyMs.P99:0.0} ms");
}
