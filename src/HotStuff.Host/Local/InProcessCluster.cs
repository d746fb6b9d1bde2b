using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Commands;
using HotStuff.Host.Logging;
using Serilog;
using Serilog.Core;

namespace HotStuff.Host.Local;

/// <summary>Replicas inside this process, in a temporary directory: one heap, one thread pool, one garbage collector for all of them and for the clients.</summary>
internal sealed class InProcessCluster : IReplicaCluster
{
    private readonly Dictionary<ReplicaId, ReplicaNode> _nodes = [];
    private readonly List<ReplicaSigner> _signers = [];
    private readonly Logger _log;

    private InProcessCluster(ClusterDirectory directory, Genesis genesis, Logger log)
    {
        Directory = directory;
        Genesis = genesis;
        _log = log;
    }

    public ClusterDirectory Directory { get; }

    public Genesis Genesis { get; }

    /// <summary>Makes keys and files in a new temporary directory; nothing runs yet.</summary>
    public static InProcessCluster Create(ClusterSpec spec)
    {
        for (var i = 0; i < spec.Replicas; i++)
            PortProbe.RequireFree(spec.Ports.Of(i), new ReplicaId(i).ToString());
        var directory = new ClusterDirectory(System.IO.Directory.CreateTempSubdirectory("hotstuff-").FullName);
        // Akka's loggers write to the process's one.
        return new InProcessCluster(directory, spec.CreateFiles(directory), NodeLog.ToFile(Path.Combine(directory.Root, "log", "replicas.log")));
    }

    public async Task StartAsync(IReadOnlyList<ReplicaId> members, TimeSpan bound, CancellationToken cancellationToken)
    {
        foreach (var id in members)
            _nodes[id] = await StartAsync(id, cancellationToken);
        await Readiness.WaitAsync(Genesis, members, Problem, bound, cancellationToken);
    }

    public bool IsRunning(ReplicaId id) => _nodes.TryGetValue(id, out var node) && !node.WhenStopped.IsCompleted;

    public string? Problem(ReplicaId id) => _nodes.TryGetValue(id, out var node) && node.WhenStopped.IsCompletedSuccessfully
        ? $"replica {id} stopped: {node.WhenStopped.Result.Failure ?? "it was asked to"}"
        : null;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a part of a process cannot be killed.</exception>
    public Task KillAsync(ReplicaId id) => throw new NotSupportedException("a replica inside this process cannot be killed");

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Values.Select(node => node.StopAsync()));
        foreach (var signer in _signers)
            signer.Dispose();
        Log.Logger = Logger.None;
        await _log.DisposeAsync();
        System.IO.Directory.Delete(Directory.Root, recursive: true);
    }

    private Task<ReplicaNode> StartAsync(ReplicaId id, CancellationToken cancellationToken)
    {
        var settings = NodeSettings.From(NodeConfiguration.Load(Directory.ConfigFile, new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hotstuff.genesis-file"] = Directory.GenesisFile,
            ["hotstuff.key-file"] = Directory.KeyFile(id),
            ["hotstuff.data-directory"] = Directory.DataDirectory(id),
        }));
        var signer = ReplicaKeyFile.Load(settings.KeyFile, Genesis);
        _signers.Add(signer);
        return NodeStarter.StartAsync(settings, Genesis, signer, misbehaviour: null, death: null, cancellationToken);
    }
}
