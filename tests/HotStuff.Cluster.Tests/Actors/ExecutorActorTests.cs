using Akka.Actor;
using HotStuff.Consensus;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Execution of committed blocks, with a client that increments one key.</summary>
public sealed class ExecutorActorTests : ActorTests
{
    private readonly MemoryStore _store = new(TestValidators.Four.Genesis.ChainId);
    private readonly IReadOnlyList<Block> _blocks = TestValidators.Four.Blocks(6, height => [Counting.Segment(7, height)]);

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

    private IActorRef Start() => ActorOfAsTestActorRef<ExecutorActor>(Props());

    private Props Props() => ExecutorActor.Props(new ReplicatedState(new KeyValueStore(), Samples.Limits), _store, TestActor);

    /// <summary>The sums that the commands answered, each equal to its sequence number when every command ran once and in order.</summary>
    private static IReadOnlyList<long> Sums(ExecutorActor.Executed executed) => Counting.Sums(executed.Results);
}
