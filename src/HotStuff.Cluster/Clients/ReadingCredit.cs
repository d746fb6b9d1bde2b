namespace HotStuff.Cluster.Clients;

/// <summary>How much of one connection may be under way: its reader waits while there is as much as allowed.</summary>
internal sealed class ReadingCredit
{
    private readonly Lock _lock = new();
    private readonly long _maxCommands;
    private readonly long _maxBytes;
    private long _commands;
    private long _bytes;
    private TaskCompletionSource? _waiter;

    public ReadingCredit(int maxCommands, int maxBytes)
    {
        _maxCommands = maxCommands;
        _maxBytes = maxBytes;
    }

    /// <summary>Whether one more may be read; whatever it is, so the bounds are exceeded by at most one frame.</summary>
    public bool MayRead
    {
        get
        {
            lock (_lock)
                return HasRoom;
        }
    }

    private bool HasRoom => _commands < _maxCommands && _bytes < _maxBytes;

    public void Take(int commands, int bytes)
    {
        lock (_lock)
        {
            _commands += commands;
            _bytes += bytes;
        }
    }

    public void Release(int commands, int bytes)
    {
        lock (_lock)
        {
            _commands -= commands;
            _bytes -= bytes;
            if (_waiter is null || !HasRoom)
                return;
            _waiter.TrySetResult();
            _waiter = null;
        }
    }

    /// <summary>Completes when one more may be read.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (HasRoom)
                return Task.CompletedTask;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task.WaitAsync(cancellation);
        }
    }
}
