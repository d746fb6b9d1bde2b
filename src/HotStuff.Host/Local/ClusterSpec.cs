using System.Globalization;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>What a new cluster on this machine should be like.</summary>
internal sealed record ClusterSpec
{
    public string Chain { get; init; } = "local";

    public required int Replicas { get; init; }

    public required string Signatures { get; init; }

    public required string Protocol { get; init; }

    public required string Leaders { get; init; }

    public ProtocolLimits Limits { get; init; } = new();

    /// <summary>Where the ports begin; null: the ports that everybody knows.</summary>
    public int? BasePort { get; init; }

    /// <summary>The address of each replica; null: this machine's own.</summary>
    public Func<int, string>? Hosts { get; init; }

    public required string Durability { get; init; }

    /// <summary>How long a view may last, in milliseconds; null: the node's default.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>By how much everything between replicas is held back, in milliseconds, as if the network were slower.</summary>
    public int DelayMs { get; init; }

    /// <summary>Whether the replicas form a cluster for operators, too.</summary>
    public bool Ops { get; init; } = true;

    /// <summary>Whether the replicas serve browsers and dashboards, too.</summary>
    public bool Http { get; init; } = true;

    /// <summary>Whether the replicas listen for operator commands.</summary>
    public bool Commands { get; init; } = true;

    public PortPlan Ports => BasePort is { } port ? PortPlan.From(port) : PortPlan.Default;

    /// <summary>The settings that all nodes share, as a node's configuration file.</summary>
    public string NodeConfiguration() => string.Join('\n',
    [
        "# Settings of all replicas in this directory; the reference with every key is hocon/hotstuff.conf.",
        "hotstuff {",
        $"  durability = {Durability}",
        .. TimeoutMs is { } timeout ? (string[])[string.Create(CultureInfo.InvariantCulture, $"  view-timeout.base = {timeout} ms")] : [],
        // What waits for messages that are under way waits longer, too.
        .. DelayMs == 0
            ? (string[])[]
            : [
                string.Create(CultureInfo.InvariantCulture, $"  consensus.test-delay = {DelayMs} ms"),
                string.Create(CultureInfo.InvariantCulture, $"  leader-delta = {Math.Max(50, 2 * DelayMs)} ms"),
                string.Create(CultureInfo.InvariantCulture, $"  fetch-delay = {Math.Max(50, 2 * DelayMs)} ms"),
            ],
        .. Ops ? (string[])[] : ["  ops.enabled = off"],
        .. Http ? (string[])[] : ["  http.enabled = off"],
        .. Commands ? (string[])[] : ["  commands.enabled = off"],
        "}",
        "",
    ]);

    /// <summary>Makes keys, genesis file and configuration in <paramref name="directory"/>.</summary>
    public Genesis CreateFiles(ClusterDirectory directory)
    {
        var (genesis, keys) = KeyGenerator.Generate(
            Chain, Replicas, index => Hosts is null ? Ports.Local(index) : new ReplicaAddress(Hosts(index), Ports.Of(index)), Limits, protocol: Protocol, leaders: Leaders, signatures: Signatures);
        Directory.CreateDirectory(directory.Root);
        Directory.CreateDirectory(Path.Combine(directory.Root, "log"));
        foreach (var key in keys)
            ReplicaKeyFile.Save(directory.KeyFile(key.Replica), key);
        File.WriteAllText(directory.ConfigFile, NodeConfiguration());
        // Last: where there is a genesis file, there is all the rest.
        genesis.Save(directory.GenesisFile);
        return genesis;
    }
}
