using System.Text.Json;
using System.Text.Json.Serialization;
using HotStuff.Web;

namespace HotStuff.Host.Replays;

/// <summary>A simulated run as a page in one file, which a browser plays without a server.</summary>
internal static class ReplayFile
{
    // The encoder of the web defaults escapes what could end the script in which the trace stands.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Writes the page.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task WriteAsync(string path, ReplayTrace trace, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, ReplayPage.Create(JsonSerializer.Serialize(trace, Json)), cancellationToken);
}
