namespace HotStuff.Host.Measuring;

/// <summary>Clients, in this process or in others, that can load a cluster once.</summary>
internal interface ILoad : IAsyncDisposable
{
    /// <summary>Commands acknowledged so far.</summary>
    long Committed { get; }

    /// <summary>How long from now the load should begin at the earliest, so that all clients know of it by then.</summary>
    TimeSpan Notice { get; }

    /// <summary>Runs the load to its end, and returns what came of it when all commands are answered or given up.</summary>
    Task<LoadResult> RunAsync(LoadWindow window, CancellationToken cancellationToken);
}
