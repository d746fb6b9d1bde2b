using System.Text.Json;
using System.Text.Json.Nodes;

namespace HotStuff.Operator;

/// <summary>Results as lines for people. Whatever a node sends, the lines hold no control characters.</summary>
public static class ResultText
{
    private const int HashDigits = 64;
    private const int ShownDigits = 8;

    /// <summary>The lines; none when the data are not of the result's shape.</summary>
    public static IEnumerable<string> Lines(CommandResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var lines = result.Shape switch
        {
            ResultShape.Lines => Items(result.Data).Select(Shown),
            ResultShape.Fields => Aligned([.. Properties(result.Data).Select(field => (IReadOnlyList<Cell>)[new Cell(Words(field.Key)), new Cell(Shown(field.Value))])]),
            ResultShape.Table => Table(result.Data),
            _ => Items(result.Data).Select(row => string.Join(" | ", Properties(row).Select(field => Shown(field.Value)))),
        };
        return result.Note is { } note ? lines.Append(Clean(note)) : lines;
    }

    /// <summary>A text without control characters, which could do anything to a terminal.</summary>
    public static string Clean(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)) : text;

    private static IEnumerable<string> Table(JsonNode data)
    {
        var rows = Items(data).Select(row => Properties(row).ToArray()).ToArray();
        if (rows.Length == 0)
            return [];
        IReadOnlyList<Cell> names = [.. rows[0].Select(field => new Cell(Words(field.Key)))];
        return Aligned([names, .. rows.Select(row => (IReadOnlyList<Cell>)[.. row.Select(field => new Cell(Shown(field.Value), IsNumber(field.Value)))])]);
    }

    private static IEnumerable<string> Aligned(IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        if (rows.Count == 0)
            yield break;
        var widths = Enumerable.Range(0, rows.Max(row => row.Count)).Select(column => rows.Max(row => column < row.Count ? row[column].Text.Length : 0)).ToArray();
        foreach (var row in rows)
            yield return string.Join("  ", row.Select((cell, column) => cell.IsRight ? cell.Text.PadLeft(widths[column]) : cell.Text.PadRight(widths[column]))).TrimEnd();
    }

    private static JsonArray Items(JsonNode? node) => node as JsonArray ?? [];

    private static JsonObject Properties(JsonNode? node) => node as JsonObject ?? [];

    private static bool IsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number;

    private static string Shown(JsonNode? value) => value switch
    {
        null => "-",
        JsonArray array => $"[{string.Join(',', array.Select(Shown))}]",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.String => Short(Clean(value.GetValue<string>())),
            _ => Clean(value.ToJsonString()),
        },
    };

    /// <summary>Hashes by their first digits, as logs show them.</summary>
    private static string Short(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigitLower) ? text[..ShownDigits] : text;

    /// <summary>A name in camel case as words.</summary>
    private static string Words(string name) => Clean(string.Concat(name.Select(letter => char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}")));

    private readonly record struct Cell(string Text, bool IsRight = false);
}
