using HotStuff.Client.Wire;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Client.Sessions;

/// <summary>
/// The commands of one client: numbers them, sends them in segments, sends them again, and decides what became of them. One lock for all of
/// it, taken
/// once for a batch, never while an application's code runs.
/// </summary>
internal sealed class CommandSession : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Lock _delivering = new();
    private readonly ClientOptions _options;
    private readonly ClientId _client;
    private readonly IdentityKeys _keys;
    private readonly Links _links;
    private readonly TimeProvider _time;
    private readonly CommandWindow _window;
    private readonly SegmentBuilder _builder;
    private readonly Queue<Submission> _waiting = new();
    private readonly SegmentSender _segments;
    private readonly Deliveries[] _deliveries;
    private readonly int _maxCommandBytes;
    private int _maxBatchCommands;
    private int _maxBatchBytes;
    private bool _isFlushScheduled;
    private HotStuffClientException? _ended;
    private long _repliesCounted;
    private long _repliesNotNeeded;
    private long _badSignatures;
    private long _rejections;

    public CommandSession(ClientOptions options, ClientId client, Links links)
    {
        var committee = options.Genesis.Committee;
        var limits = options.Genesis.Limits;
        _options = options;
        _client = client;
        _links = links;
        _time = options.TimeProvider;
        _keys = new IdentityKeys(options.Genesis);
        _window = new CommandWindow(Math.Min(options.MaxOutstanding, limits.ClientWindow), committee.OneHonest);
        _builder = new SegmentBuilder(client);
        _segments = new SegmentSender(options, links);
        _deliveries = Enumerable.Range(0, committee.Size).Select(_ => new Deliveries()).ToArray();
        _maxCommandBytes = limits.MaxCommandBytes;
        _maxBatchCommands = options.MaxBatchCommands;
        _maxBatchBytes = options.MaxBatchBytes;
    }

    private Committee Committee => _options.Genesis.Committee;

    private bool IsBatchFull => _builder.Count >= _maxBatchCommands;

    public ClientStatistics Statistics()
    {
        lock (_lock)
        {
            return new ClientStatistics(
                _links.Up, _segments.Sent, _segments.Resends, _repliesCounted, _repliesNotNeeded, _badSignatures,
                _window.Disagreements, _rejections, _links.All.Sum(link => link.Malformed));
        }
    }

    public ValueTask<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        if (command.Length > _maxCommandBytes)
            return ValueTask.FromException<CommandResult>(Failures.TooLarge(command.Length, _maxCommandBytes));
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<CommandResult>(cancellation);

        var completion = new TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_ended is not null)
                return ValueTask.FromException<CommandResult>(_ended);
            if (_waiting.Count == 0 && _window.Room > 0)
                Append(command, completion, tag: 0, index: 0);
            else
                _waiting.Enqueue(new Submission(completion, new[] { command }, tag: 0, _time.GetTimestamp()));
            ScheduleFlush();
        }

        return cancellation.CanBeCanceled ? new(WaitAsync(completion, cancellation)) : new(completion.Task);
    }

    public ValueTask SubmitManyAsync(
        ReadOnlyMemory<ReadOnlyMemory<byte>> commands, IResultSink sink, long tag, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sink);
        foreach (var command in commands.Span)
        {
            if (command.Length > _maxCommandBytes)
                return ValueTask.FromException(Failures.TooLarge(command.Length, _maxCommandBytes));
        }

        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellation);

        Submission? waiting = null;
        lock (_lock)
        {
            if (_ended is not null)
                return ValueTask.FromException(_ended);
            var admitted = _waiting.Count == 0 ? Math.Min(_window.Room, commands.Length) : 0;
            for (var i = 0; i < admitted; i++)
                Append(commands.Span[i], sink, tag, i);
            if (admitted < commands.Length)
                _waiting.Enqueue(waiting = new Submission(sink, commands, tag, _time.GetTimestamp()) { Admitted = admitted });
            Flush();
        }

        return waiting is null ? ValueTask.CompletedTask : new(WaitAsync(waiting, cancellation));
    }

    /// <summary>
    /// Takes the segment limits that the replicas stated, within the options': a value between those of honest replicas where it can be.
    /// </summary>
    public void LinkUp()
    {
        var welcomes = _links.All.Where(link => link.IsUp).Select(link => link.Welcome!).ToArray();
        lock (_lock)
        {
            _maxBatchCommands = Agreed(welcomes.Select(welcome => welcome.MaxSegmentCommands), _options.MaxBatchCommands);
            _maxBatchBytes = Agreed(welcomes.Select(welcome => welcome.MaxSegmentBytes), _options.MaxBatchBytes);
            _segments.SendDue();
        }
    }

    /// <summary>What only went to this replica is sent to another one.</summary>
    public void LinkDown(ReplicaId replica)
    {
        lock (_lock)
            _segments.SendFrom(replica);
    }

    public void Replied(ReplicaId replica, Replies replies)
    {
        var batch = new SegmentResults[replies.Segments.Count];
        for (var i = 0; i < batch.Length; i++)
        {
            if (WireValues.Results(_client, replies.Segments[i]) is not { } results)
            {
                Interlocked.Increment(ref _badSignatures);
                return;
            }

            batch[i] = results;
        }

        if (!IsNeeded(batch))
        {
            Interlocked.Increment(ref _repliesNotNeeded);
            return;
        }

        var statement = SignedBytes.Reply(Committee.Chain, replica, _client, SegmentResults.DigestOf(batch));
        if (!_keys.Verify(replica, statement, new Signature(replies.Signature.Memory)))
        {
            Interlocked.Increment(ref _badSignatures);
            return;
        }

        // Each link has its own, because calls for one link come one at a time.
        var deliveries = _deliveries[replica.Index];
        lock (_lock)
        {
            _repliesCounted++;
            if (replies.HasNextProposer)
                _links.Suggest(replica, replies.NextProposer);
            foreach (var results in batch)
                _window.Vote(replica, results, deliveries);
            Admit();
            Flush();
        }

        deliveries.Flush(_delivering);
    }

    public void Rejected(ReplicaId replica, Rejected rejected)
    {
        if (rejected.FirstSequence > CommandSegment.MaxSequence || rejected.Count > int.MaxValue)
            return;

        var deliveries = _deliveries[replica.Index];
        lock (_lock)
        {
            if (_window.Find((long)rejected.FirstSequence, (int)rejected.Count) is not { } segment)
                return;

            _rejections++;
            if (rejected.Reason is Wire.Rejected.Types.Reason.Overloaded or Wire.Rejected.Types.Reason.WindowFull)
                _segments.Postpone(segment, replica, TimeSpan.FromMilliseconds(rejected.RetryAfterMs));
            else
                Refuse(segment, replica, rejected.Reason, deliveries);
            Flush();
            _segments.SendDue();
        }

        deliveries.Flush(_delivering);
    }

    /// <summary>Looks what has waited too long; called every now and then.</summary>
    public void Tick()
    {
        var deliveries = new Deliveries();
        lock (_lock)
        {
            foreach (var segment in _segments.GiveUp())
            {
                _window.Fail(segment, segment.WasOverloaded ? ClientFailure.Overloaded : ClientFailure.TimedOut, forGood: false, deliveries);
            }

            // Those of SubmitAsync only: a batch waits for room as long as its caller wants.
            foreach (var submission in _waiting)
            {
                var isOld = _time.GetElapsedTime(submission.CreatedAt) >= _options.OverallTimeout;
                if (isOld && submission.Owner is TaskCompletionSource<CommandResult>)
                    Abandon(submission, ClientFailure.TimedOut, deliveries);
            }

            Admit();
            Flush();
            _segments.SendDue();
        }

        deliveries.Flush(_delivering);
    }

    /// <summary>Fails everything, now and from now on.</summary>
    public void End()
    {
        var deliveries = new Deliveries();
        lock (_lock)
        {
            _ended = new HotStuffClientException(ClientFailure.Closed, "the client was disposed");
            Flush();
            foreach (var segment in _segments.TakeAll())
                _window.Fail(segment, ClientFailure.Closed, forGood: true, deliveries);
            foreach (var submission in _waiting)
                Abandon(submission, ClientFailure.Closed, deliveries);
            _waiting.Clear();
        }

        deliveries.Flush(_delivering);
    }

    /// <summary>Sends what was submitted one by one since the flush was scheduled.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            _isFlushScheduled = false;
            Flush();
        }
    }

    private static async Task<CommandResult> WaitAsync(TaskCompletionSource<CommandResult> completion, CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<CommandResult>)state!).TrySetCanceled(token), completion);
        return await completion.Task;
    }

    private async Task WaitAsync(Submission submission, CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(_ => Cancel(submission, cancellation), null);
        await submission.Done.Task;
    }

    private void Cancel(Submission submission, CancellationToken cancellation)
    {
        var deliveries = new Deliveries();
        lock (_lock)
        {
            if (submission.Done.TrySetCanceled(cancellation))
                Abandon(submission, ClientFailure.Canceled, deliveries);
        }

        deliveries.Flush(_delivering);
    }

    // Everything below runs under the lock.
    private static void Abandon(Submission submission, ClientFailure failure, Deliveries deliveries)
    {
        if (submission.IsAbandoned)
            return;

        submission.IsAbandoned = true;
        for (var i = submission.Admitted; i < submission.Commands.Length; i++)
            deliveries.Add(submission.Owner, new CommandOutcome(0, submission.Tag, i, default, default, failure));
        submission.Done.TrySetException(Failures.OfWaiting(failure));
        _ = submission.Done.Task.Exception;
    }

    private int Agreed(IEnumerable<uint> stated, int wanted)
    {
        var ascending = stated.Order().ToArray();
        if (ascending.Length == 0)
            return wanted;
        var middle = ascending[Math.Min(Committee.MaxFaulty, Math.Max(0, ascending.Length - 1 - Committee.MaxFaulty))];
        return (int)Math.Clamp(middle, 1, (uint)wanted);
    }

    private bool IsNeeded(SegmentResults[] batch)
    {
        lock (_lock)
        {
            foreach (var results in batch)
            {
                if (_window.Needs(results))
                    return true;
            }

            return false;
        }
    }

    private void Append(ReadOnlyMemory<byte> command, object owner, long tag, int index)
    {
        if (_builder.Count > 0 && (IsBatchFull || _builder.SizeWith(command) > _maxBatchBytes))
            Close();
        _builder.Add(_window.Add(owner, tag, index), command);
    }

    private void Close()
    {
        var segment = _builder.Take(_time.GetTimestamp());
        _window.Attach(segment);
        _segments.Add(segment);
    }

    private void Admit()
    {
        while (_waiting.TryPeek(out var submission))
        {
            var isCanceled = submission.Owner is TaskCompletionSource<CommandResult> { Task.IsCompleted: true };
            var isUnwanted = isCanceled || submission.IsAbandoned;
            while (!isUnwanted && submission.Admitted < submission.Commands.Length && _window.Room > 0)
            {
                Append(submission.Commands.Span[submission.Admitted], submission.Owner, submission.Tag, submission.Admitted);
                submission.Admitted++;
            }

            if (!isUnwanted && submission.Admitted < submission.Commands.Length)
                return;
            _waiting.Dequeue();
            submission.Done.TrySetResult();
        }
    }

    private void ScheduleFlush()
    {
        if (_isFlushScheduled)
            return;
        _isFlushScheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Flush()
    {
        if (_builder.Count > 0)
            Close();
        _segments.SendNew();
    }

    private void Refuse(PendingSegment segment, ReplicaId replica, Rejected.Types.Reason reason, Deliveries deliveries)
    {
        segment.RefusedBy.Add(replica);
        segment.DueAt = _time.GetTimestamp();
        if (segment.RefusedBy.Count < Committee.OneHonest)
            return;

        // Replicas execute what follows the gap only as far as the window reaches.
        _ended ??= new HotStuffClientException(
            ClientFailure.SessionExpired,
            $"f+1 replicas refused commands {segment.FirstSequence} to {segment.FirstSequence + segment.Count - 1}, which leaves a gap: connect anew");
        var isTooLarge = reason == Wire.Rejected.Types.Reason.TooLarge;
        var failure = isTooLarge ? ClientFailure.CommandTooLarge : ClientFailure.Rejected;
        _window.Fail(segment, failure, forGood: true, deliveries);
        Admit();
    }
}
