using System.Collections;

namespace HotStuff.Simulation;

/// <summary>
/// Judges whether a history is linearizable: whether its operations can be put into one order that respects real time, one that ended before another began comes
/// first, and in which a sequential service would have given the answers that clients got (Herlihy and Wing, 1990).
/// </summary>
/// <remarks>
/// The search of Wing and Gong (1993) with Lowe's cache of configurations (2017), as in the checker Porcupine: try the operations that have begun at the head of what is left;
/// take one out when its answer is right in this state and the configuration (which are out, which state) is new; when an operation ends that could not be
/// taken out, go back. Exponential in the worst case, quick on histories whose concurrency is small; histories of different keys are judged apart, which is as
/// strict, since linearizability is local.
/// </remarks>
public static class LinearizabilityChecker
{
    /// <summary>The part of the history that has no such order: the operations of one key; null when there is one for each key.</summary>
    /// <param name="history">Any operations.</param>
    /// <param name="model">The service.</param>
    /// <param name="partition">Which operations may affect each other: the same key, the same part.</param>
    public static IReadOnlyList<HistoryOperation>? FindViolation<TState, TKey>(
        IEnumerable<HistoryOperation> history, ISequentialModel<TState> model, Func<HistoryOperation, TKey> partition)
        where TState : IEquatable<TState>
        where TKey : notnull =>
        history.GroupBy(partition).Select(part => part.ToList()).FirstOrDefault(part => !IsLinearizable(part, model));

    /// <summary>Whether there is such an order.</summary>
    public static bool IsLinearizable<TState>(IReadOnlyList<HistoryOperation> history, ISequentialModel<TState> model)
        where TState : IEquatable<TState>
    {
        var head = EntriesOf(history);
        var taken = new BitArray(history.Count);
        var seen = new HashSet<Configuration<TState>>();
        var path = new Stack<(Entry Call, TState Before)>();
        var state = model.Initial;
        var entry = head.Next!;
        while (head.Next is not null)
        {
            if (entry.Return is { } returns)
            {
                var operation = history[entry.Operation];
                var (after, result) = model.Apply(state, operation.Command.Span);
                // Nobody knows what an operation without an answer was answered.
                var right = operation.Returned is null || result.AsSpan().SequenceEqual(operation.Result.Span);
                if (right && seen.Add(Configuration<TState>.Of(taken, entry.Operation, after)))
                {
                    path.Push((entry, state));
                    state = after;
                    taken[entry.Operation] = true;
                    entry.TakeOut();
                    returns.TakeOut();
                    entry = head.Next!;
                }
                else
                {
                    entry = entry.Next!;
                }
            }
            else
            {
                if (path.Count == 0)
                    return false;
                (entry, state) = path.Pop();
                taken[entry.Operation] = false;
                entry.Return!.PutBack();
                entry.PutBack();
                entry = entry.Next!;
            }
        }

        return true;
    }

    /// <summary>Calls and returns in the order of their times, linked, after an empty entry. At the same time calls come first: that allows more orders, not fewer.</summary>
    private static Entry EntriesOf(IReadOnlyList<HistoryOperation> history)
    {
        var entries = new List<(long Time, int Kind, int Order, Entry Entry)>();
        for (var i = 0; i < history.Count; i++)
        {
            var returns = new Entry(i, null);
            entries.Add((history[i].Invoked, 0, i, new Entry(i, returns)));
            entries.Add((history[i].Returned ?? long.MaxValue, 1, i, returns));
        }

        var head = new Entry(-1, null);
        var last = head;
        foreach (var (_, _, _, entry) in entries.OrderBy(entry => (entry.Time, entry.Kind, entry.Order)))
        {
            (last.Next, entry.Previous) = (entry, last);
            last = entry;
        }

        return head;
    }

    private sealed class Entry(int operation, Entry? returns)
    {
        public int Operation => operation;

        /// <summary>Where the operation ends; null for an entry that is an end itself.</summary>
        public Entry? Return => returns;

        public Entry? Previous { get; set; }

        public Entry? Next { get; set; }

        public void TakeOut()
        {
            Previous!.Next = Next;
            Next?.Previous = Previous;
        }

        public void PutBack()
        {
            Previous!.Next = this;
            Next?.Previous = this;
        }
    }

    /// <summary>Which operations are taken out, as words of bits, and the state after them.</summary>
    private readonly record struct Configuration<TState>(long[] Taken, TState State)
        where TState : IEquatable<TState>
    {
        public static Configuration<TState> Of(BitArray taken, int more, TState state)
        {
            var words = new long[(taken.Length + 63) / 64];
            for (var i = 0; i < taken.Length; i++)
            {
                if (taken[i] || i == more)
                    words[i / 64] |= 1L << (i % 64);
            }

            return new Configuration<TState>(words, state);
        }

        public bool Equals(Configuration<TState> other) => Taken.AsSpan().SequenceEqual(other.Taken) && State.Equals(other.State);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in Taken)
                hash.Add(word);
            hash.Add(State);
            return hash.ToHashCode();
        }
    }
}
