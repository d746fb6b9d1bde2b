using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HotStuff.Cluster;

/// <summary>
/// Hands what happens to all who watch, and the latest of it to those who come later. A watcher that does not read misses the oldest of what waits for it, and slows nobody down. Safe to use from any thread.
/// </summary>
/// <param name="remembered">How many of the latest items are kept for those who come later, 0 and more.</param>
/// <param name="backlog">How many items wait for a watcher at most, 1 and more; never fewer than are remembered.</param>
public sealed class Broadcast<T>(int remembered, int backlog = 1024)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _latest = new();
    private readonly List<Channel<T>> _watchers = [];
    private bool _isComplete;

    /// <summary>Whether somebody watches.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_lock)
                return _watchers.Count > 0;
        }
    }

    /// <summary>Hands an item to all who watch.</summary>
    public void Publish(T item)
    {
        lock (_lock)
        {
            _latest.Enqueue(item);
            if (_latest.Count > remembered)
                _latest.Dequeue();
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(item);
        }
    }

    /// <summary>Nothing more happens: whoever watches has seen everything.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
        }
    }

    /// <summary>The latest items that are remembered, and then each as it comes.</summary>
    /// <param name="past">How many of the remembered ones at most.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public async IAsyncEnumerable<T> WatchAsync(int past, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var watcher = Channel.CreateBounded<T>(new BoundedChannelOptions(Math.Max(backlog, remembered)) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            foreach (var item in _latest.TakeLast(past))
                watcher.Writer.TryWrite(item);
            if (_isComplete)
                watcher.Writer.TryComplete();
            else
                _watchers.Add(watcher);
        }

        try
        {
            await foreach (var item in watcher.Reader.ReadAllAsync(cancellation))
                yield return item;
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(watcher);
        }
    }
}
