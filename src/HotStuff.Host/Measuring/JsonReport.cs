using System.Text.Encodings.Web;
using System.Text.Json;

namespace HotStuff.Host.Measuring;

/// <summary>Writes results as JSON files with keys in snake case.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes <paramref name="report"/> to a file.</summary>
    public static Task WriteAsync(string path, object report, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, ToText(report) + "\n", cancellationToken);

    public static string ToText(object report) => JsonSerializer.Serialize(report, report.GetType(), Format);
}
