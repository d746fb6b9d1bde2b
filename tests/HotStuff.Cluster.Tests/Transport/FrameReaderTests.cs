using System.Buffers.Binary;
using CsCheck;

namespace HotStuff.Cluster.Tests;

public sealed class FrameReaderTests
{
    private const int MaxFrame = 2 * 1024 * 1024;

    [Fact]
    public void Frames_of_all_sizes_come_out_as_they_went_in_however_they_are_cut()
    {
        // Around the sizes of the buffers, too.
        var size = Gen.OneOf(Gen.Int[1, 300], Gen.Int[8_180, 8_200], Gen.Int[16_370, 16_400], Gen.Int[262_130, 262_160], Gen.Const(MaxFrame));
        Gen.Select(size.Array[1, 12], Gen.Int[1, 100_000]).Sample(
            (sizes, piece) =>
            {
                var frames = sizes.Select((length, i) => Bytes(length, i)).ToList();
                var stream = frames.SelectMany(frame => Framed(frame.Length, frame)).ToArray();
                var read = Read(new FrameReader(MaxFrame), stream, piece).Frames;
                Assert.Equal(frames.Count, read.Count);
                Assert.All(frames.Zip(read), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
            },
            iter: 100);
    }

    [Fact]
    public void A_frame_stays_as_it_is_while_others_follow()
    {
        var reader = new FrameReader(MaxFrame);
        var first = Bytes(100_000, 1);
        var read = Feed(reader, Framed(first.Length, first), 50_000);
        for (var i = 0; i < 50; i++)
            Feed(reader, Framed(10_000, Bytes(10_000, i)), 10_000);
        Assert.Equal(first, read.Single());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(MaxFrame + 1)]
    public void A_length_that_is_not_allowed_breaks_the_stream_and_allocates_nothing(int length)
    {
        var reader = new FrameReader(MaxFrame);
        var before = reader.Capacity;
        var (frames, isBroken) = Read(reader, [.. Framed(3, [1, 2, 3]), .. Framed(length, new byte[100])], 50);
        Assert.Equal([[1, 2, 3]], frames);
        Assert.True(isBroken);
        Assert.Equal(before, reader.Capacity);
    }

    [Fact]
    public void Garbage_gives_no_frame_above_the_largest_and_no_exception()
    {
        Gen.Byte.Array[0, 2_000].Sample(
            bytes => Assert.All(Read(new FrameReader(64), bytes, 7).Frames, frame => Assert.InRange(frame.Length, 1, 64)), iter: 2_000);
    }

    [Fact]
    public void Memory_follows_what_has_arrived_and_not_what_is_claimed()
    {
        const int Claimed = 64 * 1024 * 1024;
        var reader = new FrameReader(Claimed);
        Put(reader, Framed(Claimed, []));
        Assert.InRange(reader.Free.Length, 1, FrameReader.Ahead);
        for (var arrived = 0; arrived < Claimed / 4; arrived += 100_000)
        {
            Put(reader, new byte[100_000]);
            Assert.InRange(reader.Capacity, arrived, Math.Max(FrameReader.Ahead, 2 * (arrived + 100_000 + FrameReader.HeaderSize)));
        }
    }

    [Fact]
    public void A_long_frame_leaves_no_large_buffer_behind()
    {
        var reader = new FrameReader(MaxFrame);
        Feed(reader, Framed(MaxFrame, new byte[MaxFrame]), MaxFrame);
        Assert.InRange(reader.Free.Length, 1, FrameReader.Ahead);
        Assert.InRange(reader.Capacity, 1, FrameReader.Ahead);
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)((i * 31) + seed);
        return bytes;
    }

    private static byte[] Framed(int length, byte[] bytes)
    {
        var framed = new byte[FrameReader.HeaderSize + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, length);
        bytes.CopyTo(framed, FrameReader.HeaderSize);
        return framed;
    }

    private static (List<byte[]> Frames, bool IsBroken) Read(FrameReader reader, byte[] stream, int piece)
    {
        var frames = Feed(reader, stream, piece);
        return (frames.ConvertAll(frame => frame.ToArray()), reader.IsBroken);
    }

    private static List<Google.Protobuf.ByteString> Feed(FrameReader reader, ReadOnlySpan<byte> stream, int piece)
    {
        var frames = new List<Google.Protobuf.ByteString>();
        while (!stream.IsEmpty && !reader.IsBroken)
        {
            var free = reader.Free.Span;
            var count = Math.Min(Math.Min(piece, free.Length), stream.Length);
            stream[..count].CopyTo(free);
            stream = stream[count..];
            reader.Advance(count);
            while (reader.TryRead(out var frame))
                frames.Add(frame);
        }

        return frames;
    }

    private static void Put(FrameReader reader, byte[] bytes) => Assert.Empty(Feed(reader, bytes, int.MaxValue));
}
