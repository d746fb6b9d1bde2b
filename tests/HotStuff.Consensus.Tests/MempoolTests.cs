using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

public class MempoolTests
{
    private static readonly HashSet<SegmentKey> Nothing = [];

    private readonly Mempool _mempool = new(maxCommands: 10, maxBytes: 10_000);

    [Fact]
    public void What_is_over_a_bound_is_refused_and_there_is_room_again_after_a_commit()
    {
        var first = Commands(client: 1, first: 1, count: 6);

        Assert.True(_mempool.Add(first, own: true));
        Assert.True(_mempool.Add(Commands(client: 1, first: 7, count: 4), own: true));
        Assert.False(_mempool.Add(Commands(client: 1, first: 11), own: true));
        Assert.Equal(10, _mempool.Commands);

        _mempool.Remove(BlockOf(first));

        Assert.Equal(4, _mempool.Commands);
        Assert.True(_mempool.Add(Commands(client: 1, first: 11), own: true));
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        var segment = Commands(client: 1, first: 1);
        var mempool = new Mempool(maxCommands: 10, maxBytes: segment.Encoded.Length);

        Assert.True(mempool.Add(segment, own: true));
        Assert.False(mempool.Add(Commands(client: 1, first: 2), own: true));
    }

    [Fact]
    public void A_segment_that_is_known_or_was_committed_lately_is_not_added_again()
    {
        var segment = Commands(client: 1, first: 1);
        _mempool.Add(segment, own: true);
        Assert.True(_mempool.Add(segment, own: true));
        Assert.Equal(1, _mempool.Commands);

        _mempool.Remove(BlockOf(segment));
        Assert.True(_mempool.Add(segment, own: true));
        Assert.True(_mempool.IsEmpty);

        var early = Commands(client: 2, first: 1);
        _mempool.Remove(BlockOf(early));
        Assert.True(_mempool.Add(early, own: true));
        Assert.True(_mempool.IsEmpty);
    }

    [Fact]
    public void Segments_are_picked_in_the_order_of_their_arrival_within_the_limits()
    {
        var segments = Enumerable.Range(0, 5).Select(i => Commands(client: 5 - i, first: 1, count: 2)).ToList();
        segments.ForEach(segment => _mempool.Add(segment, own: segment.Client.Value == 1));

        Assert.Equal(segments, _mempool.Pick(Nothing, 10, 10_000));
        Assert.Equal(segments.Take(2), _mempool.Pick(Nothing, 5, 10_000));
        Assert.Equal(segments.Take(3), _mempool.Pick(Nothing, 10, 3 * segments[0].Encoded.Length));
        Assert.Equal(segments.Skip(1).Take(2), _mempool.Pick(new HashSet<SegmentKey> { segments[0].Key }, 4, 10_000));
        Assert.Same(segments[4], Assert.Single(_mempool.PickOwn(Nothing, 10, 10_000)));
        Assert.Empty(_mempool.PickOwn(new HashSet<SegmentKey> { segments[4].Key }, 10, 10_000));
        Assert.Equal(10, _mempool.Commands);
    }

    [Fact]
    public void A_segment_larger_than_this_replica_wants_its_blocks_goes_alone_and_blocks_nobody_behind_it()
    {
        var large = Commands(client: 1, first: 1, count: 5);
        var small = Commands(client: 2, first: 1);
        _mempool.Add(large, own: true);
        _mempool.Add(small, own: true);

        Assert.Same(large, Assert.Single(_mempool.Pick(Nothing, 2, 10_000)));
        Assert.Same(small, Assert.Single(_mempool.Pick(new HashSet<SegmentKey> { large.Key }, 2, 10_000)));
    }

    [Fact]
    public void Own_segments_that_wait_are_overdue_at_every_other_call()
    {
        var own = Commands(client: 1, first: 1);
        _mempool.Add(own, own: true);
        _mempool.Add(Commands(client: 2, first: 1), own: false);

        Assert.Empty(Overdue());
        Assert.Equal([own], Overdue());
        Assert.Empty(Overdue());
        Assert.Equal([own], Overdue());

        _mempool.Remove(BlockOf(own));
        Assert.Empty(Overdue());
        Assert.Empty(Overdue());
    }

    [Fact]
    public void A_segment_that_was_passed_on_to_this_replica_becomes_its_own_when_a_client_brings_it()
    {
        var segment = Commands(client: 1, first: 1);
        _mempool.Add(segment, own: false);
        _mempool.Add(segment, own: true);
        _mempool.Add(segment, own: false);

        Overdue();
        Assert.Equal([segment], Overdue());
    }

    [Fact]
    public void Not_more_is_overdue_at_a_time_than_fits_a_block_and_the_rest_comes_next()
    {
        var segments = Enumerable.Range(1, 5).Select(i => Commands(client: i, first: 1, count: 2)).ToList();
        segments.ForEach(segment => _mempool.Add(segment, own: true));

        Overdue();
        Assert.Equal(segments[..2], Overdue(4));
        Assert.Equal(segments[2..4], Overdue(4));
        Assert.Equal(segments[..2], Overdue(4));
    }

    private static Block BlockOf(CommandSegment segment)
    {
        var inputs = new Inputs();
        return Block.Create(
            inputs.Committee.Chain, Epoch.Genesis, new View(1), new Height(1), default, inputs.GenesisQc, [segment]);
    }

    private IEnumerable<CommandSegment> Overdue(int maxCommands = 10) => _mempool.Overdue(maxCommands, 10_000);
}
