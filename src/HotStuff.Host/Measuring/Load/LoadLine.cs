using System.Text.Json;

namespace HotStuff.Host.Measuring;

/// <summary>
/// What is said between <c>bench</c> and its processes of clients: a line of JSON for each message over standard input and output. The process says <see cref="Ready"/>, is
/// told a <see cref="LoadWindow"/>, says how far it is now and then, and at last what came of it.
/// </summary>
/// <param name="Ready">The clients are connected.</param>
/// <param name="Committed">Commands acknowledged so far.</param>
/// <param name="Result">What came of the load; nothing follows.</param>
internal sealed record LoadLine(bool Ready = false, long? Committed = null, LoadResult? Result = null)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A value in one line.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Format);

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is something else.</summary>
    public static T? TryRead<T>(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
