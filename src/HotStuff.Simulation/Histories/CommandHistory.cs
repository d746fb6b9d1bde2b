using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>One command as its client saw it.</summary>
/// <param name="Client">Who sent it.</param>
/// <param name="Invoked">When it was sent, on a clock that all operations share.</param>
/// <param name="Returned">When the answer was there; null when none came: it may have run at any time since, or may yet.</param>
/// <param name="Command">What was sent.</param>
/// <param name="Result">What was answered; empty when nothing was.</param>
public sealed record HistoryOperation(ClientId Client, long Invoked, long? Returned, ReadOnlyMemory<byte> Command, ReadOnlyMemory<byte> Result)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Client} [{Invoked}, {Returned?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "never"}] "
        + $"{Convert.ToHexStringLower(Command.Span)} -> {Convert.ToHexStringLower(Result.Span)}";
}

/// <summary>What clients sent and were answered, in real time. Safe to use from several threads.</summary>
public sealed class CommandHistory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, HistoryOperation> _pending = [];
    private readonly List<HistoryOperation> _done = [];
    private long _next;

    /// <summary>All operations; those without an answer last.</summary>
    public IReadOnlyList<HistoryOperation> Operations
    {
        get
        {
            lock (_lock)
                return [.. _done, .. _pending.Values];
        }
    }

    /// <summary>A command is sent.</summary>
    /// <returns>A number to report the answer with.</returns>
    public long Invoke(ClientId client, long now, ReadOnlyMemory<byte> command)
    {
        lock (_lock)
        {
            _pending.Add(_next, new HistoryOperation(client, now, null, command, default));
            return _next++;
        }
    }

    /// <summary>The answer came. A command that failed without its client knowing whether it ran has none.</summary>
    public void Return(long operation, long now, ReadOnlyMemory<byte> result)
    {
        lock (_lock)
        {
            if (_pending.Remove(operation, out var pending))
                _done.Add(pending with { Returned = now, Result = result });
        }
    }
}
