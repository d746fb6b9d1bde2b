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

    /// <summary>Looks whether the file of <c>--json</c> can be written, before there is a result to lose. What it holds stays; null is no file.</summary>
    public static void RequireWritable(string? path)
    {
        if (path is null)
            return;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
                Directory.CreateDirectory(directory);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProblemException.Usage($"--json is '{path}', which cannot be written ({e.Message}); allowed is a file that this user may write");
        }
    }

    /// <summary>Writes <paramref name="report"/> to a file.</summary>
    public static Task WriteAsync(string path, object report, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, ToText(report) + "\n", cancellationToken);

    public static string ToText(object report) => JsonSerializer.Serialize(report, report.GetType(), Format);
}
