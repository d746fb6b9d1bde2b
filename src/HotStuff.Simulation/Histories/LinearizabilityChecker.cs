namespace HotStuff.Simulation;

/// <summary>
/// Judges whether a history is linearizable: whether its operations can be put into one order that respects real time, one that ended before another began comes
/// first, and in which a sequential service would have given the answers that clients got (Herlihy and Wing, 1990).
/// </summary>
/// <remarks>
/// Just-in-time linearization with a cache of configurations (Lowe, "Testing for linearizability", 2017): <see cref="PossibleStates{TState}"/>. Time and memory grow with the
/// length of a history only linearly, and with the operations under way at the same time exponentially in the worst case; histories of different keys are judged apart, which
/// is as strict, since linearizability is local.
/// </remarks>
public static class LinearizabilityChecker
{
    /// <summary>The most operations of one part that may be under way at the same time, those that never ended among them.</summary>
    public const int MaxUnderWay = 64;

    private const int ShownBefore = 12;
    private const int ShownStates = 8;

    /// <summary>Where the history has no such order; null when there is one for each part.</summary>
    /// <param name="history">Any operations.</param>
    /// <param name="model">The service.</param>
    /// <param name="partition">Which operations may affect each other: the same key, the same part.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxUnderWay"/> operations of a part are under way at the same time.</exception>
    public static LinearizabilityViolation? FindViolation<TState, TKey>(
        IEnumerable<HistoryOperation> history, ISequentialModel<TState> model, Func<HistoryOperation, TKey> partition)
        where TState : IEquatable<TState>
        where TKey : notnull =>
        history.GroupBy(partition).Select(part => FindViolation([.. part], model)).FirstOrDefault(violation => violation is not null);

    /// <summary>Whether there is such an order.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxUnderWay"/> operations are under way at the same time.</exception>
    public static bool IsLinearizable<TState>(IReadOnlyList<HistoryOperation> history, ISequentialModel<TState> model)
        where TState : IEquatable<TState> => FindViolation(history, model) is null;

    private static LinearizabilityViolation? FindViolation<TState>(IReadOnlyList<HistoryOperation> history, ISequentialModel<TState> model)
        where TState : IEquatable<TState>
    {
        var possible = new PossibleStates<TState>(model);
        var slots = new int[history.Count];
        var ended = new List<HistoryOperation>();
        foreach (var (operation, ends) in EventsOf(history))
        {
            if (!ends)
            {
                slots[operation] = possible.Begin(history[operation]);
            }
            else
            {
                var states = possible.States;
                if (!possible.End(slots[operation]))
                {
                    var before = ended.Skip(ended.Count - ShownBefore).ToList();
                    return new LinearizabilityViolation(
                        history[operation], possible.UnderWay, before, [.. states.Distinct().Take(ShownStates).Select(state => $"{state}")]);
                }

                ended.Add(history[operation]);
            }
        }

        return null;
    }

    /// <summary>Begins and ends in the order of their times. At the same time begins come first: that allows more orders, not fewer.</summary>
    private static IEnumerable<(int Operation, bool Ends)> EventsOf(IReadOnlyList<HistoryOperation> history)
    {
        var events = new List<(long Time, bool Ends, int Operation)>(2 * history.Count);
        for (var i = 0; i < history.Count; i++)
        {
            events.Add((history[i].Invoked, false, i));
            if (history[i].Returned is { } returned)
                events.Add((returned, true, i));
        }

        events.Sort();
        return events.Select(happened => (happened.Operation, happened.Ends));
    }
}
