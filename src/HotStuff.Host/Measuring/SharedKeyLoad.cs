using System.Diagnostics;
using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>One client session with workers that have one key-value command under way each, so that a history of it can be judged.</summary>
internal sealed class SharedKeyLoad(HotStuffClient client, IReadOnlyList<SharedKeyWorker> workers) : ILoadClient
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private long _submitted;
    private long _committed;
    private long _rejected;
    private volatile bool _measuring;

    public long Submitted => Interlocked.Read(ref _submitted);

    public long Committed => Interlocked.Read(ref _committed);

    public long Rejected => Interlocked.Read(ref _rejected);

    public LatencyRecorder Latencies { get; } = new();

    public void Start() => _work = Task.WhenAll(workers.Select(worker => Task.Run(() => WorkAsync(worker))));

    public void Measure(bool measuring) => _measuring = measuring;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync(SharedKeyWorker worker)
    {
        while (!_stop.IsCancellationRequested)
            await CountAsync(worker.StepAsync);
        await CountAsync(worker.ReadAsync);
    }

    private async Task CountAsync(Func<CancellationToken, Task> step)
    {
        Interlocked.Increment(ref _submitted);
        var sent = Stopwatch.GetTimestamp();
        try
        {
            await step(CancellationToken.None);
        }
        catch (HotStuffClientException failure) when (failure.Reason.IsRefusal())
        {
            Interlocked.Increment(ref _rejected);
            return;
        }
        catch (HotStuffClientException failure) when (failure.Reason == ClientFailure.TimedOut)
        {
            return;
        }

        Interlocked.Increment(ref _committed);
        if (!_measuring)
            return;
        lock (_lock)
            Latencies.Record(Stopwatch.GetTimestamp() - sent, 1);
    }
}
