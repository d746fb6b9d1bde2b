using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>
/// Replicas as child processes in a temporary directory. None outlives this object, nor this process.
/// </summary>
internal sealed class LocalCluster : IReplicaCluster
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(10);

    private readonly ReplicaProcess?[] _replicas;

    private LocalCluster(ClusterDirectory directory, Genesis genesis)
    {
        Directory = directory;
        Genesis = genesis;
        _replicas = new ReplicaProcess?[genesis.Committee.Size];
    }

    public ClusterDirectory Directory { get; }

    public Genesis Genesis { get; }

    /// <summary>The replica that is Byzantine, and how; none where null.</summary>
    public (ReplicaId Replica, string Behaviour)? Traitor { get; init; }

    /// <summary>What to start each replica with, in place of by itself; null: by itself.</summary>
    public Func<ReplicaId, IReadOnlyList<string>>? Launcher { get; init; }

    /// <summary>Whether the directory stays when the cluster is disposed.</summary>
    public bool KeepFiles { get; set; }

    /// <summary>Makes keys and files, in <paramref name="path"/> or else in a new temporary directory; nothing runs yet.</summary>
    public static LocalCluster Create(ClusterSpec spec, (ReplicaId Replica, string Behaviour)? traitor = null, string? path = null, Func<ReplicaId, IReadOnlyList<string>>? launcher = null)
    {
        // Elsewhere than on this machine nobody can look.
        for (var i = 0; i < spec.Replicas && spec.Hosts is null; i++)
            PortProbe.RequireFree(spec.Ports.Of(i), new ReplicaId(i).ToString());
        var directory = new ClusterDirectory(path ?? System.IO.Directory.CreateTempSubdirectory("hotstuff-").FullName);
        return new LocalCluster(directory, spec.CreateFiles(directory)) { Traitor = traitor, Launcher = launcher };
    }

    /// <summary>Starts all replicas and waits until each answers clients.</summary>
    public Task StartAsync(TimeSpan bound, CancellationToken cancellationToken) => StartAsync([.. Genesis.Committee.Members], bound, cancellationToken);

    /// <inheritdoc/>
    public async Task StartAsync(IReadOnlyList<ReplicaId> members, TimeSpan bound, CancellationToken cancellationToken)
    {
        foreach (var id in members)
            Start(id);
        await Readiness.WaitAsync(Genesis, members, Problem, bound, cancellationToken);
    }

    /// <summary>Starts a replica that does not run, without waiting for it.</summary>
    /// <param name="id">Which one.</param>
    /// <param name="further">Further arguments of <c>node</c>.</param>
    public void Start(ReplicaId id, params IEnumerable<string> further) => _replicas[id.Index] = ReplicaProcess.Start(
        Directory, id, Traitor is { } traitor && traitor.Replica == id ? ["--misbehave", traitor.Behaviour, .. further] : further, Launcher?.Invoke(id));

    /// <summary>Whether the replica's process runs.</summary>
    public bool IsRunning(ReplicaId id) => _replicas[id.Index] is { HasExited: false };

    /// <summary>The replica's process id; null before its first start.</summary>
    public int? ProcessId(ReplicaId id) => _replicas[id.Index]?.ProcessId;

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(ReplicaId id)
    {
        if (_replicas[id.Index] is not { } process)
            return;
        await process.KillAsync();
        await process.DisposeAsync();
        _replicas[id.Index] = null;
    }

    /// <summary>Waits until a replica that was started has ended by itself, at most so long.</summary>
    /// <returns>Its exit code and its last words; null when it still runs.</returns>
    public Task<ReplicaExit?> ExitAsync(ReplicaId id, TimeSpan bound, CancellationToken cancellationToken) =>
        _replicas[id.Index] is { } process ? process.ExitAsync(bound, cancellationToken) : Task.FromResult<ReplicaExit?>(null);

    /// <summary>Why the replica is not running although it was started, in one line; null when it runs.</summary>
    public string? Problem(ReplicaId id) => _replicas[id.Index] is { HasExited: true } process
        ? $"replica {id} stopped: {process.ExitReason}"
        : null;

    /// <summary>Stops all replicas: SIGTERM, and SIGKILL for those that take too long.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_replicas.OfType<ReplicaProcess>().Select(process => process.StopAsync(StopBound)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var process in _replicas.OfType<ReplicaProcess>())
            await process.DisposeAsync();

        if (!KeepFiles)
            System.IO.Directory.Delete(Directory.Root, recursive: true);
    }
}
