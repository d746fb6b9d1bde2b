using Akka.Actor;
using Akka.TestKit;
using HotStuff.Client;
using HotStuff.Client.Wire;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>The gateway of replica 0 behind a real listener; executor and consensus are probes.</summary>
public sealed class GatewayActorTests : ActorTests, IAsyncLifetime
{
    private static readonly Genesis Genesis = TestValidators.Four.Genesis;

    private readonly TestProbe _executor;
    private readonly TestProbe _consensus;
    private readonly IActorRef _gateway;
    private readonly List<RawClient> _clients = [];
    private ClientListener _listener = null!;

    public GatewayActorTests()
    {
        (_executor, _consensus) = (CreateTestProbe(), CreateTestProbe());
        _gateway = Sys.ActorOf(GatewayActor.Props(new GatewayActor.Setup(
            Genesis.ChainId, TestValidators.Four.Signers[0], MaxPendingCommands: 3, MaxPendingBytes: 400, Describe)));
        _gateway.Tell(new GatewayActor.ExecutorReady(_executor));
        _gateway.Tell(new ConsensusReady(_consensus));
    }

    public async Task InitializeAsync() => _listener = await ClientListener.StartAsync(
        new ClientListenerOptions { Committee = Genesis.Committee, Replica = new ReplicaId(0), Limits = Genesis.Limits }, new GatewayActor.Handler(_gateway));

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task Results_go_to_each_client_in_one_reply_with_one_valid_signature()
    {
        var (a, b) = (await ConnectAsync(1), await ConnectAsync(2));
        await a.SendAsync(Segment(1, 1));
        await b.SendAsync(Segment(2, 1));
        await a.SendAsync(Segment(1, 2));
        Assert.Equal([1, 1, 2], new[] { Ordered(), Ordered(), Ordered() }.Select(segment => segment.FirstSequence).Order());
        Execute(Segment(1, 1), Segment(2, 1), Segment(1, 2));
        Assert.Equal([1, 2], await RepliesAsync(a));
        Assert.Equal([1], await RepliesAsync(b));
    }

    [Fact]
    public async Task Results_go_to_a_client_whose_commands_came_in_through_another_replica()
    {
        var client = await ConnectAsync(1);
        Execute(Segment(9, 1), Segment(1, 5));
        Assert.Equal([5], await RepliesAsync(client));
    }

    [Fact]
    public async Task Commands_are_refused_as_overload_when_too_many_wait_and_taken_again_after_execution()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(Segment(1, 1, count: 2));
        Ordered();
        await client.SendAsync(Segment(1, 3, count: 2));
        var refused = await client.ReceiveAsync(FrameType.Rejected, Rejected.Parser);
        Assert.Equal((3ul, 2u, Rejected.Types.Reason.Overloaded), (refused.FirstSequence, refused.Count, refused.Reason));
        Assert.True(refused.RetryAfterMs > 0);

        Execute(Segment(1, 1, count: 2));
        await RepliesAsync(client);
        await client.SendAsync(Segment(1, 3, count: 2));
        Assert.Equal(3, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Commands_are_refused_as_overload_when_too_many_bytes_wait()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(TestValidators.Segment(1, 1, new byte[300]));
        Ordered();
        await client.SendAsync(TestValidators.Segment(1, 2, new byte[300]));
        Assert.Equal(2ul, (await client.ReceiveAsync(FrameType.Rejected, Rejected.Parser)).FirstSequence);
    }

    [Fact]
    public async Task A_client_that_leaves_makes_room_for_others()
    {
        var left = await ConnectAsync(1);
        await left.SendAsync(Segment(1, 1, count: 3));
        Ordered();
        left.Dispose();
        AwaitAssert(() => Assert.Equal(0, _listener.Connections));
        var client = await ConnectAsync(2);
        await client.SendAsync(Segment(2, 1, count: 3));
        Assert.Equal(new ClientId(2), Ordered().Client);
        Execute(Segment(1, 1, count: 3), Segment(2, 1, count: 3));
        Assert.Equal([1], await RepliesAsync(client));
    }

    [Fact]
    public async Task A_client_that_connects_anew_before_its_first_connection_is_gone_gets_its_results_on_the_new_one()
    {
        var first = await ConnectAsync(1);
        await first.SendAsync(Segment(1, 1, count: 3));
        Ordered();
        var second = await ConnectAsync(1, isNew: false);
        await second.SendAsync(FrameType.QueryRequest, new QueryRequest());
        _executor.ExpectMsg<ExecutorActor.Ask>();
        first.Dispose();
        AwaitAssert(() => Assert.Equal(1, _listener.Connections));
        Execute(Segment(1, 1, count: 3));
        Assert.Equal([1], await RepliesAsync(second));
        await second.SendAsync(Segment(1, 4, count: 3));
        Assert.Equal(4, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Commands_that_consensus_refused_are_told_to_their_client_and_make_room()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(Segment(1, 1, count: 3));
        _gateway.Tell(new Effect.RefuseCommands([Ordered(), Segment(9, 1)]));
        var refused = await client.ReceiveAsync(FrameType.Rejected, Rejected.Parser);
        Assert.Equal((1ul, 3u, Rejected.Types.Reason.Overloaded), (refused.FirstSequence, refused.Count, refused.Reason));
        await client.SendAsync(Segment(1, 1, count: 3));
        Assert.Equal(1, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Commands_that_ran_before_the_client_connected_are_looked_up_and_not_ordered()
    {
        var client = await ConnectAsync(1, highest: 10);
        await client.SendAsync(Segment(1, 9));
        var repeated = _executor.ExpectMsg<ExecutorActor.Repeated>();
        _executor.Reply(new ExecutorActor.Executed([ResultOf(repeated.Segment)]));
        Assert.Equal([9], await RepliesAsync(client));
        _consensus.ExpectNoMsg(TimeSpan.Zero);

        await client.SendAsync(Segment(1, 10));
        _executor.ExpectMsg<ExecutorActor.Repeated>(message => Assert.Equal(10, message.Segment.FirstSequence));
        await client.SendAsync(Segment(1, 11));
        Assert.Equal(11, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Before_it_is_known_what_of_a_client_has_run_everything_is_looked_up_and_what_did_not_run_is_ordered()
    {
        var client = await RawClient.ConnectAsync(_listener, Genesis.ChainId, 1);
        _clients.Add(client);
        _executor.ExpectMsg<ExecutorActor.HighestOf>();
        await client.SendAsync(Segment(1, 7));
        _executor.Reply(_executor.ExpectMsg<ExecutorActor.Repeated>());
        Assert.Equal(7, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Commands_that_come_again_while_they_wait_are_ordered_again_because_a_full_mailbox_may_have_dropped_them()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(Segment(1, 1, count: 3));
        Ordered();
        await client.SendAsync(Segment(1, 1, count: 3));
        Assert.Equal(1, Ordered().FirstSequence);
        Execute(Segment(1, 1, count: 3));
        Assert.Equal([1], await RepliesAsync(client));
        await client.SendAsync(Segment(1, 4, count: 3));
        Assert.Equal(4, Ordered().FirstSequence);
    }

    [Fact]
    public async Task Queries_are_answered_by_the_executor()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(FrameType.QueryRequest, new QueryRequest { Id = 8, Query = Google.Protobuf.ByteString.CopyFrom(1, 2) });
        var ask = _executor.ExpectMsg<ExecutorActor.Ask>();
        Assert.Equal([1, 2], ask.Query.ToArray());
        _executor.Reply(new ExecutorActor.Answered(ask.Asker, ask.Id, new Height(6), new byte[] { 3 }));
        var reply = await client.ReceiveAsync(FrameType.QueryReply, QueryReply.Parser);
        Assert.Equal((8ul, 6ul, 3), (reply.Id, reply.Height, reply.Result[0]));
    }

    [Fact]
    public async Task The_status_is_asked_of_consensus_and_completed_by_the_node()
    {
        var client = await ConnectAsync(1);
        await client.SendAsync(FrameType.StatusRequest, new StatusRequest { Id = 4, IncludeDigest = true });
        var inquiry = _consensus.ExpectMsg<StatusInquiry>();
        Assert.True(inquiry.WithDigest);
        _consensus.Reply(inquiry with { Executed = new Height(12) });
        var reply = await client.ReceiveAsync(FrameType.StatusReply, StatusReply.Parser);
        Assert.Equal((4ul, 12ul, "described"), (reply.Id, reply.ExecutedHeight, reply.Version));
    }

    private static NodeStatus Describe(StatusInquiry inquiry) =>
        new() { Replica = new ReplicaId(0), View = default, Leader = default, Committed = default, Executed = inquiry.Executed, Version = "described" };

    private static CommandSegment Segment(ulong client, long first, int count = 1) =>
        TestValidators.Segment(client, first, [.. Enumerable.Repeat(new byte[] { 1 }, count)]);

    private static SegmentResults ResultOf(CommandSegment segment) =>
        SegmentResults.TryRead(segment.Client, segment.FirstSequence, segment.Count, new byte[2 * segment.Count])!;

    private async Task<RawClient> ConnectAsync(ulong id, long highest = 0, bool isNew = true)
    {
        var client = await RawClient.ConnectAsync(_listener, Genesis.ChainId, id);
        _clients.Add(client);
        if (isNew)
        {
            Assert.Equal(client.ClientId, _executor.ExpectMsg<ExecutorActor.HighestOf>().Client);
            _executor.Reply(new ExecutorActor.Highest(client.ClientId, highest));
        }

        return client;
    }

    private CommandSegment Ordered()
    {
        var arrived = _consensus.ExpectMsg<ClientEvent>().Event;
        Assert.False(arrived.PassedOn);
        return arrived.Segments.Single();
    }

    private void Execute(params CommandSegment[] segments) => _gateway.Tell(new ExecutorActor.Executed([.. segments.Select(ResultOf)]));

    /// <summary>The first sequence numbers of the segments in the next reply, whose signature must be the replica's.</summary>
    private static async Task<IReadOnlyList<long>> RepliesAsync(RawClient client)
    {
        var replies = await client.ReceiveAsync(FrameType.Replies, Replies.Parser);
        var results = replies.Segments.Select(segment => WireValues.Results(client.ClientId, segment)!).ToList();
        var statement = SignedBytes.Reply(Genesis.ChainId, new ReplicaId(0), client.ClientId, SegmentResults.DigestOf(results));
        Assert.True(new IdentityKeys(Genesis).Verify(new ReplicaId(0), statement, new HotStuff.Consensus.Signature(replies.Signature.Memory)));
        return [.. results.Select(result => result.FirstSequence)];
    }
}
