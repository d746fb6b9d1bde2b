namespace HotStuff.Host.Measuring;

/// <summary>One client session that keeps a number of commands under way.</summary>
internal interface ILoadClient : IAsyncDisposable
{
    long Submitted { get; }

    long Committed { get; }

    long Rejected { get; }

    /// <summary>What was recorded while measuring; to be read when the load has stopped.</summary>
    LatencyRecorder Latencies { get; }

    /// <summary>Begins the load.</summary>
    void Start();

    /// <summary>Latencies of commands that complete from now on count, or no longer do.</summary>
    void Measure(bool measuring);

    /// <summary>Submits nothing more and waits until everything under way is answered or given up.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
