using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HotStuff.Cluster;
using Microsoft.AspNetCore.Http;

namespace HotStuff.Web;

/// <summary>
/// What the live page watches, as server-sent events: <c>frame</c> for each frame of any replica, <c>node</c> every second, <c>blocks</c> twice a second when they have changed. Who does not read misses frames.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="observer">Asks it.</param>
/// <param name="time">Where time comes from.</param>
/// <param name="stopping">Ends all watching.</param>
internal sealed class LiveFeed(IOperatedNode node, NodeObserver observer, TimeProvider time, CancellationToken stopping)
{
    /// <summary>The most who watch at a time.</summary>
    public const int MaxWatchers = 16;

    private const int BeatsPerSecond = 2;
    private const int BeatsPerHeartbeat = 10 * BeatsPerSecond;

    // More at a time would let the beats wait.
    private const int MaxFramesAtOnce = 64;

    private int _watchers;

    /// <summary>How many watch.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Serves one watcher until it goes, or the server stops.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _watchers) > MaxWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            await Problems.Of(StatusCodes.Status503ServiceUnavailable, $"{MaxWatchers} watch already, as many as may").ExecuteAsync(context);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            // For proxies that would collect what is meant to come at once.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await WatchAsync(context.Response.BodyWriter, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The watcher has gone, or the server goes.
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private async Task WatchAsync(PipeWriter output, CancellationTokenSource ending)
    {
        await using var frames = node.Feed.WatchAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / BeatsPerSecond), time);
        var beats = new Beats(node, observer, output);
        var frame = frames.MoveNextAsync().AsTask();
        try
        {
            await beats.NextAsync();
            var beat = timer.WaitForNextTickAsync(ending.Token).AsTask();
            while (true)
            {
                await output.FlushAsync(ending.Token);
                await Task.WhenAny(frame, beat);
                for (var i = 0; i < MaxFramesAtOnce && frame.IsCompleted && await frame; i++)
                {
                    Write(output, "frame"u8, frames.Current, WebJson.Default.FeedFrame);
                    frame = frames.MoveNextAsync().AsTask();
                }

                if (beat.IsCompleted && await beat)
                {
                    await beats.NextAsync();
                    beat = timer.WaitForNextTickAsync(ending.Token).AsTask();
                }
            }
        }
        finally
        {
            // An iterator cannot be disposed while it runs.
            await ending.CancelAsync();
            await ((Task)frame).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Write<T>(PipeWriter output, ReadOnlySpan<byte> name, T value, JsonTypeInfo<T> type)
    {
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter((IBufferWriter<byte>)output))
            JsonSerializer.Serialize(json, value, type);
        output.Write("\n\n"u8);
    }

    /// <summary>What one watcher is told at its beats.</summary>
    private sealed class Beats(IOperatedNode node, NodeObserver observer, PipeWriter output)
    {
        private long _count;
        private IReadOnlyList<BlockDescription> _blocks = [];

        public async Task NextAsync()
        {
            if (_count % BeatsPerHeartbeat == 0)
                output.Write(": here\n\n"u8);
            if (_count % BeatsPerSecond == 0 && await observer.LookAsync() is ({ } report, var readiness))
                Write(output, "node"u8, NodeDescription.Of(node, report, readiness), WebJson.Default.NodeDescription);
            if (observer.Blocks() is var blocks && !blocks.SequenceEqual(_blocks))
            {
                _blocks = blocks;
                Write(output, "blocks"u8, (IReadOnlyList<BlockView>)[.. blocks.Select(BlockView.Of)], WebJson.Default.IReadOnlyListBlockView);
            }

            _count++;
        }
    }
}
