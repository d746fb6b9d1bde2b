namespace HotStuff.Client.Sessions;

/// <summary>The answers to one question for the status.</summary>
internal sealed class StatusRound(int replicas)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeStatus?[] _answers = new NodeStatus?[replicas];
    private int _asked = replicas;

    /// <summary>Completes when all that were asked have answered.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What was answered so far, by replica.</summary>
    public IReadOnlyList<NodeStatus?> Answers
    {
        get
        {
            lock (_answers)
                return [.. _answers];
        }
    }

    public void Asked(int count)
    {
        lock (_answers)
        {
            _asked = count;
            CheckAllAnswered();
        }
    }

    public void Answer(NodeStatus status)
    {
        lock (_answers)
        {
            _answers[status.Replica.Index] ??= status;
            CheckAllAnswered();
        }
    }

    private void CheckAllAnswered()
    {
        if (_answers.Count(answer => answer is not null) >= _asked)
            _completion.TrySetResult();
    }
}
