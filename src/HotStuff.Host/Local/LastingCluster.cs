using System.Diagnostics;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>
/// A cluster that outlives this process: its replicas are found again by their pid files.
/// </summary>
internal sealed class LastingCluster
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(15);

    private LastingCluster(ClusterDirectory directory, Genesis genesis)
    {
        Directory = directory;
        Genesis = genesis;
    }

    public ClusterDirectory Directory { get; }

    public Genesis Genesis { get; }

    /// <summary>Whether there is a cluster in the directory.</summary>
    public static bool Exists(ClusterDirectory directory) => File.Exists(directory.GenesisFile);

    public static LastingCluster Create(ClusterDirectory directory, ClusterSpec spec) => new(directory, spec.CreateFiles(directory));

    public static LastingCluster Open(ClusterDirectory directory) => Exists(directory)
        ? new LastingCluster(directory, Genesis.Load(directory.GenesisFile))
        : throw ProblemException.Usage($"--dir is '{directory.Root}', where there is no cluster (no genesis.json); 'hotstuff up --dir {directory.Root}' makes one");

    /// <summary>Starts the replicas that do not run and waits until all answer clients, and those take operator commands. Returns the ids of those that were started.</summary>
    public async Task<IReadOnlyList<ReplicaId>> StartAsync(TimeSpan bound, CancellationToken cancellationToken)
    {
        var missing = Genesis.Committee.Members.Where(id => ProcessId(id) is null).ToArray();
        foreach (var id in missing)
            PortProbe.RequireFree(Genesis.Validators[id.Index].Address.Ports, id.ToString());

        var started = new Dictionary<ReplicaId, Process>();
        try
        {
            foreach (var id in missing)
                started[id] = Start(id);
            await Readiness.WaitAsync(Genesis, [.. Genesis.Committee.Members], Problem, bound, cancellationToken);
            if (Pages.AreServed(Directory))
                await Pages.WaitAsync(Genesis, Problem, bound, cancellationToken);
            foreach (var id in missing)
                await Readiness.WaitForCommandsAsync(Directory.NodeSettings(id).Commands, Genesis.Validators[id.Index].Address.Ports, bound, cancellationToken);
        }
        catch
        {
            // All or nothing: what was started for a cluster that does not come up does not stay.
            await Task.WhenAll(started.Keys.Select(StopOneAsync));
            throw;
        }
        finally
        {
            foreach (var process in started.Values)
                process.Dispose();
        }

        return missing;

        string? Problem(ReplicaId id) => started.TryGetValue(id, out var process) && process.HasExited
            ? $"replica {id} stopped: {LastLine(process.StandardError)} (log: {Directory.LogFile(id)})"
            : null;
    }

    /// <summary>The id of a replica's process; null when it does not run.</summary>
    public int? ProcessId(ReplicaId id)
    {
        using var process = PidFile.FindRunning(Directory.PidFile(id));
        return process?.Id;
    }

    /// <summary>Stops all replicas; returns how many ran.</summary>
    public async Task<int> StopAsync()
    {
        var stopped = await Task.WhenAll(Genesis.Committee.Members.Select(StopOneAsync));
        return stopped.Count(ran => ran);
    }

    private Process Start(ReplicaId id)
    {
        var process = Process.Start(Executable.StartInfo(Directory.NodeArguments(id)))
            ?? throw new ProblemException($"replica {id} could not be started");
        PidFile.Write(Directory.PidFile(id), process);
        return process;
    }

    private async Task<bool> StopOneAsync(ReplicaId id)
    {
        var path = Directory.PidFile(id);
        using var process = PidFile.FindRunning(path);
        if (process is not null)
        {
            ProcessSignals.Terminate(process);
            await ProcessSignals.WaitOrKillAsync(process, StopBound);
        }

        File.Delete(path);
        return process is not null;
    }

    private static string LastLine(StreamReader errors) =>
        errors.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it said nothing";
}
