using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Host.Measuring;

/// <summary>A load over several client sessions, all in this process.</summary>
internal sealed class LoadRun : ILoad
{
    // Longer than any view change that the pacemaker's back-off allows for one crashed leader.
    private static readonly TimeSpan OverallTimeout = TimeSpan.FromSeconds(60);

    // Where many replicas share a few cores, answering the first connections takes its time.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(60);

    // Enough that they are in each other's way; judging takes time that is exponential in it.
    private const int WorkersPerKey = 4;

    private readonly List<ILoadClient> _clients;
    private volatile LoadTally? _tally;

    private LoadRun(List<ILoadClient> clients) => _clients = clients;

    public long Committed => _tally?.Committed ?? 0;

    public TimeSpan Notice => TimeSpan.Zero;

    /// <summary>Connects the clients.</summary>
    /// <param name="genesis">The chain.</param>
    /// <param name="load">The load, of which this process takes the clients that it names.</param>
    /// <param name="history">Where to note every command and answer; the load is then a closed loop of key-value commands of all kinds. Null: nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LoadRun> ConnectAsync(Genesis genesis, LoadSpec load, CommandHistory? history, CancellationToken cancellationToken)
    {
        var run = new LoadRun([]);
        try
        {
            foreach (var index in load.Indexes)
                run._clients.Add(await ConnectAsync(genesis, load, history, index, cancellationToken));
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public async Task<LoadResult> RunAsync(LoadWindow window, CancellationToken cancellationToken)
    {
        var tally = _tally = new LoadTally(window);
        var metering = MeterAsync(window, cancellationToken);
        await Task.WhenAll(_clients.Select(client => client.RunAsync(tally, cancellationToken)));
        return tally.Result(_clients.Select(client => client.Statistics), await metering);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
    }

    private static async Task<ILoadClient> ConnectAsync(Genesis genesis, LoadSpec load, CommandHistory? history, int index, CancellationToken cancellationToken)
    {
        var most = load.Rate is null ? load.ShareOf(index) : load.MaxOutstanding;
        var options = new ClientOptions { Genesis = genesis, MaxOutstanding = most, OverallTimeout = OverallTimeout, ConnectTimeout = ConnectTimeout };
        var client = await HotStuffClient.ConnectAsync(options, cancellationToken);
        return history is not null ? SharedKeys(client, history, index, most, load.Clients)
            : load.Rate is null ? new ClosedLoopClient(client, most, load.Command)
            : new OpenLoopLoad(client, load, index);
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

    private static async Task<ProcessUse> MeterAsync(LoadWindow window, CancellationToken cancellationToken)
    {
        await LoadWindow.WaitForAsync(window.From, cancellationToken);
        var before = ProcessUse.SinceStart();
        await LoadWindow.WaitForAsync(window.To, cancellationToken);
        return ProcessUse.SinceStart().Since(before);
    }
}
