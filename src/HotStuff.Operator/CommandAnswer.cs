using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace HotStuff.Operator;

/// <summary>What a command answers.</summary>
public abstract record CommandAnswer;

/// <summary>Lines that go on until the operator has seen enough.</summary>
/// <param name="Lines">The lines.</param>
public sealed record LineStream(IAsyncEnumerable<string> Lines) : CommandAnswer;

/// <summary>How a result is shown to people.</summary>
public enum ResultShape
{
    /// <summary>An array of texts, one a line.</summary>
    Lines,

    /// <summary>An object: a name and a value a line.</summary>
    Fields,

    /// <summary>An array of objects of one kind: columns under their names.</summary>
    Table,

    /// <summary>The same without names: <c>a | b | c</c>.</summary>
    Rows,
}

/// <summary>A result: data for programs, and how people see it.</summary>
public sealed record CommandResult : CommandAnswer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Chain names and log lines are for people, too.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>How people see it.</summary>
    public required ResultShape Shape { get; init; }

    /// <summary>The data, as the shape says.</summary>
    public required JsonNode Data { get; init; }

    /// <summary>A line for people after the data; null: none.</summary>
    public string? Note { get; init; }

    /// <summary>What is done when the answer is on its way; null: nothing.</summary>
    [JsonIgnore]
    public Action? Afterwards { get; init; }

    /// <summary>One line.</summary>
    public static CommandResult Line(string line) => Lines([line]);

    /// <summary>Some lines.</summary>
    public static CommandResult Lines(IEnumerable<string> lines, string? note = null) =>
        new() { Shape = ResultShape.Lines, Data = Encode(lines.ToArray()), Note = note };

    /// <summary>Names and values: the properties of an object.</summary>
    public static CommandResult Fields<T>(T data, string? note = null)
        where T : class => new() { Shape = ResultShape.Fields, Data = Encode(data), Note = note };

    /// <summary>A table with a row for each object and a column for each property.</summary>
    public static CommandResult Table<T>(IEnumerable<T> rows, string? note = null) =>
        new() { Shape = ResultShape.Table, Data = Encode(rows.ToArray()), Note = note };

    /// <summary>A line for each object with its properties, <c>a | b | c</c>.</summary>
    public static CommandResult Rows<T>(IEnumerable<T> rows, string? note = null) =>
        new() { Shape = ResultShape.Rows, Data = Encode(rows.ToArray()), Note = note };

    private static JsonNode Encode<T>(T value) => JsonSerializer.SerializeToNode(value, Options)!;
}
