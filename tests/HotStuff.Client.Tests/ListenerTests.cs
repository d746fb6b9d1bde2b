using Google.Protobuf;
using HotStuff.Client.Tests.Support;
using HotStuff.Client.Wire;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests;

public sealed class ListenerTests
{
    private static readonly byte[] Command = [1, 2, 3];

    public static TheoryData<string, ClientDisconnect> Malformed => new()
    {
        { "empty frame", ClientDisconnect.BadFrame },
        { "oversized frame", ClientDisconnect.BadFrame },
        { "largest length", ClientDisconnect.BadFrame },
        { "unknown type", ClientDisconnect.BadMessage },
        { "a replica's type", ClientDisconnect.BadMessage },
        { "second hello", ClientDisconnect.BadMessage },
        { "broken protobuf", ClientDisconnect.BadMessage },
        { "not a segment", ClientDisconnect.BadSegment },
        { "trailing byte", ClientDisconnect.BadSegment },
        { "another client's segment", ClientDisconnect.BadSegment },
        { "count beyond the body", ClientDisconnect.BadSegment },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_frame_closes_only_its_connection(string what, ClientDisconnect reason)
    {
        await using var cluster = await FakeCluster.StartAsync();
        var listener = cluster[0].Listener;
        using var good = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);
        using var bad = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);

        await bad.SendAsync(Bytes(what, bad, cluster.ListenerOptions(0)));
        await bad.EndAsync();

        await Eventually.Holds(() => listener.Disconnects(reason) == 1, "the counted reason");
        await good.SendAsync(good.Segment(1, Command));
        Assert.Equal(FrameType.Replies, (await good.ReceiveAsync())?.Type);
        Assert.Equal(1, listener.Connections);
        Assert.False(listener.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_segment_beyond_the_limits_is_rejected_and_the_connection_stays()
    {
        await using var cluster = await FakeCluster.StartAsync(
            limits: new ProtocolLimits { MaxCommandBytes = 10 }, configure: options => options with { MaxSegmentCommands = 3 });
        using var client = await RawClient.GreetAsync(cluster[0].Listener, cluster.Genesis.ChainId);

        foreach (var segment in new[] { client.Segment(5, Command, new byte[11]), client.Segment(5, Command, Command, Command, Command) })
        {
            await client.SendAsync(segment);
            var rejected = Rejected.Parser.ParseFrom((await client.ReceiveAsync())!.Value.Message);
            Assert.Equal(Rejected.Types.Reason.TooLarge, rejected.Reason);
            Assert.Equal((5UL, (uint)segment.Count), (rejected.FirstSequence, rejected.Count));
        }

        await client.SendAsync(client.Segment(5, new byte[10], Command, Command));
        Assert.Equal(FrameType.Replies, (await client.ReceiveAsync())?.Type);
        Assert.Single(cluster[0].Received);
    }

    [Fact]
    public async Task Nothing_counts_before_a_hello()
    {
        await using var cluster = await FakeCluster.StartAsync();
        using var client = await RawClient.ConnectAsync(cluster[0].Listener);

        await client.SendAsync(client.Segment(1, Command));

        Assert.Null(await client.ReceiveAsync());
        Assert.Empty(cluster[0].Received);
    }

    [Fact]
    public async Task A_connection_without_a_hello_ends_in_time()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync(configure: options => options with { TimeProvider = time });
        var listener = cluster[0].Listener;
        using var silent = await RawClient.ConnectAsync(listener);
        using var greeted = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);
        await Eventually.Holds(() => listener.Connections == 2, "two connections");

        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(await silent.ReceiveAsync());
        await Eventually.Holds(() => listener.Disconnects(ClientDisconnect.NoHello) == 1, "the counted reason");
        await greeted.SendAsync(greeted.Segment(1, Command));
        Assert.Equal(FrameType.Replies, (await greeted.ReceiveAsync())?.Type);
    }

    [Fact]
    public async Task Another_version_of_the_protocol_is_refused()
    {
        await using var cluster = await FakeCluster.StartAsync();
        using var client = await RawClient.ConnectAsync(cluster[0].Listener);
        var hello = client.Hello(cluster.Genesis.ChainId);
        hello.ProtocolVersion = 99;

        await client.SendAsync(FrameType.Hello, hello);

        var refused = Refused.Parser.ParseFrom((await client.ReceiveAsync())!.Value.Message);
        Assert.Equal(Refused.Types.Reason.WrongVersion, refused.Reason);
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Connections_beyond_the_allowed_ones_are_refused()
    {
        await using var cluster = await FakeCluster.StartAsync(configure: options => options with { MaxConnections = 2 });
        var listener = cluster[0].Listener;
        using var first = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);
        using var second = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);
        using var third = await RawClient.ConnectAsync(listener);

        await third.SendAsync(FrameType.Hello, third.Hello(cluster.Genesis.ChainId));

        var refused = Refused.Parser.ParseFrom((await third.ReceiveAsync())!.Value.Message);
        Assert.Equal(Refused.Types.Reason.TooManyConnections, refused.Reason);
        Assert.Null(await third.ReceiveAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_disconnected()
    {
        await using var cluster = await FakeCluster.StartAsync(configure: options => options with { MaxQueuedBytes = 256 * 1024 });
        var listener = cluster[0].Listener;
        using var slow = await RawClient.GreetAsync(listener, cluster.Genesis.ChainId);
        var results = Results.Of(slow.Segment(1, new byte[64 * 1024]), command => command);

        await Eventually.Holds(
            () =>
            {
                cluster[0].ReplyToAll(results);
                return listener.Disconnects(ClientDisconnect.SlowReader) > 0;
            },
            "the one that does not read to be disconnected");
        Assert.False(listener.Failed.IsCompleted);
    }

    [Fact]
    public async Task A_connection_is_read_no_further_than_its_window_until_segments_are_released()
    {
        await using var cluster = await FakeCluster.StartAsync(limits: new ProtocolLimits { ClientWindow = 4 });
        cluster[0].Releases = false;
        using var client = await RawClient.GreetAsync(cluster[0].Listener, cluster.Genesis.ChainId);
        for (var first = 1; first <= 9; first += 2)
            await client.SendAsync(client.Segment(first, Command, Command));

        // Two segments fill the window; their replies show that both were handed over.
        Assert.Equal(FrameType.Replies, (await client.ReceiveAsync())?.Type);
        Assert.Equal(FrameType.Replies, (await client.ReceiveAsync())?.Type);
        Assert.Equal(2, cluster[0].Received.Count);

        for (var released = 0; released < 3; released++)
        {
            cluster[0].Release(cluster[0].Received.ElementAt(released));
            Assert.Equal(FrameType.Replies, (await client.ReceiveAsync())?.Type);
            Assert.Equal(3 + released, cluster[0].Received.Count);
        }
    }

    private static byte[] Bytes(string what, RawClient client, ClientListenerOptions options)
    {
        var segment = client.Segment(1, Command).Encoded.ToArray();
        return what switch
        {
            "empty frame" => [0, 0, 0, 0],
            "oversized frame" => Submit(new byte[options.MaxSegmentBytes + 1000]),
            "largest length" => [0xff, 0xff, 0xff, 0xff, (byte)FrameType.Submit],
            "unknown type" => [0, 0, 0, 1, 200],
            "a replica's type" => RawClient.Encode(FrameType.Welcome, new Welcome { Replica = 1 }),
            "second hello" => RawClient.Encode(FrameType.Hello, client.Hello(options.Committee.Chain)),
            "broken protobuf" => [0, 0, 0, 3, (byte)FrameType.Submit, 0x0a, 0x7f],
            "not a segment" => Submit(new byte[100]),
            "trailing byte" => Submit([.. segment, 0]),
            "another client's segment" => Submit(CommandSegment.Create(new ClientId(1), 1, [Command]).Encoded.ToArray()),
            "count beyond the body" => Submit([.. segment[..24], 0x7f, 0xff, 0xff, 0xff, .. segment[28..]]),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such case"),
        };

        static byte[] Submit(byte[] bytes) => RawClient.Encode(FrameType.Submit, new Submit { Segment = ByteString.CopyFrom(bytes) });
    }
}
