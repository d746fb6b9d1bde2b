using System.Collections.Immutable;
using System.Threading.Channels;

namespace HotStuff.Cluster;

/// <summary>
/// The frames of all replicas that reach this node, for whoever watches. As long as nobody watches anywhere, replicas make none. A watcher that does not read misses frames, and slows nobody down.
/// </summary>
public sealed class ClusterFeed
{
    private const int Backlog = 256;
    private ImmutableArray<Channel<FeedFrame>> _watchers = [];

    /// <summary>Whether somebody watches at this node.</summary>
    public bool IsWatched => !_watchers.IsEmpty;

    /// <summary>The frames from now on, until cancelled.</summary>
    public async IAsyncEnumerable<FeedFrame> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var frames = Channel.CreateBounded<FeedFrame>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        ImmutableInterlocked.Update(ref _watchers, watchers => watchers.Add(frames));
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(cancellation))
                yield return frame;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _watchers, watchers => watchers.Remove(frames));
        }
    }

    /// <summary>Hands a frame to all who watch.</summary>
    internal void Publish(FeedFrame frame)
    {
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(frame);
    }
}
