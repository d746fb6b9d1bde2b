using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HotStuff.Operator;

/// <summary>
/// Messages over a stream: each a length of four bytes, big endian, and so many bytes of JSON. What arrives may be anything: memory is taken only for bytes that came, up to a bound.
/// </summary>
/// <param name="stream">Where bytes come from and go to.</param>
/// <param name="maxRead">The longest frame that is read, in bytes.</param>
internal sealed class FrameChannel(Stream stream, int maxRead)
{
    /// <summary>The longest frame that a caller sends, in bytes.</summary>
    public const int MaxCallerFrame = 16 * 1024;

    /// <summary>The longest frame that a node sends, in bytes.</summary>
    public const int MaxNodeFrame = 4 * 1024 * 1024;

    private const int LengthSize = 4;
    private const int Chunk = 16 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly byte[] _chunk = new byte[Math.Min(Chunk, maxRead)];

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="maxBytes">The longest frame that the other side reads.</param>
    /// <param name="cancellation">Gives up; what was written of it stays written.</param>
    /// <returns>False when it is longer than that; nothing is written then.</returns>
    public async Task<bool> WriteAsync<T>(T message, int maxBytes, CancellationToken cancellation)
    {
        var frame = new ArrayBufferWriter<byte>();
        frame.Advance(frame.GetSpan(LengthSize)[..LengthSize].Length);
        using (var json = new Utf8JsonWriter(frame, new JsonWriterOptions { Encoder = Options.Encoder }))
            JsonSerializer.Serialize(json, message, Options);
        var length = frame.WrittenCount - LengthSize;
        if (length > maxBytes)
            return false;

        var bytes = frame.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
        return true;
    }

    /// <summary>Reads a message.</summary>
    /// <param name="idle">How long to wait for its first byte.</param>
    /// <param name="whole">How long the rest of it may take.</param>
    /// <param name="time">Where time comes from.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The message; null when the other side has said all that it wanted to.</returns>
    /// <exception cref="InvalidDataException">What came is no message.</exception>
    /// <exception cref="IOException">The connection broke, or the message ended early.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was given up.</exception>
    public async Task<T?> ReadAsync<T>(TimeSpan idle, TimeSpan whole, TimeProvider time, CancellationToken cancellation)
        where T : class
    {
        using var late = new CancellationTokenSource(idle, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        var begun = await stream.ReadAsync(_chunk.AsMemory(0, LengthSize), bound.Token);
        if (begun == 0)
            return null;
        late.CancelAfter(whole);
        if (begun < LengthSize)
            await stream.ReadExactlyAsync(_chunk.AsMemory(begun, LengthSize - begun), bound.Token);
        var length = BinaryPrimitives.ReadInt32BigEndian(_chunk);
        if (length < 1 || length > maxRead)
            throw new InvalidDataException($"a frame of {length} bytes; allowed are 1 to {maxRead}");

        using var json = new MemoryStream();
        while (json.Length < length)
        {
            var read = await stream.ReadAsync(_chunk.AsMemory(0, Math.Min(_chunk.Length, length - (int)json.Length)), bound.Token);
            if (read == 0)
                throw new EndOfStreamException("the connection ended within a message");
            json.Write(_chunk, 0, read);
        }

        return Decode<T>(json.GetBuffer().AsSpan(0, length));
    }

    private static T Decode<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new InvalidDataException("a message that is nothing");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // Not supported: an object without a kind.
            throw new InvalidDataException("not a message", exception);
        }
    }
}
