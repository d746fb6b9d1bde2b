using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// The settings of one node, read from HOCON and the environment and checked. What all replicas must agree on (protocol, leaders, signatures, limits) is decided by
/// the genesis file and not here.
/// </summary>
public sealed record NodeSettings
{
    private const string AnyProtocol = "any";

    /// <summary>The genesis file.</summary>
    public required string GenesisFile { get; init; }

    /// <summary>The variant that the genesis file must name, one of <see cref="ProtocolRules.Names"/>; null for any.</summary>
    public required string? Protocol { get; init; }

    /// <summary>The file with this replica's private keys.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Where blocks and the safety record are kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>What writes survive.</summary>
    public required Durability Durability { get; init; }

    /// <summary>The least severe lines to log: <c>debug</c>, <c>info</c>, <c>warning</c>, <c>error</c> or <c>off</c>.</summary>
    public required string LogLevel { get; init; }

    /// <summary>What carries the messages between replicas, as long as the section <c>akka</c> does not name another transport.</summary>
    public required ReplicaTransport Transport { get; init; }

    /// <summary>How long views last, and what happens then.</summary>
    public required PacemakerSettings Pacemaker { get; init; }

    /// <summary>How large this replica's own blocks become.</summary>
    public required BatchSettings Batch { get; init; }

    /// <summary>What is kept in memory at most.</summary>
    public required BoundsSettings Bounds { get; init; }

    /// <summary>How blocks are fetched and handed out.</summary>
    public required SyncSettings Sync { get; init; }

    /// <summary>The port where replicas talk.</summary>
    public required ConsensusSettings Consensus { get; init; }

    /// <summary>The port where clients talk.</summary>
    public required GatewaySettings Gateway { get; init; }

    /// <summary>The cluster that people see.</summary>
    public required OpsSettings Ops { get; init; }

    /// <summary>The port for browsers, dashboards and HTTP clients.</summary>
    public required HttpSettings Http { get; init; }

    /// <summary>The port for operator commands.</summary>
    public required CommandSettings Commands { get; init; }

    /// <summary>Traces of what becomes of commands.</summary>
    public required TracesSettings Traces { get; init; }

    /// <summary>The node's own settings of Akka for the consensus system, the section <c>akka</c>; empty when there is none.</summary>
    public required Config Akka { get; init; }

    /// <summary>Reads and checks all settings.</summary>
    /// <param name="config">As <see cref="NodeConfiguration.Load"/> gives it.</param>
    /// <exception cref="SettingsException">A value is not allowed; the message names the key, what was given and what is allowed.</exception>
    public static NodeSettings From(Config config) => From(config, new SettingsReader(config));

    /// <summary>The options of the replica's protocol on a chain with these limits.</summary>
    public ReplicaOptions ReplicaOptions(ProtocolLimits limits) => new()
    {
        Limits = limits,
        Pacemaker = Pacemaker,
        BatchCommands = Batch.MaxCommands,
        BatchBytes = Batch.MaxBytes,
        MempoolCommands = Bounds.MempoolCommands,
        MempoolBytes = Bounds.MempoolBytes,
        UncommittedBlocks = Bounds.UncommittedBlocks,
    };

    internal static NodeSettings From(Config config, SettingsReader read) => new()
    {
        GenesisFile = read.Text("genesis-file"),
        Protocol = read.OneOf("protocol", [.. ProtocolRules.Names, AnyProtocol]) is var protocol and not AnyProtocol ? protocol : null,
        KeyFile = read.Text("key-file"),
        DataDirectory = read.Text("data-directory"),
        Durability = Enum.Parse<Durability>(read.OneOf("durability", "fsync", "os", "memory"), ignoreCase: true),
        LogLevel = read.OneOf("log-level", "debug", "info", "warning", "error", "off"),
        Transport = Enum.Parse<ReplicaTransport>(read.OneOf("transport", "sockets", "dotnetty"), ignoreCase: true),
        Pacemaker = ReadPacemaker(read),
        Batch = new BatchSettings(
            read.OptionalNumber("batch.max-commands", 1, 1_000_000) ?? int.MaxValue,
            (int)(read.OptionalBytes("batch.max-bytes", "1 KiB", "16 MiB") ?? int.MaxValue)),
        Bounds = new BoundsSettings(
            read.Number("bounds.mempool-commands", 1, 10_000_000),
            read.Bytes("bounds.mempool-bytes", "64 KiB", "16 GiB"),
            read.Number("bounds.uncommitted-blocks", 16, 1_000_000)),
        Sync = new SyncSettings(
            (int)read.Bytes("sync.max-response-bytes", "1 KiB", "64 MiB"),
            read.Duration("sync.request-timeout", "10 ms", "1 m"),
            read.Number("sync.max-blocks", 1, 1_000_000),
            read.Number("sync.parallel-requests", 1, 64)),
        Consensus = new ConsensusSettings(
            read.OptionalText("consensus.host"),
            read.OptionalText("consensus.bind-host"),
            read.Number("consensus.port", 0, 65_535),
            read.Number("consensus.max-connections", 16, 100_000),
            read.Bytes("consensus.max-queued-bytes", "1 MiB", "1 GiB"),
            read.Number("consensus.mailbox.max-peer-messages", 100, 1_000_000),
            read.Bytes("consensus.mailbox.max-peer-bytes", "32 MiB", "16 GiB"),
            read.Number("consensus.mailbox.max-client-messages", 1, 1_000_000),
            ReadTestDelay(read)),
        Gateway = new GatewaySettings(
            read.OptionalText("gateway.host"),
            read.Number("gateway.port", 0, 65_535),
            read.Number("gateway.max-connections", 1, 100_000),
            read.Number("gateway.max-pending-commands", 1, 10_000_000),
            read.Bytes("gateway.max-pending-bytes", "64 KiB", "16 GiB")),
        Ops = new OpsSettings(
            read.Switch("ops.enabled"),
            read.OptionalText("ops.host"),
            read.OptionalText("ops.bind-host"),
            read.Number("ops.port", 0, 65_535),
            ReadSeeds(read),
            read.Duration("ops.leave-timeout", "0 ms", "1 m")),
        Http = new HttpSettings(
            read.Switch("http.enabled"),
            read.Text("http.host"),
            read.Number("http.port", 0, 65_535),
            read.Switch("http.gateway"),
            read.OptionalText("http.token-file")),
        Commands = new CommandSettings(
            read.Switch("commands.enabled"),
            read.Text("commands.host"),
            read.Number("commands.port", 0, 65_535),
            read.OptionalText("commands.token-file"),
            read.OptionalText("commands.certificate-file"),
            read.OptionalText("commands.certificate-key-file"),
            read.OptionalText("commands.trusted-certificates-file")),
        Traces = new TracesSettings(read.Switch("traces.enabled"), read.Fraction("traces.sample"), read.OptionalWebAddress("traces.endpoint")),
        Akka = AkkaSection(config),
    };

    private static TimeSpan ReadTestDelay(SettingsReader read)
    {
        var delay = read.Duration("consensus.test-delay", "0 ms", "10 s");
        return delay == TimeSpan.Zero || read.OneOf("transport", "sockets", "dotnetty") == "sockets"
            ? delay
            : throw SettingsReader.Refused("consensus.test-delay", $"{delay.TotalMilliseconds} ms", "0 ms, unless transport is sockets");
    }

    private static PacemakerSettings ReadPacemaker(SettingsReader read)
    {
        var settings = new PacemakerSettings
        {
            BaseTimeout = read.Duration("view-timeout.base", "1 ms", "10 m"),
            MaxTimeout = read.Duration("view-timeout.max", "1 ms", "1 h"),
            ComplaintRetry = read.Duration("complaint-retry", "1 ms", "10 m"),
            Delta = read.Duration("leader-delta", "0 ms", "10 m"),
            FetchDelay = read.Duration("fetch-delay", "1 ms", "1 m"),
        };
        return settings.MaxTimeout >= settings.BaseTimeout
            ? settings
            : throw SettingsReader.Refused("view-timeout.max", $"{settings.MaxTimeout.TotalMilliseconds} ms", "view-timeout.base and more");
    }

    private static IReadOnlyList<string> ReadSeeds(SettingsReader read)
    {
        var seeds = read.List("ops.seeds");
        foreach (var seed in seeds)
        {
            var colon = seed.LastIndexOf(':');
            if (colon < 1 || !ushort.TryParse(seed.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
                throw SettingsReader.Refused("ops.seeds", seed, "host:port for each seed");
        }

        return seeds;
    }

    private static Config AkkaSection(Config config)
    {
        if (config.GetValue("akka") is not { } section || !section.IsObject())
            return Config.Empty;
        var top = new HoconObject();
        top.Items.Add("akka", section);
        var value = new HoconValue();
        value.Values.Add(top);
        return new Config(new HoconRoot(value));
    }
}

/// <summary>What carries the messages between replicas. Both speak the same on the wire.</summary>
public enum ReplicaTransport
{
    /// <summary><see cref="SocketTransport"/>.</summary>
    Sockets,

    /// <summary>Akka.Remote's own.</summary>
    DotNetty,
}

/// <summary>How large this replica's own blocks become, within the genesis file's limits.</summary>
/// <param name="MaxCommands">The most commands; <see cref="int.MaxValue"/> when not limited here.</param>
/// <param name="MaxBytes">The most payload bytes; <see cref="int.MaxValue"/> when not limited here.</param>
public sealed record BatchSettings(int MaxCommands, int MaxBytes);

/// <summary>What is kept in memory at most.</summary>
/// <param name="MempoolCommands">Commands waiting to be proposed.</param>
/// <param name="MempoolBytes">Bytes of commands waiting to be proposed.</param>
/// <param name="UncommittedBlocks">Blocks that are not committed.</param>
public sealed record BoundsSettings(int MempoolCommands, long MempoolBytes, int UncommittedBlocks);

/// <summary>How blocks are fetched and handed out.</summary>
/// <param name="MaxResponseBytes">The most bytes of blocks in one answer; never more than <see cref="WireLimits.MaxBlocksBytes"/>.</param>
/// <param name="RequestTimeout">After how long another replica is asked.</param>
/// <param name="MaxBlocks">The most blocks that are fetched and held for one request of the protocol.</param>
/// <param name="ParallelRequests">How many requests for blocks by height, or pieces of a snapshot, are under way at most.</param>
public sealed record SyncSettings(int MaxResponseBytes, TimeSpan RequestTimeout, int MaxBlocks, int ParallelRequests = 4);

/// <summary>The port where replicas talk.</summary>
/// <param name="Host">The name or address under which the other replicas reach this one; null: the genesis file's.</param>
/// <param name="BindHost">The name or address to listen on; null: the same as <paramref name="Host"/>.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="MaxConnections">The most connections at once, both ways; of <see cref="SocketTransport"/>.</param>
/// <param name="MaxQueuedBytes">The most bytes that wait for one peer that does not read; of <see cref="SocketTransport"/>.</param>
/// <param name="MailboxPeerMessages">The most messages caused by peers that wait for the consensus actor.</param>
/// <param name="MailboxPeerBytes">The most bytes of messages of peers that wait to be checked.</param>
/// <param name="MailboxClientMessages">The most messages caused by clients that wait for the consensus actor.</param>
/// <param name="TestDelay">How long everything that is sent to other replicas is held back, for measurements; of <see cref="SocketTransport"/>.</param>
public sealed record ConsensusSettings(
    string? Host,
    string? BindHost,
    int Port,
    int MaxConnections,
    long MaxQueuedBytes,
    int MailboxPeerMessages,
    long MailboxPeerBytes,
    int MailboxClientMessages,
    TimeSpan TestDelay = default);

/// <summary>The port where clients talk.</summary>
/// <param name="Host">The name or address to listen on; null: the genesis file's.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="MaxConnections">The most connections at once.</param>
/// <param name="MaxPendingCommands">The most commands accepted and not answered.</param>
/// <param name="MaxPendingBytes">The most bytes of commands accepted and not answered.</param>
public sealed record GatewaySettings(string? Host, int Port, int MaxConnections, int MaxPendingCommands, long MaxPendingBytes);

/// <summary>The cluster that people see.</summary>
/// <param name="Enabled">Whether this node is a member.</param>
/// <param name="Host">The name or address under which other members reach this one; null: the genesis file's.</param>
/// <param name="BindHost">The name or address to listen on; null: the same as <paramref name="Host"/>.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="Seeds">host:port of the members to join; none: the first two validators of the genesis file.</param>
/// <param name="LeaveTimeout">How long a clean leave may take.</param>
public sealed record OpsSettings(bool Enabled, string? Host, string? BindHost, int Port, IReadOnlyList<string> Seeds, TimeSpan LeaveTimeout);

/// <summary>The port for browsers, dashboards and HTTP clients.</summary>
/// <param name="Enabled">Whether the node listens there.</param>
/// <param name="Host">The name or address to listen on.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="Gateway">Whether commands are taken there, too.</param>
/// <param name="TokenFile">A file with the token that callers must show who do not come from this machine; null: they may read health and nothing else.</param>
public sealed record HttpSettings(bool Enabled, string Host, int Port, bool Gateway, string? TokenFile);

/// <summary>Traces of what becomes of commands.</summary>
/// <param name="Enabled">Whether the replica makes spans.</param>
/// <param name="Sample">Of which share of the messages with commands, 0 to 1.</param>
/// <param name="Endpoint">Where spans are sent, by OTLP over HTTP; null: nowhere.</param>
public sealed record TracesSettings(bool Enabled, double Sample, Uri? Endpoint);

/// <summary>The port for operator commands.</summary>
/// <param name="Enabled">Whether the node listens there.</param>
/// <param name="Host">The name or address to listen on; other than this machine's own only with a token or mutual TLS.</param>
/// <param name="Port">The port; 0: the genesis file's.</param>
/// <param name="TokenFile">A file with the token that callers must show; null: none.</param>
/// <param name="CertificateFile">The node's certificate in PEM, for TLS; null: no TLS.</param>
/// <param name="CertificateKeyFile">The certificate's private key in PEM.</param>
/// <param name="TrustedCertificatesFile">Certificates in PEM, one of which must have signed a caller's; null: callers need none.</param>
public sealed record CommandSettings(
    bool Enabled, string Host, int Port, string? TokenFile, string? CertificateFile, string? CertificateKeyFile, string? TrustedCertificatesFile);
