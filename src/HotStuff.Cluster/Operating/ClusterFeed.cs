namespace HotStuff.Cluster;

/// <summary>
/// The frames of all replicas that reach this node, for whoever watches. As long as nobody watches anywhere, replicas make none. A watcher that does not read misses frames, and slows nobody down.
/// </summary>
public sealed class ClusterFeed
{
    private readonly Broadcast<FeedFrame> _frames = new(remembered: 0, backlog: 256);

    /// <summary>Whether somebody watches at this node.</summary>
    public bool IsWatched => _frames.IsWatched;

    /// <summary>The frames from now on, until cancelled.</summary>
    public IAsyncEnumerable<FeedFrame> WatchAsync(CancellationToken cancellation) => _frames.WatchAsync(0, cancellation);

    /// <summary>Hands a frame to all who watch.</summary>
    internal void Publish(FeedFrame frame) => _frames.Publish(frame);
}
