using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Experiments;

/// <summary>What came of one run of an experiment, as its file in <c>raw/</c> has it.</summary>
internal sealed record RawRun
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public required string Experiment { get; init; }

    /// <summary>The axes with the labels of their values.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>1 and up.</summary>
    public required int Repeat { get; init; }

    /// <summary>The arguments of <c>bench</c>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Where it ran.</summary>
    public required string Machine { get; init; }

    /// <summary>Why it does not count; null when it does.</summary>
    public string? Failure { get; init; }

    /// <summary>Its figures; null when it did not get that far.</summary>
    public BenchReport? Report { get; init; }

    /// <summary>All latencies; null when it did not get that far.</summary>
    public LatencyRecorder? Latencies { get; init; }

    /// <summary>The measured time in small pieces.</summary>
    public IReadOnlyList<TimelineRow> Slots { get; init; } = [];

    /// <summary>The length of a piece in seconds.</summary>
    public double SlotSeconds { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ProblemException">It cannot be read, or is not such a file.</exception>
    public static RawRun Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RawRun>(File.ReadAllText(path), Format) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ProblemException($"{path} is not the result of a run ({e.Message.Split('\n')[0]}); remove it to run it again");
        }
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Save(string path)
    {
        var unfinished = path + ".tmp";
        File.WriteAllText(unfinished, JsonSerializer.Serialize(this, Format) + "\n");
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>What an axis, or an option of <c>bench</c>, was as a number; null when it is none.</summary>
    public double? Number(string name)
    {
        var option = Arguments.SkipWhile(word => word != $"--{name}").Skip(1).FirstOrDefault();
        return double.TryParse(option ?? Labels.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The labels of some axes in one text; empty for none.</summary>
    public string Series(IReadOnlyList<string> axes) => string.Join(", ", axes.Select(axis => Label(axis, Labels.GetValueOrDefault(axis, "?"))));

    // A number alone says too little.
    private static string Label(string axis, string value) => value.Length > 0 && char.IsAsciiDigit(value[0]) ? $"{axis} {value}" : value;
}
