using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Replica 0 fetches blocks from its peers 1, 2 and 3, and hands out its own, in virtual time.</summary>
public sealed class SyncActorTests : ActorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<Block> _blocks = TestValidators.Four.Blocks(150);
    private readonly MemoryStore _store = new(TestValidators.Four.Genesis.ChainId);
    private readonly NodeCounters _counters = new();
    private readonly TestProbe[] _peers;
    private readonly IActorRef _actor;

    public SyncActorTests()
    {
        _peers = [.. Enumerable.Range(0, 4).Select(_ => CreateTestProbe())];
        _actor = Start();
        _actor.Tell(Changed([.. new[] { 1, 2, 3 }.Select(peer => Proven(peer, _peers[peer]))]));
    }

    [Fact]
    public void Blocks_are_handed_out_newest_first_within_the_bytes_asked_for_and_says_whether_there_are_more()
    {
        _store.Put(_blocks);
        var size = _blocks[9].Encoded.Length;
        Ask(head: 10, above: 2, bytes: (3 * size) + (size / 2));
        Answered(more: true, 10, 9, 8);
        Ask(head: 7, above: 5, bytes: 100_000);
        Answered(more: false, 7, 6);
        Ask(head: 7, above: 2, bytes: 1);
        Answered(more: true, 7);
        Ask(head: 7, above: 7, bytes: 1000);
        Answered(more: false);
    }

    [Fact]
    public void A_block_that_is_not_here_is_answered_with_none()
    {
        Ask(head: 10, above: 2, bytes: 1000);
        Answered(more: false);
    }

    [Fact]
    public void A_peer_that_asks_without_end_gets_so_many_answers_in_an_interval_and_so_much_of_the_rest_waits()
    {
        _store.Put(_blocks);
        for (var i = 0; i < BlockServerActor.AnswersPerInterval + BlockServerActor.WaitingPerPeer + 5; i++)
            Ask(head: 10, above: 9, bytes: 1000);
        for (var i = 0; i < BlockServerActor.AnswersPerInterval; i++)
            Answered(more: false, 10);

        AwaitAssert(() => Assert.Equal(5, _counters.RefusedFor(Refusal.OverBound)));
        _peers[1].ExpectNoMsg(TimeSpan.Zero);
        for (var waiting = BlockServerActor.WaitingPerPeer; waiting > 0; waiting -= BlockServerActor.AnswersPerInterval)
        {
            Clock.Advance(BlockServerActor.Interval);
            for (var i = 0; i < BlockServerActor.AnswersPerInterval; i++)
                Answered(more: false, 10);
            _peers[1].ExpectNoMsg(TimeSpan.Zero);
        }
    }

    [Fact]
    public void No_more_bytes_are_handed_out_than_the_settings_allow()
    {
        var actor = Start(maxResponseBytes: 2 * _blocks[9].Encoded.Length);
        actor.Tell(Changed(Proven(1, _peers[1])));
        _store.Put(_blocks);
        actor.Tell(new BlockRequest(TokenOf(1), new ReplicaId(1), 5, _blocks[9].Id, Height.Genesis, int.MaxValue));
        Answered(more: true, 10, 9);
    }

    [Fact]
    public void Missing_blocks_are_fetched_over_several_answers_and_fed_oldest_first_one_chunk_at_a_time()
    {
        Fetch(head: 150);
        Answer(1, Request(1, head: 150), 150, 100);
        Answer(1, Request(1, head: 99), 99, 1);
        NoRequests();

        var fed = 0;
        foreach (var count in new[] { 64, 64, 22 })
        {
            Assert.Equal(Enumerable.Range(fed + 1, count).Select(height => new Height(height)), Fed());
            ExpectNoMsg(TimeSpan.Zero);
            _actor.Tell(SyncActor.ChunkTaken.Instance, TestActor);
            fed += count;
        }

        ExpectNoMsg(TimeSpan.Zero);
        Fetch(head: 150);
        Assert.Equal(64, Fed().Count);
    }

    [Fact]
    public void Blocks_that_are_here_are_not_asked_for()
    {
        _store.Put([.. _blocks.Take(3)]);
        Fetch(head: 5);
        Answer(1, Request(1, head: 5), 5, 4);
        Assert.Equal(5, Fed().Count);
        NoRequests();
    }

    [Fact]
    public void Another_peer_is_asked_after_a_timeout_and_the_late_answer_is_refused()
    {
        Fetch(head: 5);
        var first = Request(1, head: 5);
        Clock.Advance(Timeout - Ms(1));
        NoRequests();
        Clock.Advance(Ms(1));
        var second = Request(2, head: 5);
        Answer(1, first, 5, 1);
        ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(1, _counters.RefusedFor(Refusal.Unrequested));
        Answer(2, second, 5, 1);
        Assert.Equal(5, Fed().Count);
        Clock.Advance(Timeout);
        NoRequests();
    }

    [Fact]
    public void Another_peer_is_asked_after_an_empty_answer_and_after_a_lie()
    {
        Fetch(head: 5);
        var first = Request(1, head: 5);
        _actor.Tell(new BlockResponse(TokenOf(1), new ReplicaId(1), first.Request, [], More: false));
        Answer(2, Request(2, head: 5), 4, 1);
        var third = Request(3, head: 5);
        _actor.Tell(new BlockResponse(TokenOf(3), new ReplicaId(3), third.Request, [new(_blocks[4]), new(_blocks[2])], More: false));
        NoRequests();
        ExpectNoMsg(TimeSpan.Zero);
        Assert.Null(_store.Find(_blocks[4].Id));
    }

    [Fact]
    public void A_fetch_is_given_up_when_all_peers_were_asked_and_starts_anew_when_the_protocol_asks_again()
    {
        Fetch(head: 5);
        foreach (var peer in new[] { 1, 2, 3 })
        {
            Request(peer, head: 5);
            Fetch(head: 5);
            NoRequests();
            Clock.Advance(Timeout);
        }

        NoRequests();
        Fetch(head: 5);
        Answer(1, Request(1, head: 5), 5, 1);
        Assert.Equal(5, Fed().Count);
    }

    [Fact]
    public void A_fetch_without_proven_peers_is_given_up_at_once()
    {
        _actor.Tell(Changed());
        Fetch(head: 5);
        _actor.Tell(Changed(Proven(2, _peers[2])));
        NoRequests();
        Fetch(head: 5);
        Request(2, head: 5);
    }

    [Fact]
    public void Answers_that_nobody_asked_for_are_refused()
    {
        Answer(1, new BlockRequest(0, new ReplicaId(0), 0, default, default, 1), 5, 1);
        Fetch(head: 5);
        var request = Request(1, head: 5);
        Answer(2, request, 5, 1);
        Answer(1, request with { Request = request.Request + 1 }, 5, 1);
        Assert.Equal(3, _counters.RefusedFor(Refusal.Unrequested));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_second_answer_does_not_disturb_the_blocks_being_fed()
    {
        Fetch(head: 100);
        var request = Request(1, head: 100);
        Answer(1, request, 100, 1);
        Assert.Equal(64, Fed().Count);
        Answer(1, request, 100, 1);
        NoRequests();
        Clock.Advance(Timeout);
        _actor.Tell(SyncActor.ChunkTaken.Instance, TestActor);
        Assert.Equal(36, Fed().Count);
        Assert.Equal(1, _counters.RefusedFor(Refusal.Unrequested));
    }

    [Fact]
    public void A_chain_that_is_longer_than_allowed_is_not_fetched_to_its_end()
    {
        var actor = Start(maxBlocks: 4);
        actor.Tell(Changed(Proven(1, _peers[1])));
        actor.Tell(new Effect.FetchBlocks(_blocks[9].Id, Height.Genesis), TestActor);
        var request = Request(1, head: 10);
        actor.Tell(new BlockResponse(TokenOf(1), new ReplicaId(1), request.Request, Run(10, 6), More: true));
        NoRequests();
        ExpectNoMsg(TimeSpan.Zero);
    }

    private IActorRef Start(int maxResponseBytes = 100_000, int maxBlocks = 1000)
    {
        var actor = ActorOfAsTestActorRef<SyncActor>(SyncActor.Props(new SyncActor.Setup(
            new ReplicaId(0),
            TestValidators.Four.Genesis.ChainId,
            _store,
            new MessageVerifier(TestValidators.Four.Genesis),
            Samples.Limits,
            new SyncSettings(maxResponseBytes, Timeout, maxBlocks),
            _peers[0],
            _counters)));
        Assert.Equal(actor, _peers[0].ExpectMsg<PeersActor.Subscribe>().Subscriber);
        return actor;
    }

    private void Fetch(int head) => _actor.Tell(new Effect.FetchBlocks(_blocks[head - 1].Id, Height.Genesis), TestActor);

    private void Ask(int head, int above, int bytes) =>
        _actor.Tell(new BlockRequest(TokenOf(1), new ReplicaId(1), head, _blocks[head - 1].Id, new Height(above), bytes));

    private void Answered(bool more, params int[] heights)
    {
        var response = Sent<BlockResponse>(_peers[1]);
        Assert.Equal(heights.Select(height => new Height(height)), response.Blocks.Select(block => block.Value.Height));
        Assert.Equal((OwnTokenFor(1), more), (response.Token, response.More));
    }

    private BlockRequest Request(int peer, int head)
    {
        var request = Sent<BlockRequest>(_peers[peer]);
        Assert.Equal((OwnTokenFor(peer), new ReplicaId(0)), (request.Token, request.From));
        Assert.Equal((_blocks[head - 1].Id, Height.Genesis), (request.Head, request.Above));
        return request;
    }

    private void Answer(int peer, BlockRequest request, int newest, int oldest) =>
        _actor.Tell(new BlockResponse(TokenOf(peer), new ReplicaId(peer), request.Request, Run(newest, oldest), More: oldest > 1));

    private System.Collections.Immutable.ImmutableArray<Unverified<Block>> Run(int newest, int oldest) =>
        [.. _blocks.Skip(oldest - 1).Take(newest - oldest + 1).Reverse().Select(block => new Unverified<Block>(block))];

    private IReadOnlyList<Height> Fed() => [.. ExpectMsg<ReplicaEvent.BlocksFetched>().Blocks.Select(block => block.Value.Height)];

    private void NoRequests() => Assert.All(_peers[1..], peer => peer.ExpectNoMsg(TimeSpan.Zero));
}
