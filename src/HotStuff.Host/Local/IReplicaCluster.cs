using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>Replicas on this machine that do not outlive this process.</summary>
internal interface IReplicaCluster : IAsyncDisposable
{
    ClusterDirectory Directory { get; }

    Genesis Genesis { get; }

    /// <summary>Starts some of the replicas, a quorum at least, and waits until each of them answers clients.</summary>
    Task StartAsync(IReadOnlyList<ReplicaId> members, TimeSpan bound, CancellationToken cancellationToken);

    /// <summary>Whether the replica runs.</summary>
    bool IsRunning(ReplicaId id);

    /// <summary>Why the replica is not running although it was started, in one line; null when it runs.</summary>
    string? Problem(ReplicaId id);

    /// <summary>SIGKILL.</summary>
    Task KillAsync(ReplicaId id);
}
