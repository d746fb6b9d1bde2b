using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStuff.Host.Measuring;

/// <summary>A <see cref="LatencyRecorder"/> as base64 of its encoding.</summary>
internal sealed class LatencyRecorderConverter : JsonConverter<LatencyRecorder>
{
    public override LatencyRecorder Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var encoded) && LatencyRecorder.TryDecode(encoded) is { } recorder
            ? recorder
            : throw new JsonException("not an encoded histogram");

    public override void Write(Utf8JsonWriter writer, LatencyRecorder value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Encode());
}
