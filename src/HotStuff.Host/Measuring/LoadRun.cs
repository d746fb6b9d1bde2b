using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Host.Measuring;

/// <summary>What a closed loop should be like.</summary>
/// <param name="Clients">Client sessions, all in this process.</param>
/// <param name="Outstanding">Commands under way over all of them.</param>
/// <param name="Command">The command that is sent again and again, where no history is to be judged.</param>
/// <param name="History">Where to note every command and answer; the load is then key-value commands of all kinds. Null: nowhere.</param>
internal sealed record LoadSpec(int Clients, int Outstanding, ReadOnlyMemory<byte> Command, CommandHistory? History = null);

/// <summary>A closed loop over several client sessions.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    // Longer than any view change that the pacemaker's back-off allows for one crashed leader.
    private static readonly TimeSpan OverallTimeout = TimeSpan.FromSeconds(60);

    // Enough that they are in each other's way; judging takes time that is exponential in it.
    private const int WorkersPerKey = 4;

    private readonly ILoadClient[] _clients;

    private LoadRun(ILoadClient[] clients) => _clients = clients;

    public long Submitted => _clients.Sum(client => client.Submitted);

    public long Committed => _clients.Sum(client => client.Committed);

    public long Rejected => _clients.Sum(client => client.Rejected);

    /// <summary>Connects the clients; the load begins with <see cref="Start"/>.</summary>
    public static async Task<LoadRun> ConnectAsync(Genesis genesis, LoadSpec spec, CancellationToken cancellationToken)
    {
        var clients = new ILoadClient[spec.Clients];
        for (var i = 0; i < clients.Length; i++)
        {
            var share = (spec.Outstanding / spec.Clients) + (i < spec.Outstanding % spec.Clients ? 1 : 0);
            var client = await HotStuffClient.ConnectAsync(
                new ClientOptions { Genesis = genesis, MaxOutstanding = share, OverallTimeout = OverallTimeout }, cancellationToken);
            clients[i] = spec.History is { } history ? SharedKeys(client, history, i, share, spec.Clients) : new LoadClient(client, share, spec.Command);
        }

        return new LoadRun(clients);
    }

    public void Start()
    {
        foreach (var client in _clients)
            client.Start();
    }

    /// <summary>Measures for a while: how many commands were acknowledged meanwhile, in how long.</summary>
    public async Task<(long Commands, TimeSpan Elapsed)> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var before = Committed;
        var start = Stopwatch.GetTimestamp();
        SetMeasuring(true);
        await Task.Delay(duration, cancellationToken);
        SetMeasuring(false);
        return (Committed - before, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Submits nothing more, waits for what is under way, and returns the latencies that were measured.</summary>
    public async Task<LatencyRecorder> StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_clients.Select(client => client.StopAsync(cancellationToken)));
        var all = new LatencyRecorder();
        foreach (var client in _clients)
            all.Add(client.Latencies);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
    }

    /// <summary>Numbered across the sessions, so that the workers of a key are of different ones.</summary>
    private static SharedKeyLoad SharedKeys(HotStuffClient client, CommandHistory history, int session, int workers, int sessions)
    {
        var recording = new KeyValueClient(client, history);
        return new SharedKeyLoad(
            client,
            [
                .. Enumerable.Range(0, workers).Select(worker => (worker * sessions) + session)
                    .Select(number => new SharedKeyWorker(recording, $"bench/{number / WorkersPerKey}", (ulong)number)),
            ]);
    }

    private void SetMeasuring(bool measuring)
    {
        foreach (var client in _clients)
            client.Measure(measuring);
    }
}
