using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>One client session that submits commands.</summary>
internal interface ILoadClient : IAsyncDisposable
{
    /// <summary>What the session has counted.</summary>
    ClientStatistics Statistics { get; }

    /// <summary>Submits commands from the begin of the window to its end, and returns when all are answered or given up.</summary>
    Task RunAsync(LoadTally tally, CancellationToken cancellationToken);
}
