using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>
/// Replicas as child processes in a temporary directory. None outlives this object, nor this process.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(10);

    private readonly Member[] _members;
    private readonly bool _keepFiles;

    private LocalCluster(ClusterDirectory directory, Genesis genesis, bool keepFiles)
    {
        Directory = directory;
        Genesis = genesis;
        _keepFiles = keepFiles;
        _members = [.. genesis.Committee.Members.Select(_ => new Member())];
    }

    public ClusterDirectory Directory { get; }

    public Genesis Genesis { get; }

    /// <summary>Makes keys and files; nothing runs yet.</summary>
    public static LocalCluster Create(ClusterSpec spec, bool keepFiles = false)
    {
        for (var i = 0; i < spec.Replicas; i++)
            PortProbe.RequireFree(spec.Ports.Of(i), new ReplicaId(i).ToString());
        var directory = new ClusterDirectory(System.IO.Directory.CreateTempSubdirectory("hotstuff-").FullName);
        return new LocalCluster(directory, spec.CreateFiles(directory), keepFiles);
    }

    /// <summary>Starts all replicas and waits until each answers clients.</summary>
    public async Task StartAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        foreach (var id in Genesis.Committee.Members)
            Start(id);
        await Readiness.WaitAsync(Genesis, Problem, bound, cancellationToken);
    }

    /// <summary>Starts a replica that does not run, without waiting for it.</summary>
    public void Start(ReplicaId id) => _members[id.Index].Process = ReplicaProcess.Start(Directory, id);

    /// <summary>Whether the replica's process runs.</summary>
    public bool IsRunning(ReplicaId id) => _members[id.Index].Process is { HasExited: false };

    /// <summary>The replica's process id; null before its first start.</summary>
    public int? ProcessId(ReplicaId id) => _members[id.Index].Process?.ProcessId;

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(ReplicaId id)
    {
        var member = _members[id.Index];
        if (member.Process is not { } process)
            return;
        member.EarlierCpuSeconds += process.Usage()?.CpuSeconds ?? 0;
        await process.KillAsync();
        await process.DisposeAsync();
        member.Process = null;
    }

    /// <summary>What the replica's processes, those that were killed included, have used; null when none runs.</summary>
    public ProcessUsage? Usage(ReplicaId id)
    {
        var member = _members[id.Index];
        return member.Process?.Usage() is { } usage
            ? usage with { CpuSeconds = usage.CpuSeconds + member.EarlierCpuSeconds }
            : null;
    }

    /// <summary>Why the replica is not running although it was started, in one line; null when it runs.</summary>
    public string? Problem(ReplicaId id) => _members[id.Index].Process is { HasExited: true } process
        ? $"replica {id} stopped: {process.ExitReason}"
        : null;

    /// <summary>Stops all replicas: SIGTERM, and SIGKILL for those that take too long.</summary>
    public async Task StopAsync()
    {
        var running = _members.Select(member => member.Process).OfType<ReplicaProcess>().ToArray();
        await Task.WhenAll(running.Select(process => process.StopAsync(StopBound)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var member in _members)
        {
            if (member.Process is { } process)
                await process.DisposeAsync();
        }

        if (!_keepFiles)
            System.IO.Directory.Delete(Directory.Root, recursive: true);
    }

    private sealed class Member
    {
        public ReplicaProcess? Process { get; set; }

        public double EarlierCpuSeconds { get; set; }
    }
}
