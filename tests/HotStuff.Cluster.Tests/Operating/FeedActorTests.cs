using Akka.Actor;

namespace HotStuff.Cluster.Tests;

/// <summary>When frames are made, in virtual time.</summary>
public sealed class FeedActorTests : ActorTests
{
    private readonly ClusterFeed _feed = new();
    private readonly IActorRef _actor;

    public FeedActorTests() => _actor = ActorOfAsTestActorRef<FeedActor>(FeedActor.Props(_feed, TestActor));

    [Fact]
    public void Nobody_watches_and_no_frame_is_made()
    {
        Clock.Advance(Ms(10_000));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task Whoever_watches_here_sees_this_replicas_frames_and_the_others_learn_of_it()
    {
        var exchange = CreateTestProbe();
        _actor.Tell(new FeedActor.ExchangeReady(exchange));
        using var end = new CancellationTokenSource();
        var frames = _feed.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        var next = frames.MoveNextAsync();
        Clock.Advance(FeedActor.FrameInterval);
        ExpectMsg<OperatorRequest.TakeFrame>();
        exchange.ExpectMsg<FeedExchange.WatchedHere>();
        _actor.Tell(Frame(replica: 0));
        Assert.True(await next);
        Assert.Equal(0, frames.Current.Replica);
        _actor.Tell(new FeedExchange.Others(Frame(replica: 3)));
        Assert.True(await frames.MoveNextAsync());
        Assert.Equal(3, frames.Current.Replica);
        exchange.ExpectNoMsg(TimeSpan.Zero);

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await frames.MoveNextAsync());
        await frames.DisposeAsync();
        Clock.Advance(FeedActor.FrameInterval);
        ExpectMsg<OperatorRequest.EndFeed>();
        Clock.Advance(Ms(10_000));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Frames_go_to_the_others_as_long_as_somebody_watches_there()
    {
        var exchange = CreateTestProbe();
        _actor.Tell(new FeedActor.ExchangeReady(exchange));
        _actor.Tell(FeedActor.WatchedElsewhere.Instance);
        Clock.Advance(FeedActor.FrameInterval);
        ExpectMsg<OperatorRequest.TakeFrame>();
        _actor.Tell(Frame(replica: 0));
        Assert.Equal(0, exchange.ExpectMsg<FeedExchange.Own>().Frame.Replica);

        for (var waited = TimeSpan.Zero; waited <= FeedActor.WatchedFor; waited += FeedActor.FrameInterval)
            Clock.Advance(FeedActor.FrameInterval);
        for (var more = 0; more < (FeedActor.WatchedFor / FeedActor.FrameInterval) - 1; more++)
            ExpectMsg<OperatorRequest.TakeFrame>();
        ExpectMsg<OperatorRequest.EndFeed>();
        Clock.Advance(Ms(1000));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_misses_the_oldest_frames()
    {
        using var end = new CancellationTokenSource();
        var frames = _feed.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        var first = frames.MoveNextAsync();
        for (var i = 0; i < 2000; i++)
            _feed.Publish(Frame(replica: 0) with { Sequence = i });
        Assert.True(await first);
        Assert.True(await frames.MoveNextAsync());
        Assert.InRange(frames.Current.Sequence, 1500, 1999);
        await end.CancelAsync();
        await frames.DisposeAsync();
        Assert.False(_feed.IsWatched);
    }

    private static FeedFrame Frame(int replica) => new()
    {
        Replica = replica,
        Sequence = 0,
        At = 0,
        Span = 100,
        View = 1,
        Leader = 1,
        Committed = 0,
        LockedView = 0,
        HighQcView = 0,
        Pending = 0,
        Timeouts = 0,
    };
}
