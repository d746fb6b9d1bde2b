using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Web.Tests;

/// <summary>What the live page watches.</summary>
public sealed class LiveFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_watcher_sees_the_node_its_blocks_and_the_frames_of_all_replicas()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var bound = new CancellationTokenSource(Patience);
        await using var watch = await Watch.StartAsync(server, bound.Token);

        var node = await watch.NextAsync("node");
        var blocks = await watch.NextAsync("blocks");
        server.Node.Feed.Publish(Frame(3, 7));
        var frame = await watch.NextAsync("frame");

        Assert.Equal(12, node.GetProperty("view").GetInt64());
        Assert.Equal(3, blocks.GetArrayLength());
        Assert.Equal((3, 7L), (frame.GetProperty("replica").GetInt32(), frame.GetProperty("sequence").GetInt64()));
        Assert.Equal("viewChanged", frame.GetProperty("occurrences")[0].GetProperty("kind").GetString());
        Assert.Equal(JsonSerializer.Serialize(Frame(3, 7), JsonSerializerOptions.Web), frame.GetRawText());
    }

    [Fact]
    public async Task Blocks_are_told_when_they_have_changed()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var bound = new CancellationTokenSource(Patience);
        await using var watch = await Watch.StartAsync(server, bound.Token);
        await watch.NextAsync("blocks");

        // The second "node" is a second later, in which unchanged blocks were not told again.
        await watch.NextAsync("node");
        var between = await watch.NamesUntilAsync("node");
        server.Node.NewestBlocks = [FakeNode.Block(12, 11, 12, BlockState.Proposed), .. server.Node.NewestBlocks];
        var blocks = await watch.NextAsync("blocks");

        Assert.DoesNotContain("blocks", between);
        Assert.Equal(12, blocks[0].GetProperty("height").GetInt64());
    }

    [Fact]
    public async Task There_is_an_end_to_how_many_watch_and_who_goes_makes_room()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var bound = new CancellationTokenSource(Patience);
        var watchers = new List<Watch>();
        for (var i = 0; i < LiveFeed.MaxWatchers; i++)
            watchers.Add(await Watch.StartAsync(server, bound.Token));

        using (var refused = await server.SendAsync(HttpMethod.Get, "/api/v1/feed"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        }

        foreach (var watcher in watchers)
            await watcher.DisposeAsync();
        while (server.Node.Feed.IsWatched)
            await Task.Delay(10, bound.Token);
        await using var next = await Watch.StartAsync(server, bound.Token);
        await next.NextAsync("node");
    }

    [Fact]
    public async Task Whoever_watches_does_not_keep_the_server_from_stopping()
    {
        var server = await ServerUnderTest.StartAsync();
        using var bound = new CancellationTokenSource(Patience);
        await using var watch = await Watch.StartAsync(server, bound.Token);
        await watch.NextAsync("node");

        await server.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.False(server.Node.Feed.IsWatched);
    }

    private static FeedFrame Frame(int replica, long sequence) => new()
    {
        Replica = replica,
        Sequence = sequence,
        At = 1000.5,
        Span = 100,
        View = 5,
        Leader = 1,
        Committed = 3,
        LockedView = 2,
        HighQcView = 4,
        Pending = 0,
        Timeouts = 1,
        Commands = 10,
        Blocks = 3,
        Refused = 0,
        Evidence = 0,
        Peers = 3,
        Occurrences = [new FeedOccurrence(999.5, Names.Of(OccurrenceKind.ViewChanged), 5, Other: 1)],
    };

    private sealed class Watch : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly IAsyncEnumerator<SseItem<string>> _events;

        private Watch(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> events)
        {
            _response = response;
            _events = events;
        }

        public static async Task<Watch> StartAsync(ServerUnderTest server, CancellationToken cancellation)
        {
            var response = await server.SendAsync(HttpMethod.Get, "/api/v1/feed");
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
            return new Watch(response, SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation)).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation));
        }

        /// <summary>The next event of this name.</summary>
        public async Task<JsonElement> NextAsync(string name)
        {
            do
                Assert.True(await _events.MoveNextAsync());
            while (_events.Current.EventType != name);
            return JsonElement.Parse(_events.Current.Data);
        }

        /// <summary>The names of all events up to the next of this name.</summary>
        public async Task<IReadOnlyList<string>> NamesUntilAsync(string name)
        {
            var names = new List<string>();
            do
            {
                Assert.True(await _events.MoveNextAsync());
                names.Add(_events.Current.EventType);
            }
            while (_events.Current.EventType != name);
            return names;
        }

        public async ValueTask DisposeAsync()
        {
            _response.Dispose();
            await _events.DisposeAsync();
        }
    }
}
