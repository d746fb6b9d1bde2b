namespace HotStuff.Host.Experiments;

/// <summary>A run of an experiment.</summary>
/// <param name="Combination">What it runs.</param>
/// <param name="Repeat">Which time, 1 and up.</param>
internal sealed record PlannedRun(Combination Combination, int Repeat)
{
    /// <summary>The name of its file in <c>raw/</c>.</summary>
    public string FileName => $"{string.Concat(Combination.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '=' or ',' or '.' or '-' or '_' ? c : '_'))}.{Repeat}.json";
}

/// <summary>Which runs an experiment has, and in which order.</summary>
internal static class ExperimentPlan
{
    /// <summary>All combinations so many times, shuffled, so that what changes on the machine meanwhile does not fall on one end of an axis.</summary>
    /// <param name="definition">The experiment.</param>
    /// <param name="repeats">How often each combination is run.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="only">A text that the names of the combinations must have; null: none.</param>
    public static IReadOnlyList<PlannedRun> Of(ExperimentDefinition definition, int repeats, int seed, string? only)
    {
        var runs = Enumerable.Range(1, repeats)
            .SelectMany(repeat => definition.Combinations().Select(combination => new PlannedRun(combination, repeat)))
            .Where(run => only is null || run.Combination.Name.Contains(only, StringComparison.Ordinal))
            .ToArray();
        new Random(seed).Shuffle(runs);
        return runs;
    }
}
