using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>
/// Replicas as child processes in a temporary directory. None outlives this object, nor this process.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(10);

    private readonly ReplicaProcess?[] _replicas;
    private readonly bool _keepFiles;

    private LocalCluster(ClusterDirectory directory, Genesis genesis, bool keepFiles)
    {
        Directory = directory;
        Genesis = genesis;
        _keepFiles = keepFiles;
        _replicas = new ReplicaProcess?[genesis.Committee.Size];
    }

    public ClusterDirectory Directory { get; }

    public Genesis Genesis { get; }

    /// <summary>The replica that is Byzantine, and how; none where null.</summary>
    public (ReplicaId Replica, string Behaviour)? Traitor { get; init; }

    /// <summary>Makes keys and files; nothing runs yet.</summary>
    public static LocalCluster Create(ClusterSpec spec, bool keepFiles = false, (ReplicaId Replica, string Behaviour)? traitor = null)
    {
        for (var i = 0; i < spec.Replicas; i++)
            PortProbe.RequireFree(spec.Ports.Of(i), new ReplicaId(i).ToString());
        var directory = new ClusterDirectory(System.IO.Directory.CreateTempSubdirectory("hotstuff-").FullName);
        return new LocalCluster(directory, spec.CreateFiles(directory), keepFiles) { Traitor = traitor };
    }

    /// <summary>Starts all replicas and waits until each answers clients.</summary>
    public async Task StartAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        foreach (var id in Genesis.Committee.Members)
            Start(id);
        await Readiness.WaitAsync(Genesis, Problem, bound, cancellationToken);
    }

    /// <summary>Starts a replica that does not run, without waiting for it.</summary>
    public void Start(ReplicaId id) => _replicas[id.Index] = Traitor is { } traitor && traitor.Replica == id
        ? ReplicaProcess.Start(Directory, id, "--misbehave", traitor.Behaviour)
        : ReplicaProcess.Start(Directory, id);

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

        if (!_keepFiles)
            System.IO.Directory.Delete(Directory.Root, recursive: true);
    }
}
