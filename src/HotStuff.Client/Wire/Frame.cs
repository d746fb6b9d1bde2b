using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace HotStuff.Client.Wire;

/// <summary>What a frame carries; the numbers are the wire's.</summary>
internal enum FrameType : byte
{
    Hello = 1,
    Welcome = 2,
    Refused = 3,
    Submit = 4,
    Replies = 5,
    Rejected = 6,
    QueryRequest = 7,
    QueryReply = 8,
    StatusRequest = 9,
    StatusReply = 10,
}

/// <summary>What looking for a frame came to.</summary>
internal enum FrameRead
{
    /// <summary>There is one.</summary>
    Complete,

    /// <summary>Not all of it is here yet.</summary>
    Incomplete,

    /// <summary>It claims to be empty, or longer than allowed: the connection cannot be read any further.</summary>
    BadLength,
}

/// <summary>
/// Frames on the connection between a client and a replica: length of what follows (u32, big-endian), type (u8), one protobuf message.
/// </summary>
internal static class Frame
{
    /// <summary>The version that Hello carries; both sides must have the same.</summary>
    public const uint ProtocolVersion = 1;

    /// <summary>Bytes before the message.</summary>
    public const int HeaderSize = 5;

    /// <summary>The longest frame before a Hello was accepted, in bytes after the length.</summary>
    public const int MaxHelloBytes = 256;

    /// <summary>What a message adds to the one long field inside it, at most, in bytes; the frame type included.</summary>
    public const int Overhead = 64;

    /// <summary>The longest frame that a replica sends and a client reads, in bytes after the length.</summary>
    public const int MaxReplyBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Finds the frame at the start of <paramref name="buffer"/> and moves past it. Allocates nothing; a frame that claims more than
    /// <paramref name="maxBytes"/> is refused as soon as its length is here.
    /// </summary>
    public static FrameRead TryRead(ref ReadOnlySequence<byte> buffer, int maxBytes, out FrameType type, out ReadOnlySequence<byte> message)
    {
        type = default;
        message = default;
        if (buffer.Length < 4)
            return FrameRead.Incomplete;

        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, 4).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (length < 1 || length > (uint)maxBytes)
            return FrameRead.BadLength;
        if (buffer.Length < 4 + (long)length)
            return FrameRead.Incomplete;

        buffer.Slice(4, 1).CopyTo(header);
        type = (FrameType)header[0];
        message = buffer.Slice(HeaderSize, length - 1);
        buffer = buffer.Slice(4 + (long)length);
        return FrameRead.Complete;
    }

    /// <summary>Writes a frame.</summary>
    public static void Write(IBufferWriter<byte> destination, FrameType type, IMessage message, int messageSize)
    {
        var header = destination.GetSpan(HeaderSize);
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)messageSize + 1);
        header[4] = (byte)type;
        destination.Advance(HeaderSize);
        message.WriteTo(destination);
    }

    /// <summary>Reads a message from bytes that may be anything. False when they are not one.</summary>
    public static bool TryParse<T>(MessageParser<T> parser, ReadOnlySequence<byte> bytes, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }
}
