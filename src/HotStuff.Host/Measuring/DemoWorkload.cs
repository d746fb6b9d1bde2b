using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Host.Measuring;

/// <summary>
/// The commands of the demo: many clerks over a few client sessions, paced so that a person can watch.
/// </summary>
internal sealed class DemoWorkload : IAsyncDisposable
{
    private static readonly TimeSpan OverallTimeout = TimeSpan.FromSeconds(60);

    // Of that many sessions each, where there are as many.
    private const int ClerksPerSharedKey = 4;

    private readonly HotStuffClient[] _clients;
    private readonly CommandHistory? _history;
    private readonly DemoClerk[] _clerks;
    private readonly int _requests;
    private readonly long _interval;
    private readonly Lock _paceLock = new();
    private readonly Lock _latencyLock = new();
    private readonly LatencyRecorder _all = new();
    private readonly LatencyRecorder _recent = new();
    private long _due;
    private int _tickets;
    private int _submitted;
    private int _committed;

    private DemoWorkload(HotStuffClient[] clients, int requests, TimeSpan pace, int clerks, CommandHistory? history)
    {
        _clients = clients;
        _history = history;
        _requests = requests;
        _interval = (long)(pace.TotalSeconds / requests * Stopwatch.Frequency);
        _clerks = [.. Enumerable.Range(0, clerks).Select(NewClerk)];
    }

    public int Submitted => Volatile.Read(ref _submitted);

    public int Committed => Volatile.Read(ref _committed);

    public long Lost => _clerks.Sum(clerk => clerk.Lost);

    public long Duplicated => _clerks.Sum(clerk => clerk.Duplicated);

    /// <summary>Latencies of all commands; to be read when the work is done.</summary>
    public LatencySummary Latencies => _all.Summarize();

    /// <summary>Connects the clients.</summary>
    /// <param name="genesis">Whose clients they are.</param>
    /// <param name="clients">How many sessions.</param>
    /// <param name="clerks">How many commands may be under way.</param>
    /// <param name="requests">How many commands in all.</param>
    /// <param name="pace">How long that should take at least.</param>
    /// <param name="history">Where to note every command and answer; the clerks share keys then. Null: nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DemoWorkload> ConnectAsync(
        Genesis genesis, int clients, int clerks, int requests, TimeSpan pace, CommandHistory? history, CancellationToken cancellationToken)
    {
        var sessions = new HotStuffClient[clients];
        for (var i = 0; i < clients; i++)
            sessions[i] = await HotStuffClient.ConnectAsync(new ClientOptions { Genesis = genesis, OverallTimeout = OverallTimeout }, cancellationToken);
        return new DemoWorkload(sessions, requests, pace, clerks, history);
    }

    /// <summary>Sends all commands.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_clerks.Select(clerk => WorkAsync(clerk, cancellationToken)));

    /// <summary>Waits until so many commands are acknowledged.</summary>
    public async Task WaitForAsync(int committed, CancellationToken cancellationToken)
    {
        while (Committed < committed)
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
    }

    /// <summary>Sends one of the commands at once and returns how long its answer took.</summary>
    public async Task<TimeSpan> ProbeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _tickets);
        return await StepAsync(new DemoClerk(new KeyValueClient(_clients[0], _history), _clerks.Length), cancellationToken);
    }

    /// <summary>Compares what the cluster holds with what was acknowledged.</summary>
    public Task VerifyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_clerks.Select(clerk => clerk.VerifyAsync(cancellationToken)));

    /// <summary>The latencies since the last call.</summary>
    public LatencySummary RecentLatencies()
    {
        lock (_latencyLock)
        {
            var summary = _recent.Summarize();
            _recent.Reset();
            return summary;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
    }

    private DemoClerk NewClerk(int number)
    {
        var client = new KeyValueClient(_clients[number % _clients.Length], _history);
        return new DemoClerk(
            client, number, _history is null ? null : new SharedKeyWorker(client, $"demo/shared/{number / ClerksPerSharedKey}", (ulong)number));
    }

    private async Task WorkAsync(DemoClerk clerk, CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref _tickets) is var ticket && ticket <= _requests)
        {
            await Task.Delay(UntilNextTurn(), cancellationToken);
            await StepAsync(clerk, cancellationToken);
        }
    }

    /// <summary>Turns are an interval apart. Those that passed while the cluster stood still are not made up for: a rush would show nothing.</summary>
    private TimeSpan UntilNextTurn()
    {
        lock (_paceLock)
        {
            var now = Stopwatch.GetTimestamp();
            _due = Math.Max(now, _due + _interval);
            return Stopwatch.GetElapsedTime(now, _due);
        }
    }

    private async Task<TimeSpan> StepAsync(DemoClerk clerk, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _submitted);
        var sent = Stopwatch.GetTimestamp();
        await clerk.StepAsync(cancellationToken);
        var ticks = Stopwatch.GetTimestamp() - sent;
        Interlocked.Increment(ref _committed);
        lock (_latencyLock)
        {
            _all.Record(ticks, 1);
            _recent.Record(ticks, 1);
        }

        return Stopwatch.GetElapsedTime(sent, sent + ticks);
    }
}
