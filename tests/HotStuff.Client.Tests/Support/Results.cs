using System.Buffers;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Client.Tests.Support;

internal static class Results
{
    /// <summary>Results of a segment in which every command ran.</summary>
    public static SegmentResults Of(CommandSegment segment, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> apply)
    {
        var encoded = new ArrayBufferWriter<byte>();
        foreach (var command in segment)
            Append(encoded, CommandStatus.Executed, apply(command).Span);
        return SegmentResults.TryRead(segment.Client, segment.FirstSequence, segment.Count, encoded.WrittenMemory)!;
    }

    /// <summary>The result of one command.</summary>
    public static SegmentResults Of(ClientId client, long sequence, CommandStatus status, params byte[] result)
    {
        var encoded = new ArrayBufferWriter<byte>();
        Append(encoded, status, result);
        return SegmentResults.TryRead(client, sequence, 1, encoded.WrittenMemory)!;
    }

    private static void Append(ArrayBufferWriter<byte> encoded, CommandStatus status, ReadOnlySpan<byte> result)
    {
        encoded.Write((ReadOnlySpan<byte>)[(byte)status]);
        encoded.Advance(Varint.Write(encoded.GetSpan(Varint.MaxSize), result.Length));
        encoded.Write(result);
    }
}
