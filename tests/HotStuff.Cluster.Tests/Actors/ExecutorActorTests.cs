using System.Buffers;
using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Execution of committed blocks, with a client that increments one key.</summary>
public sealed class ExecutorActorTests : ActorTests
{
    private readonly MemoryStore _store = new(TestValidators.Four.Genesis.ChainId);
    private readonly TestProbe _snapshots;
    private ProtocolLimits _limits = Samples.Limits;
    private readonly IReadOnlyList<Block> _blocks = TestValidators.Four.Blocks(6, height => [Counting.Segment(7, height)]);

    public ExecutorActorTests() => _snapshots = CreateTestProbe();

    [Fact]
    public void A_snapshot_is_handed_on_when_it_is_due_and_left_out_while_two_are_under_way()
    {
        _limits = Samples.Limits with { SnapshotBlocks = 16 };
        var blocks = TestValidators.Four.Blocks(90, height => [Counting.Segment(7, height)]);
        var actor = Start();
        foreach (var block in blocks.Take(50))
            actor.Tell(new Effect.Commit([block]));
        var taken = _snapshots.ExpectMsg<SnapshotActor.Taken>();
        Assert.Equal(new Height(16), taken.Block.Height);
        Assert.Equal(new Height(32), _snapshots.ExpectMsg<SnapshotActor.Taken>().Block.Height);
        _snapshots.ExpectNoMsg(TimeSpan.Zero);
        actor.Tell(SnapshotActor.Kept.Instance);
        foreach (var block in blocks.Skip(50).Take(20))
            actor.Tell(new Effect.Commit([block]));
        Assert.Equal(new Height(64), _snapshots.ExpectMsg<SnapshotActor.Taken>().Block.Height);
    }

    [Fact]
    public void A_start_restores_the_newest_whole_snapshot_and_executes_only_what_is_above_it()
    {
        var snapshot = SnapshotAt(3);
        _store.Commit([.. _blocks.Take(5)]);
        _store.Snapshots.Write(snapshot.Manifest, new ReadOnlySequence<byte>(snapshot.Contents));
        _store.Prune(new Height(4));
        var actor = Start();
        actor.Tell(new Effect.Commit([_blocks[5]]));
        Assert.Equal([6], Sums(ExpectMsg<ExecutorActor.Executed>()));
    }

    [Fact]
    public void A_restart_from_a_checkpoint_restores_its_snapshot_before_later_blocks_are_executed()
    {
        var snapshot = SnapshotAt(4);
        var actor = Start();
        actor.Tell(new Effect.Commit([_blocks[0]]));
        Assert.Equal([1], Sums(ExpectMsg<ExecutorActor.Executed>()));
        _store.Snapshots.Write(snapshot.Manifest, new ReadOnlySequence<byte>(snapshot.Contents));
        actor.Tell(new Effect.Restart(_blocks[3]));
        actor.Tell(new Effect.Commit([_blocks[4]]));
        Assert.Equal([5], Sums(ExpectMsg<ExecutorActor.Executed>()));
    }

    [Fact]
    public void With_neither_snapshot_nor_blocks_it_stops()
    {
        _store.Commit([.. _blocks.Take(5)]);
        _store.Prune(new Height(4));
        Watch(Sys.ActorOf(Props()));
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void Committed_blocks_are_executed_and_their_results_told_to_the_gateway()
    {
        var actor = Start();
        actor.Tell(new Effect.Commit([_blocks[0], _blocks[1]]));
        Assert.Equal([1, 2], Sums(ExpectMsg<ExecutorActor.Executed>()));
        actor.Tell(new Effect.Commit([_blocks[2]]));
        Assert.Equal([3], Sums(ExpectMsg<ExecutorActor.Executed>()));
    }

    [Fact]
    public void What_the_store_has_committed_is_executed_again_at_start_and_nobody_is_told()
    {
        _store.Commit([.. _blocks.Take(4)]);
        var actor = Start();
        ExpectNoMsg(TimeSpan.Zero);
        actor.Tell(new Effect.Commit([_blocks[4]]));
        Assert.Equal([5], Sums(ExpectMsg<ExecutorActor.Executed>()));
    }

    [Fact]
    public void Blocks_that_commit_while_it_starts_are_executed_once()
    {
        _store.Commit([.. _blocks.Take(2)]);
        var props = Props();
        _store.Commit([_blocks[2], _blocks[3]]);
        var actor = ActorOfAsTestActorRef<ExecutorActor>(props);
        actor.Tell(new Effect.Commit([_blocks[2], _blocks[3]]));
        Assert.Equal([3, 4], Sums(ExpectMsg<ExecutorActor.Executed>()));
    }

    [Fact]
    public void Repeated_commands_are_answered_from_the_client_table_and_others_handed_back()
    {
        var actor = Start();
        actor.Tell(new Effect.Commit([_blocks[0], _blocks[1]]));
        ExpectMsg<ExecutorActor.Executed>();
        var repeated = new ExecutorActor.Repeated(_blocks[1].Segments[0]);
        actor.Tell(repeated, TestActor);
        Assert.Equal([2], Sums(ExpectMsg<ExecutorActor.Executed>()));
        var fresh = new ExecutorActor.Repeated(Counting.Segment(7, 2, 2));
        actor.Tell(fresh, TestActor);
        Assert.Same(fresh, ExpectMsg<ExecutorActor.Repeated>());
    }

    [Fact]
    public void The_highest_command_of_a_client_that_ran_is_told()
    {
        var actor = Start();
        actor.Tell(new Effect.Commit([_blocks[0], _blocks[1]]));
        ExpectMsg<ExecutorActor.Executed>();
        actor.Tell(new ExecutorActor.HighestOf(new ClientId(7)), TestActor);
        Assert.Equal(2, ExpectMsg<ExecutorActor.Highest>().Sequence);
        actor.Tell(new ExecutorActor.HighestOf(new ClientId(8)), TestActor);
        Assert.Equal(0, ExpectMsg<ExecutorActor.Highest>().Sequence);
    }

    [Fact]
    public void A_query_is_answered_from_the_state_as_it_is()
    {
        var actor = Start();
        var get = KeyValueCommand.Get("n"u8);
        actor.Tell(new ExecutorActor.Ask(this, 3, get), TestActor);
        var before = ExpectMsg<ExecutorActor.Answered>();
        actor.Tell(new Effect.Commit([_blocks[0]]));
        ExpectMsg<ExecutorActor.Executed>();
        actor.Tell(new ExecutorActor.Ask(this, 4, get), TestActor);
        var after = ExpectMsg<ExecutorActor.Answered>();
        Assert.Equal((this, 3, Height.Genesis), (before.Asker, before.Id, before.Height));
        Assert.Equal((this, 4, new Height(1)), (after.Asker, after.Id, after.Height));
        Assert.False(before.Result.Span.SequenceEqual(after.Result.Span));
    }

    [Fact]
    public void The_status_tells_height_counts_and_when_wanted_the_digest()
    {
        var actor = Start();
        actor.Tell(new Effect.Commit([.. _blocks.Take(3)]));
        ExpectMsg<ExecutorActor.Executed>();
        actor.Tell(new StatusInquiry(this, 1, WithDigest: false), TestActor);
        var status = ExpectMsg<StatusInquiry>();
        Assert.Equal((new Height(3), 3L, 0L, null), (status.Executed, status.CommandsExecuted, status.DuplicatesSuppressed, status.Digest));

        actor.Tell(new StatusInquiry(this, 1, WithDigest: true), TestActor);
        var state = new ReplicatedState(new KeyValueStore(), Samples.Limits);
        foreach (var block in _blocks.Take(3))
            state.Execute(block);
        Assert.Equal(state.Digest(), ExpectMsg<StatusInquiry>().Digest);
    }

    private (SnapshotManifest Manifest, byte[] Contents) SnapshotAt(int height)
    {
        var state = new ReplicatedState(new KeyValueStore(), Samples.Limits);
        foreach (var block in _blocks.Take(height))
            state.Execute(block);
        var buffer = new SegmentedBuffer();
        state.Snapshot(buffer);
        return (SnapshotManifest.Of(_blocks[height - 1], buffer.Written, Samples.Limits.SnapshotChunkBytes), buffer.Written.ToArray());
    }

    private IActorRef Start() => ActorOfAsTestActorRef<ExecutorActor>(Props());

    private Props Props() => ExecutorActor.Props(new ExecutorActor.Setup(
        new ReplicatedState(new KeyValueStore(), _limits), TestValidators.Four.Genesis.ChainId, _store, TestActor, _snapshots));

    /// <summary>The sums that the commands answered, each equal to its sequence number when every command ran once and in order.</summary>
    private static IReadOnlyList<long> Sums(ExecutorActor.Executed executed) => Counting.Sums(executed.Results);
}
