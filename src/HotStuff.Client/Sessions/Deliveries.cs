using HotStuff.StateMachine;

namespace HotStuff.Client.Sessions;

/// <summary>
/// Outcomes on their way to those who submitted: collected under the session's lock, delivered after it. An owner is an <see
/// cref="IResultSink"/>, or a
/// <see cref="TaskCompletionSource{CommandResult}"/> whose continuations run elsewhere.
/// </summary>
internal sealed class Deliveries
{
    private readonly List<(IResultSink Sink, int Start)> _runs = [];
    private CommandOutcome[] _outcomes = new CommandOutcome[64];
    private int _count;

    public void Add(object owner, in CommandOutcome outcome)
    {
        if (owner is not IResultSink sink)
        {
            Complete((TaskCompletionSource<CommandResult>)owner, outcome);
            return;
        }

        if (_runs.Count == 0 || !ReferenceEquals(_runs[^1].Sink, sink))
            _runs.Add((sink, _count));
        if (_count == _outcomes.Length)
            Array.Resize(ref _outcomes, _count * 2);
        _outcomes[_count++] = outcome;
    }

    /// <summary>Hands the outcomes to their sinks, <paramref name="one"/> batch at a time, and forgets them.</summary>
    public void Flush(Lock one)
    {
        if (_count == 0)
            return;

        lock (one)
        {
            for (var i = 0; i < _runs.Count; i++)
            {
                var (sink, start) = _runs[i];
                var end = i + 1 < _runs.Count ? _runs[i + 1].Start : _count;
                sink.OnResults(_outcomes.AsSpan(start, end - start));
            }
        }

        // Results hold the buffers that they came in.
        Array.Clear(_outcomes, 0, _count);
        _runs.Clear();
        _count = 0;
    }

    private static void Complete(TaskCompletionSource<CommandResult> completion, in CommandOutcome outcome)
    {
        if (outcome.Failure == ClientFailure.None)
            completion.TrySetResult(new CommandResult(outcome.Sequence, outcome.Status, outcome.Result));
        else if (outcome.Sequence == 0)
            completion.TrySetException(Failures.OfWaiting(outcome.Failure));
        else
            completion.TrySetException(Failures.OfCommand(outcome.Failure, outcome.Sequence));
    }
}
