using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStuff.Host.Experiments;

/// <summary>Reads definitions of experiments; docs/experiments.md describes the format.</summary>
internal static class ExperimentFile
{
    private const int MostRepeats = 1000;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ProblemException">It cannot be read, or is not a definition; one line says where.</exception>
    public static ExperimentDefinition Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Usage($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The definition.</param>
    /// <param name="path">What to call it in errors.</param>
    /// <exception cref="ProblemException">It is not a definition.</exception>
    public static ExperimentDefinition Parse(string text, string path)
    {
        Document document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(text, Format) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw ProblemException.Usage($"{path} is not a definition of an experiment: {e.Message.Split('\n')[0]}");
        }

        if (!IsFileName(document.Name))
            throw ProblemException.Usage($"{path}: name is '{document.Name}'; allowed are letters, digits, '-' and '_'");
        if (document.Repeats is < 1 or > MostRepeats)
            throw ProblemException.Usage($"{path}: repeats is {document.Repeats}; allowed are 1 to {MostRepeats}");
        var axes = document.Axes.Select(axis => new Axis(axis.Key, [.. axis.Value.Select(value => ValueOf(axis.Key, value, path))])).ToArray();
        if (axes.FirstOrDefault(axis => axis.Values.Count == 0) is { } empty)
            throw ProblemException.Usage($"{path}: axis {empty.Name} has no values");
        if (axes.FirstOrDefault(axis => axis.Values.DistinctBy(value => value.Label).Count() < axis.Values.Count) is { } ambiguous)
            throw ProblemException.Usage($"{path}: axis {ambiguous.Name} has two values of the same label");
        var definition = new ExperimentDefinition(
            document.Name, document.Description, OptionsOf(document.Options, path), axes, document.Repeats, document.Charts);
        foreach (var chart in definition.Charts)
            Check(chart, definition, path);
        return definition;
    }

    private static void Check(ChartDefinition chart, ExperimentDefinition definition, string path)
    {
        var axes = definition.Axes.Select(axis => axis.Name).ToArray();
        // Along an option that an axis sets together with others, too.
        var numbers = axes.Concat(definition.Axes.SelectMany(axis => axis.Values).SelectMany(value => value.Options).Select(option => option.Name));
        if (!ChartDefinition.Kinds.Contains(chart.Kind, StringComparer.Ordinal))
            throw Refused("kind", chart.Kind, string.Join(", ", ChartDefinition.Kinds));
        if (!IsFileName(chart.File))
            throw Refused("file", chart.File, "letters, digits, '-' and '_'");
        if (chart.Series.Concat(chart.Where.Keys).FirstOrDefault(name => !axes.Contains(name, StringComparer.Ordinal)) is { } unknown)
            throw Refused("series", unknown, axes.Length == 0 ? "nothing, as there are no axes" : string.Join(", ", axes));
        if (chart.Y is { } y && Metric.Find(y) is null)
            throw Refused("y", y, string.Join(", ", Metric.All.Select(metric => metric.Name)));
        if (chart.X is { } x && Metric.Find(x) is null && !numbers.Contains(x, StringComparer.Ordinal))
            throw Refused("x", x, $"an axis or an option of one, or one of {string.Join(", ", Metric.All.Select(metric => metric.Name))}");
        if (chart.Kind is "lines" or "bars" or "scaling" && (chart.X is null || (chart.Y is null && chart.Kind != "scaling")))
            throw ProblemException.Usage($"{path}: chart {chart.File} of kind {chart.Kind} needs x and y");

        ProblemException Refused(string key, string given, string allowed) =>
            ProblemException.Usage($"{path}: chart {chart.File}: {key} is '{given}'; allowed are {allowed}");
    }

    private static AxisValue ValueOf(string axis, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return new AxisValue(TextOf(value, axis, path), [OptionOf(axis, value, path)]);
        var options = value.EnumerateObject().Where(property => property.Name != "label")
            .Select(property => OptionOf(property.Name, property.Value, path)).ToArray();
        return new AxisValue(
            value.TryGetProperty("label", out var label) ? TextOf(label, axis, path) : string.Join(' ', options.Select(option => $"{option.Name}={option.Value}")),
            options);
    }

    private static IReadOnlyList<BenchOption> OptionsOf(Dictionary<string, JsonElement> options, string path) =>
        [.. options.Where(option => option.Value.ValueKind != JsonValueKind.False).Select(option => OptionOf(option.Key, option.Value, path))];

    private static BenchOption OptionOf(string name, JsonElement value, string path) =>
        new(name, value.ValueKind == JsonValueKind.True ? null : TextOf(value, name, path));

    private static string TextOf(JsonElement value, string name, string path) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "yes",
        _ => throw ProblemException.Usage($"{path}: {name} is {value.GetRawText()}; allowed is a number, a text, or true for a flag"),
    };

    private static bool IsFileName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private sealed record Document
    {
        public required string Name { get; init; }

        public required string Description { get; init; }

        public Dictionary<string, JsonElement> Options { get; init; } = [];

        public Dictionary<string, JsonElement[]> Axes { get; init; } = [];

        public int Repeats { get; init; } = 1;

        public ChartDefinition[] Charts { get; init; } = [];
    }
}
