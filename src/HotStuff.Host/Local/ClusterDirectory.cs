using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Host.Local;

/// <summary>Where the files of a local cluster are.</summary>
internal sealed class ClusterDirectory(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string GenesisFile => Path.Combine(Root, "genesis.json");

    /// <summary>Settings that all nodes of the cluster share.</summary>
    public string ConfigFile => Path.Combine(Root, "node.conf");

    public string KeyFile(ReplicaId id) => Path.Combine(Root, $"replica-{id.Index}.key");

    public string DataDirectory(ReplicaId id) => Path.Combine(Root, "data", $"replica-{id.Index}");

    public string LogFile(ReplicaId id) => Path.Combine(Root, "log", $"replica-{id.Index}.log");

    public string PidFile(ReplicaId id) => Path.Combine(Root, $"replica-{id.Index}.pid");

    /// <summary>The settings of one node, as it reads them.</summary>
    public NodeSettings NodeSettings(ReplicaId id) => Cluster.NodeSettings.From(NodeConfiguration.Load(
        ConfigFile,
        Environment.GetEnvironmentVariables(),
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hotstuff.genesis-file"] = GenesisFile,
            ["hotstuff.key-file"] = KeyFile(id),
            ["hotstuff.data-directory"] = DataDirectory(id),
        }));

    /// <summary>The command line of one node.</summary>
    public IReadOnlyList<string> NodeArguments(ReplicaId id) =>
    [
        "node",
        "--config", ConfigFile,
        "--genesis", GenesisFile,
        "--key", KeyFile(id),
        "--data", DataDirectory(id),
        "--log-file", LogFile(id),
    ];
}
