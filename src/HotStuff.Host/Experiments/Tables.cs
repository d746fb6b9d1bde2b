using System.Globalization;

namespace HotStuff.Host.Experiments;

/// <summary>The results of an experiment as files for spreadsheets.</summary>
internal static class Tables
{
    /// <summary>A line for each run, also for those that failed.</summary>
    public static string Results(ExperimentDefinition definition, IEnumerable<RawRun> runs) => Csv(
        [.. definition.Axes.Select(axis => axis.Name), "repeat", "measured_at", "failure", .. Metric.All.Select(metric => metric.Name)],
        runs.Select(run => (IEnumerable<string>)
        [
            .. definition.Axes.Select(axis => run.Labels.GetValueOrDefault(axis.Name, "")),
            Text(run.Repeat),
            run.MeasuredAt.ToString("s", CultureInfo.InvariantCulture),
            run.Failure ?? "",
            .. Metric.All.Select(metric => Text(metric.Of(run))),
        ]));

    /// <summary>A line for each combination: how many runs count, and the median, the least and the most of each figure.</summary>
    public static string Summary(ExperimentDefinition definition, IReadOnlyList<RawRun> runs) => Csv(
        [
            .. definition.Axes.Select(axis => axis.Name), "runs", "failed",
            .. Metric.All.SelectMany(metric => (string[])[$"{metric.Name}_median", $"{metric.Name}_min", $"{metric.Name}_max"]),
        ],
        definition.Combinations().Select(combination => Row(combination, [.. runs.Where(run => combination.Labels.All(label => run.Labels.GetValueOrDefault(label.Key) == label.Value))])));

    private static IEnumerable<string> Row(Combination combination, IReadOnlyList<RawRun> runs)
    {
        var good = runs.Where(run => run.Failure is null).ToArray();
        return
        [
            .. combination.Labels.Select(label => label.Value),
            Text(good.Length),
            Text(runs.Count - good.Length),
            .. Metric.All.SelectMany(metric => Spread.Of(good.Select(metric.Of)) is { } spread
                ? (string[])[Text(spread.Median), Text(spread.Min), Text(spread.Max)]
                : ["", "", ""]),
        ];
    }

    private static string Csv(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows) =>
        string.Concat(rows.Prepend(header).Select(row => $"{string.Join(',', row.Select(Escape))}\n"));

    private static string Escape(string field) =>
        field.IndexOfAny([',', '"', '\n']) < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(double? number) => number is { } known ? Math.Round(known, 3).ToString(CultureInfo.InvariantCulture) : "";
}
