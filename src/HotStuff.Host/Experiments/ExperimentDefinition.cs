namespace HotStuff.Host.Experiments;

/// <summary>An experiment: runs of <c>bench</c> with all combinations of some options, each several times, and charts of what comes of it.</summary>
/// <param name="Name">Names its results.</param>
/// <param name="Description">What it is to show.</param>
/// <param name="Options">Options that all runs have.</param>
/// <param name="Axes">What varies.</param>
/// <param name="Repeats">How often each combination is run, 1 and up.</param>
/// <param name="Charts">What to draw.</param>
internal sealed record ExperimentDefinition(
    string Name, string Description, IReadOnlyList<BenchOption> Options, IReadOnlyList<Axis> Axes, int Repeats, IReadOnlyList<ChartDefinition> Charts)
{
    /// <summary>All combinations of one value of each axis, the last axis varying fastest.</summary>
    public IReadOnlyList<Combination> Combinations() => Axes.Aggregate(
        (IReadOnlyList<Combination>)[new Combination([], Options)],
        (combinations, axis) => [.. combinations.SelectMany(combination => axis.Values.Select(value => combination.With(axis.Name, value)))]);
}

/// <summary>An option of <c>bench</c>.</summary>
/// <param name="Name">Without its dashes.</param>
/// <param name="Value">As it is written; null: a flag.</param>
internal sealed record BenchOption(string Name, string? Value)
{
    public IEnumerable<string> Words => Value is null ? [$"--{Name}"] : [$"--{Name}", Value];
}

/// <summary>Something that varies.</summary>
/// <param name="Name">An option, or a word for several that vary together.</param>
/// <param name="Values">What it takes in turn.</param>
internal sealed record Axis(string Name, IReadOnlyList<AxisValue> Values);

/// <summary>One value of an axis.</summary>
/// <param name="Label">What it is called in files and charts.</param>
/// <param name="Options">The options that it sets.</param>
internal sealed record AxisValue(string Label, IReadOnlyList<BenchOption> Options);

/// <summary>One value of each axis.</summary>
/// <param name="Labels">The axes with their values' labels, in the order of the axes.</param>
/// <param name="Options">The options of a run; each name once.</param>
internal sealed record Combination(IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<BenchOption> Options)
{
    /// <summary>For people and <c>--only</c>, such as <c>rate=100,batch=400</c>.</summary>
    public string Name => Labels.Count == 0 ? "all" : string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"));

    /// <summary>The arguments of <c>bench</c>.</summary>
    public IReadOnlyList<string> Arguments => [.. Options.SelectMany(option => option.Words)];

    /// <summary>With one more axis, whose options take the place of those with the same names.</summary>
    public Combination With(string axis, AxisValue value) => new(
        [.. Labels, new(axis, value.Label)],
        [.. Options.Where(option => value.Options.All(other => other.Name != option.Name)), .. value.Options]);
}

/// <summary>A chart to draw.</summary>
internal sealed record ChartDefinition
{
    /// <summary>One of <see cref="Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its file's name without extension.</summary>
    public required string File { get; init; }

    public required string Title { get; init; }

    /// <summary>Axes whose values are series, each with a colour of its own; none: one series.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>Where the kind leaves it open: an axis or a metric.</summary>
    public string? X { get; init; }

    /// <summary>Where the kind leaves it open: a metric.</summary>
    public string? Y { get; init; }

    /// <summary>Values of axes, by label, to which the chart is limited.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The kinds of charts.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["throughput-latency", "goodput", "latency-cdf", "timeline", "scaling", "lines", "bars", "cpu"];
}
