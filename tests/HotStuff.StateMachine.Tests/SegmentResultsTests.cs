using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.StateMachine.Tests;

public sealed class SegmentResultsTests
{
    private static readonly byte[] Three = [0, 2, 10, 11, 1, 0, 2, 0];

    private static SegmentResults? Read(int count, byte[] encoded, long first = 5) =>
        SegmentResults.TryRead(Make.Client(1), first, count, encoded);

    [Fact]
    public void Results_are_read_in_order_with_their_sequence_numbers()
    {
        var results = Read(3, Three);
        Assert.NotNull(results);
        Assert.Equal(["5 Executed 0A0B", "6 ResultForgotten ", "7 OutsideWindow "], Make.Hex(results));
        Assert.Equal(7, results.LastSequence);
    }

    [Fact]
    public void A_count_that_the_bytes_do_not_hold_is_refused()
    {
        Assert.Null(Read(2, Three));
        Assert.Null(Read(4, Three));
        Assert.Null(Read(0, []));
        Assert.Null(Read(-1, Three));
        Assert.Null(Read(int.MaxValue, Three));
    }

    [Fact]
    public void Malformed_results_are_refused()
    {
        Assert.Null(Read(1, [3, 0])); // no such status
        Assert.Null(Read(1, [0, 2, 1])); // shorter than it says
        Assert.Null(Read(1, [0, 0x80, 0])); // a length not in its shortest form
        Assert.Null(Read(1, [0, 0xff, 0xff, 0xff, 0xff, 0x07])); // longer than anything
        Assert.Null(Read(1, [1, 1, 7])); // forgotten, and yet there
        Assert.Null(Read(1, [2, 1, 7])); // not run, and yet a result
        Assert.Null(Read(1, [0, 0, 0])); // something behind the last
    }

    [Fact]
    public void Sequence_numbers_out_of_range_are_refused()
    {
        Assert.Null(Read(3, Three, first: 0));
        Assert.Null(Read(3, Three, first: -1));
        Assert.Null(Read(3, Three, first: CommandSegment.MaxSequence + 1));
        Assert.NotNull(Read(3, Three, first: CommandSegment.MaxSequence));
    }

    [Fact]
    public void Any_bytes_are_refused_or_enumerated_completely() =>
        Gen.Select(Gen.Int[-1, 12], Gen.Byte[0, 4].Array[0, 24]).Sample(
            (count, bytes) => Read(count, bytes) is not { } results || Make.List(results).Count == count, iter: 20_000);

    [Fact]
    public void What_is_signed_depends_on_every_part()
    {
        SegmentResults[] batch = [Read(3, Three)!, Read(1, [0, 0], first: 8)!];
        SegmentResults[][] others =
        [
            [],
            [batch[0]],
            [batch[1], batch[0]],
            [Read(3, Three, first: 6)!, batch[1]],
            [batch[0], Read(1, [1, 0], first: 8)!],
        ];
        var digests = others.Append(batch).Select(SegmentResults.DigestOf).ToHashSet();
        Assert.Equal(others.Length + 1, digests.Count);
        Assert.Equal(SegmentResults.DigestOf(batch), SegmentResults.DigestOf([Read(3, [.. Three])!, Read(1, [0, 0], first: 8)!]));
    }
}
