using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>
/// One client session that keeps a number of equal commands under way: what completes is refilled at once. Nothing is done per command but counting.
/// </summary>
internal sealed class LoadClient : IResultSink, ILoadClient
{
    private readonly HotStuffClient _client;
    private readonly ReadOnlyMemory<ReadOnlyMemory<byte>> _commands;
    private readonly LatencyRecorder _latencies = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _submitted;
    private long _committed;
    private long _rejected;
    private long _finished;
    private volatile bool _measuring;
    private volatile bool _stopping;

    public LoadClient(HotStuffClient client, int outstanding, ReadOnlyMemory<byte> command)
    {
        _client = client;
        var commands = new ReadOnlyMemory<byte>[outstanding];
        Array.Fill(commands, command);
        _commands = commands;
    }

    public long Submitted => Interlocked.Read(ref _submitted);

    public long Committed => Interlocked.Read(ref _committed);

    public long Rejected => Interlocked.Read(ref _rejected);

    public LatencyRecorder Latencies => _latencies;

    public void Start() => Submit(_commands.Length);

    public void Measure(bool measuring) => _measuring = measuring;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        CompleteIfDrained();
        await _drained.Task.WaitAsync(cancellationToken);
    }

    public void OnResults(ReadOnlySpan<CommandOutcome> outcomes)
    {
        var now = Stopwatch.GetTimestamp();
        var failed = 0;
        var rejected = 0;
        for (var start = 0; start < outcomes.Length;)
        {
            // Commands that were submitted together took equally long.
            var tag = outcomes[start].Tag;
            var end = start;
            var failedHere = 0;
            for (; end < outcomes.Length && outcomes[end].Tag == tag; end++)
            {
                if (outcomes[end].Failure == ClientFailure.None)
                    continue;
                failedHere++;
                rejected += outcomes[end].Failure.IsRefusal() ? 1 : 0;
            }

            if (_measuring && end - start > failedHere)
                _latencies.Record(now - tag, end - start - failedHere);
            failed += failedHere;
            start = end;
        }

        Interlocked.Add(ref _committed, outcomes.Length - failed);
        Interlocked.Add(ref _rejected, rejected);
        Interlocked.Add(ref _finished, outcomes.Length);
        if (!_stopping)
            Submit(outcomes.Length);
        CompleteIfDrained();
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Submit(int count)
    {
        Interlocked.Add(ref _submitted, count);
        var submission = _client.SubmitManyAsync(_commands[..count], this, Stopwatch.GetTimestamp());
        if (!submission.IsCompletedSuccessfully)
            _ = ObserveAsync(submission);
    }

    private async Task ObserveAsync(ValueTask submission)
    {
        try
        {
            await submission;
        }
        catch (HotStuffClientException failure)
        {
            _drained.TrySetException(failure);
        }
    }

    private void CompleteIfDrained()
    {
        if (_stopping && Interlocked.Read(ref _finished) == Interlocked.Read(ref _submitted))
            _drained.TrySetResult();
    }
}
