using System.Numerics;

namespace HotStuff.Simulation;

/// <summary>
/// The states that a service can be in at one moment of a history, each with the operations under way that have taken effect in it. When an operation ends it must have taken
/// effect: the states are tried in which it had not, with whatever others under way take effect before it, and those stay in which its answer is right. So nothing is ever tried
/// earlier than an answer needs it, and nothing before the last end is looked at again.
/// </summary>
internal sealed class PossibleStates<TState>(ISequentialModel<TState> model)
    where TState : IEquatable<TState>
{
    private readonly HistoryOperation?[] _underWay = new HistoryOperation?[LinearizabilityChecker.MaxUnderWay];
    private readonly HashSet<Configuration> _seen = [];
    private readonly Stack<Configuration> _left = new();
    private HashSet<Configuration> _now = [new Configuration(0, model.Initial)];
    private HashSet<Configuration> _next = [];
    private ulong _used;

    /// <summary>The states now, as often as there are ways to them.</summary>
    public IEnumerable<TState> States => [.. _now.Select(configuration => configuration.State)];

    /// <summary>The operations that have begun and not ended.</summary>
    public IReadOnlyList<HistoryOperation> UnderWay => [.. _underWay.OfType<HistoryOperation>()];

    /// <summary>An operation begins.</summary>
    /// <returns>A number to end it with.</returns>
    public int Begin(HistoryOperation operation)
    {
        var slot = BitOperations.TrailingZeroCount(~_used);
        if (slot >= _underWay.Length)
            throw new ArgumentException($"more than {_underWay.Length} operations are under way at the same time, from {operation} on", nameof(operation));
        _underWay[slot] = operation;
        _used |= 1UL << slot;
        return slot;
    }

    /// <summary>An operation ends with the answer that it has.</summary>
    /// <returns>Whether that answer is possible.</returns>
    public bool End(int slot)
    {
        var bit = 1UL << slot;
        _next.Clear();
        _seen.Clear();
        foreach (var configuration in _now)
            _left.Push(configuration);
        while (_left.TryPop(out var configuration))
        {
            if ((configuration.Taken & bit) != 0)
                _next.Add(configuration with { Taken = configuration.Taken & ~bit });
            else
                TryAll(configuration);
        }

        (_now, _next) = (_next, _now);
        _underWay[slot] = null;
        _used &= ~bit;
        return _now.Count > 0;
    }

    private void TryAll(Configuration before)
    {
        for (var rest = _used & ~before.Taken; rest != 0; rest &= rest - 1)
        {
            var slot = BitOperations.TrailingZeroCount(rest);
            var operation = _underWay[slot]!;
            var (after, result) = model.Apply(before.State, operation.Command.Span);
            // Nobody knows what an operation without an answer was answered; one that changes nothing may as well never have run.
            var possible = operation.Returned is null ? !after.Equals(before.State) : result.AsSpan().SequenceEqual(operation.Result.Span);
            var configuration = new Configuration(before.Taken | (1UL << slot), after);
            if (possible && _seen.Add(configuration))
                _left.Push(configuration);
        }
    }

    /// <summary>Which operations under way have taken effect, a bit for each, and the state after them.</summary>
    private readonly record struct Configuration(ulong Taken, TState State);
}
