namespace HotStuff.Host.Experiments.Charts;

/// <summary>The runs of one series of a chart.</summary>
/// <param name="Label">What it is called; empty when it is the only one.</param>
/// <param name="Number">Its number among all series of the experiment, which gives it its colour.</param>
/// <param name="Combinations">Its runs by combination, in the order of the axes.</param>
internal sealed record ChartSeries(string Label, int Number, IReadOnlyList<IReadOnlyList<RawRun>> Combinations)
{
    public IEnumerable<RawRun> Runs => Combinations.SelectMany(runs => runs);

    /// <summary>All series of a chart that have runs.</summary>
    public static IReadOnlyList<ChartSeries> Of(ExperimentDefinition definition, ChartDefinition chart, IReadOnlyList<RawRun> runs)
    {
        var shown = runs.Where(run => chart.Where.All(value => run.Labels.GetValueOrDefault(value.Key) == value.Value)).ToArray();
        var combinations = definition.Combinations()
            .Select(combination => (IReadOnlyList<RawRun>)[.. runs.Where(run => combination.Labels.All(label => run.Labels.GetValueOrDefault(label.Key) == label.Value))])
            .Where(group => group.Count > 0)
            .ToArray();
        // Numbered before anything is left out, so that a colour means the same in all charts with these series.
        var labels = combinations.Select(group => group[0].Series(chart.Series)).Distinct(StringComparer.Ordinal).ToArray();
        return
        [
            .. labels.Select((label, number) => new ChartSeries(
                    label, number, [.. combinations.Where(group => shown.Contains(group[0]) && group[0].Series(chart.Series) == label)]))
                .Where(series => series.Combinations.Count > 0),
        ];
    }
}
