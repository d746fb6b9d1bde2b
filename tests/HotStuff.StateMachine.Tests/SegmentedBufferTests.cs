using System.Buffers;
using CsCheck;

namespace HotStuff.StateMachine.Tests;

public sealed class SegmentedBufferTests
{
    [Fact]
    public void Nothing_written_is_an_empty_sequence() => Assert.True(new SegmentedBuffer().Written.IsEmpty);

    [Fact]
    public void What_is_written_in_pieces_of_any_size_is_what_is_there() =>
        Gen.Int[0, 700_000].Array[1, 12].Sample(
            sizes =>
            {
                var buffer = new SegmentedBuffer();
                var expected = new ArrayBufferWriter<byte>();
                var next = (byte)0;
                foreach (var size in sizes)
                {
                    // More is asked for than is used, as writers do.
                    buffer.GetSpan(size + 10)[..size].Fill(next);
                    buffer.Advance(size);
                    expected.GetSpan(size + 10)[..size].Fill(next++);
                    expected.Advance(size);
                }

                Assert.True(expected.WrittenSpan.SequenceEqual(buffer.Written.ToArray()));
            },
            iter: 30);

    [Fact]
    public void Much_is_held_in_many_segments_and_copied_never()
    {
        var buffer = new SegmentedBuffer();
        var first = buffer.GetMemory(1);
        for (var i = 0; i < 5_000; i++)
        {
            buffer.GetSpan(1_000)[..1_000].Fill((byte)i);
            buffer.Advance(1_000);
        }

        var written = buffer.Written;
        Assert.Equal(5_000_000, written.Length);
        Assert.True(first.Span.Overlaps(written.FirstSpan));
        foreach (var segment in written)
            Assert.InRange(segment.Length, 1, 1024 * 1024);
    }

    [Fact]
    public void Advancing_past_what_was_given_is_refused()
    {
        var buffer = new SegmentedBuffer();
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(1));
        var given = buffer.GetSpan(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(given + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }
}
