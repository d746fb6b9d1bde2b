using System.Buffers;
using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.StateMachine.Tests;

public sealed class ReplicatedStateTests
{
    private static readonly ProtocolLimits Limits = new() { ClientWindow = 64, MaxSessions = 8 };

    private static ReplicatedState NewState() => new(new KeyValueStore(), Limits);

    private static ReplicatedState Busy()
    {
        var state = NewState();
        state.Execute(
            Make.Segment(1, 1, KeyValueCommand.Put("a"u8, "1"u8), KeyValueCommand.Increment("a"u8, 4)),
            Make.Segment(2, 3, KeyValueCommand.Put("b"u8, "2"u8)));
        state.Execute(Make.Segment(1, 1, KeyValueCommand.Put("a"u8, "1"u8)), Make.Segment(2, 1, KeyValueCommand.Get("a"u8)));
        return state;
    }

    [Fact]
    public void Blocks_execute_in_order_of_height_and_no_other()
    {
        var state = NewState();
        state.Execute(Make.Block(1));
        Assert.Throws<InvalidOperationException>(() => state.Execute(Make.Block(1)));
        Assert.Throws<InvalidOperationException>(() => state.Execute(Make.Block(3)));
        Assert.Equal(new Height(1), state.Height);
        Assert.Empty(state.Execute(Make.Block(2)));
        Assert.Equal(new Height(2), state.Height);
    }

    [Fact]
    public void Each_segment_of_a_block_gets_its_results_in_order()
    {
        var state = NewState();
        var results = state.Execute(
            Make.Segment(1, 1, KeyValueCommand.Put("a"u8, "x"u8)),
            Make.Segment(2, 1, KeyValueCommand.Get("a"u8)),
            Make.Segment(1, 1, KeyValueCommand.Put("a"u8, "x"u8)));
        Assert.Equal([Make.Client(1), Make.Client(2), Make.Client(1)], results.Select(r => r.Client));
        Assert.Equal(["1 Executed 00"], Make.Hex(results[0]));
        Assert.Equal(["1 Executed 0178"], Make.Hex(results[1]));
        Assert.Equal(Make.Hex(results[0]), Make.Hex(results[2]));
        Assert.Equal(2, state.CommandsExecuted);
        Assert.Equal(1, state.DuplicatesSuppressed);
        Assert.Equal(2, state.Sessions);
    }

    [Fact]
    public void A_query_is_answered_from_the_state()
    {
        var result = new ArrayBufferWriter<byte>();
        Busy().Query(KeyValueCommand.Get("a"u8), result);
        Assert.Equal("5"u8.ToArray(), KeyValueResult.TryRead(result.WrittenMemory)!.Value.ToArray());
    }

    [Fact]
    public void Empty_blocks_do_not_change_the_digest()
    {
        var state = Busy();
        var before = state.Digest();
        state.Execute();
        state.Execute();
        Assert.Equal(before, state.Digest());
    }

    [Fact]
    public void The_digest_tells_apart_what_ran_even_when_the_entries_are_the_same()
    {
        var one = NewState();
        var other = NewState();
        one.Execute(Make.Segment(1, 1, 1));
        other.Execute(Make.Segment(1, 1, 2));
        Assert.NotEqual(one.Digest(), other.Digest());
        Assert.NotEqual(NewState().Digest(), one.Digest());
        other = NewState();
        other.Execute(Make.Segment(2, 1, 1));
        Assert.NotEqual(one.Digest(), other.Digest());
    }

    [Fact]
    public void The_digest_follows_every_execution()
    {
        var state = Busy();
        var seen = new HashSet<Digest> { state.Digest() };
        for (var i = 0; i < 10; i++)
        {
            state.Execute(Make.Segment(5, i + 1, KeyValueCommand.Increment("n"u8, 1)));
            Assert.True(seen.Add(state.Digest()));
        }
    }

    [Fact]
    public void A_restored_snapshot_is_the_same_state()
    {
        var state = Busy();
        var copy = NewState();
        copy.Execute(Make.Segment(7, 1, KeyValueCommand.Put("gone"u8, "after"u8)));
        copy.Digest();
        copy.Restore(Make.Snapshot(state.Snapshot), Make.Chain);
        Assert.Equal(state.Height, copy.Height);
        Assert.Equal(state.Digest(), copy.Digest());
        Assert.Equal(Make.Snapshot(state.Snapshot), Make.Snapshot(copy.Snapshot));

        var again = Make.Segment(1, 1, 2);
        Assert.Equal(Make.Hex(state.Execute(again)[0]), Make.Hex(copy.Execute(again)[0]));
        Assert.Equal(state.Digest(), copy.Digest());
    }

    [Fact]
    public void A_snapshot_of_another_chain_is_refused() =>
        Assert.Throws<InvalidDataException>(() => NewState().Restore([2, 0, 0, 0, 3, 1, 2, 3], Make.Chain));

    [Fact]
    public void Snapshots_are_due_at_the_same_heights_and_equal_byte_for_byte_whoever_was_restored_and_whenever() =>
        Gen.Select(Gen.Int[0, 6].Array[20, 120], Gen.Int[0, 200], Gen.Bool).Sample(
            (sizes, restart, blocksOnly) =>
            {
                var limits = Limits with { SnapshotBlocks = blocksOnly ? 16 : 40, SnapshotBytes = blocksOnly ? int.MaxValue : 600 };
                var (steady, restarted) = (new ReplicatedState(new KeyValueStore(), limits), new ReplicatedState(new KeyValueStore(), limits));
                byte[]? last = null;
                List<Block> since = [];
                for (var i = 0; i < sizes.Length; i++)
                {
                    var block = Make.Block(
                        i + 1, sizes[i] == 0 ? [] : [Make.Segment(sizes[i], 1 + i, KeyValueCommand.Put([(byte)sizes[i]], new byte[10 * sizes[i]]))]);
                    since.Add(block);
                    if (i == restart % sizes.Length)
                    {
                        restarted = new ReplicatedState(new KeyValueStore(), limits);
                        if (last is not null)
                            restarted.Restore(last, Make.Chain);
                        foreach (var again in since.SkipLast(1))
                            restarted.Execute(again);
                    }

                    steady.Execute(block);
                    restarted.Execute(block);
                    Assert.Equal(steady.IsSnapshotDue, restarted.IsSnapshotDue);
                    if (!steady.IsSnapshotDue)
                        continue;
                    last = Make.Snapshot(steady.Snapshot);
                    Assert.Equal(last, Make.Snapshot(restarted.Snapshot));
                    steady.MarkSnapshot();
                    restarted.MarkSnapshot();
                    Assert.False(steady.IsSnapshotDue);
                    since.Clear();
                }

                Assert.NotNull(last);
            },
            iter: 200);

    [Fact]
    public void A_damaged_snapshot_is_refused_or_read_as_what_it_says_and_never_half_of_it()
    {
        // One state has one encoding: whatever is accepted writes the same bytes again; whatever is refused changes nothing.
        var good = Make.Snapshot(Busy().Snapshot);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[-2, 2]).Sample(
            (position, value, grow) =>
            {
                var bytes = good.ToArray();
                bytes[position] = value;
                bytes = grow < 0 ? bytes[..^-grow] : [.. bytes, .. new byte[grow]];

                var state = NewState();
                state.Execute(Make.Segment(9, 1, KeyValueCommand.Put("k"u8, "v"u8)));
                var before = Make.Snapshot(state.Snapshot);
                var accepted = true;
                try
                {
                    state.Restore(bytes, Make.Chain);
                }
                catch (InvalidDataException)
                {
                    accepted = false;
                }

                Assert.Equal(accepted ? bytes : before, Make.Snapshot(state.Snapshot));
                // Cut or lengthened and otherwise as it was, it is no snapshot. With a length changed to match it may be one, of another state.
                Assert.False(accepted && grow != 0 && value == good[position]);
            },
            iter: 5_000);
    }

    [Fact]
    public void Random_bytes_and_other_versions_are_no_snapshot()
    {
        var state = Busy();
        var before = Make.Snapshot(state.Snapshot);
        Assert.Throws<InvalidDataException>(() => state.Restore([], Make.Chain));
        Assert.Throws<InvalidDataException>(() => state.Restore([3, .. before[1..]], Make.Chain));
        Gen.Byte.Array[0, 60].Sample(
            bytes => Assert.Throws<InvalidDataException>(() => NewState().Restore([2, 0, 0, 0, 0, 1, .. bytes, 9], Make.Chain)),
            iter: 5_000);
        Assert.Equal(before, Make.Snapshot(state.Snapshot));
    }

    [Fact]
    public void A_snapshot_beyond_the_limits_is_refused()
    {
        var bytes = Make.Snapshot(Busy().Snapshot);
        Assert.Throws<InvalidDataException>(() => new ReplicatedState(new KeyValueStore(), Limits with { MaxSessions = 1 }).Restore(bytes, Make.Chain));

        var gap = NewState();
        gap.Execute(Make.Segment(1, 40, 1));
        bytes = Make.Snapshot(gap.Snapshot);
        ReplicatedState WithWindow(int width) => new(new KeyValueStore(), Limits with { ClientWindow = width });
        Assert.Throws<InvalidDataException>(() => WithWindow(39).Restore(bytes, Make.Chain));
        WithWindow(40).Restore(bytes, Make.Chain);
    }

    [Fact]
    public void Executing_commands_allocates_for_segments_and_not_for_commands()
    {
        const int Commands = 4_000;
        var state = new ReplicatedState(new KeyValueStore(), new ProtocolLimits());
        var put = KeyValueCommand.Put("key"u8, "value"u8);
        for (var i = 0; i < 3; i++)
            state.Execute(Make.Segment(1, 1 + (i * Commands), Commands), Make.Segment(2, 1 + (i * Commands), Commands, _ => put));

        var empty = Make.Block(4, Make.Segment(1, 1 + (3 * Commands), Commands));
        var puts = Make.Block(5, Make.Segment(2, 1 + (3 * Commands), Commands, _ => put));
        var again = Make.Block(6, Make.Segment(2, 1 + (3 * Commands), Commands, _ => put));

        // The results themselves take 2 and 3 bytes a command.
        Assert.InRange(Allocated(() => state.Execute(empty)), 1, (2 * Commands) + 1_000);
        Assert.InRange(Allocated(() => state.Execute(puts)), 1, (3 * Commands) + 1_000);
        Assert.InRange(Allocated(() => state.Execute(again)), 1, 200);
        Assert.Equal(8 * Commands, state.CommandsExecuted);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
