namespace HotStuff.Host.Measuring;

/// <summary>A load from several processes of clients, which are children of this one and do not outlive it.</summary>
internal sealed class LoadProcesses : ILoad
{
    private readonly LoadProcess[] _processes;

    private LoadProcesses(LoadProcess[] processes) => _processes = processes;

    public long Committed => _processes.Sum(process => process.Committed);

    public TimeSpan Notice => TimeSpan.FromMilliseconds(200);

    /// <summary>Starts the processes and waits until their clients are connected.</summary>
    public static async Task<LoadProcesses> StartAsync(string genesisFile, LoadSpec load, int count, CancellationToken cancellationToken)
    {
        var processes = new LoadProcesses([.. Enumerable.Range(0, count).Select(i => LoadProcess.Start(genesisFile, load.PartOf(i, count), i))]);
        try
        {
            await Task.WhenAll(processes._processes.Select(process => process.ReadyAsync(cancellationToken)));
            return processes;
        }
        catch
        {
            await processes.DisposeAsync();
            throw;
        }
    }

    public async Task<LoadResult> RunAsync(LoadWindow window, CancellationToken cancellationToken) =>
        LoadResult.Sum(await Task.WhenAll(_processes.Select(process => process.RunAsync(window, cancellationToken))));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
    }
}
