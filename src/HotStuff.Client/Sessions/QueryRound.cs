using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>The answers to one query: it succeeds when f+1 replicas gave the same.</summary>
internal sealed class QueryRound(Committee committee)
{
    private readonly TaskCompletionSource<QueryResult?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(ReplicaId Replica, Height Height, ReadOnlyMemory<byte> Result)> _answers = [];
    private ReplicaSet _answered;
    private int _asked = committee.Size;

    /// <summary>The result; null when all that were asked have answered and no f+1 of them alike.</summary>
    public Task<QueryResult?> Completion => _completion.Task;

    /// <summary>How many replicas were asked, once that is known.</summary>
    public void Asked(int replicas)
    {
        lock (_answers)
        {
            _asked = replicas;
            CheckAllAnswered();
        }
    }

    /// <summary>Counts an answer; a replica's first one.</summary>
    public void Answer(ReplicaId replica, Height height, ReadOnlyMemory<byte> result)
    {
        lock (_answers)
        {
            if (_answered.Contains(replica))
                return;

            _answered.Add(replica);
            _answers.Add((replica, height, result));
            var same = _answers.FindAll(answer => answer.Result.Span.SequenceEqual(result.Span));
            if (same.Count >= committee.OneHonest)
                _completion.TrySetResult(new QueryResult(result, same.Min(answer => answer.Height)));
            else
                CheckAllAnswered();
        }
    }

    private void CheckAllAnswered()
    {
        if (_answers.Count >= _asked)
            _completion.TrySetResult(null);
    }
}
