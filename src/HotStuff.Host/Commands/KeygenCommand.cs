using System.CommandLine;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff keygen</c>: the genesis file and the replicas' key files of a new chain.</summary>
internal sealed class KeygenCommand : HostCommand
{
    private static readonly ProtocolLimits DefaultLimits = new();

    private readonly Option<string> _chain = NewOption.Text("--chain", "The chain's name", "hotstuff", "NAME");
    private readonly Option<int> _replicas = NewOption.Integer("--replicas", "How many replicas", 4, 1, Committee.MaxSize);
    private readonly Option<string> _signatures = NewOption.Choice("--signatures", "How quorums sign", "ed25519", [.. SignatureSuites.Names]);
    private readonly Option<string> _protocol = NewOption.Choice("--protocol", "Protocol variant", "chained", [.. ProtocolRules.Names]);
    private readonly Option<string> _leaders = NewOption.Choice("--leaders", "How leaders are chosen", "round-robin", [.. LeaderElections.Names]);
    private readonly Option<string> _out = NewOption.Text("--out", "Where the files go", ".", "DIR");
    private readonly Option<string?> _hosts = NewOption.OptionalText(
        "--hosts", "Host names or addresses of the replicas in order, separated by commas; without it all are on 127.0.0.1, with ports of their own", "HOST,HOST");

    private readonly Option<int?> _basePort = NewOption.OptionalInteger("--base-port", "Moves all ports: the first of 500", 1024, PortPlan.MaxBasePort);
    private readonly Option<int> _batch = NewOption.Integer("--batch", "The most commands in a block", DefaultLimits.MaxBlockCommands, 1, 1_000_000);
    private readonly Option<int> _blockBytes = NewOption.Integer("--block-bytes", "The most payload bytes in a block", DefaultLimits.MaxBlockBytes, 1024, 16 * 1024 * 1024);
    private readonly Option<int> _commandBytes = NewOption.Integer("--command-bytes", "The longest command in bytes", DefaultLimits.MaxCommandBytes, 0, 16 * 1024 * 1024);
    private readonly Option<int> _window = NewOption.Integer("--client-window", "How many commands a client may have outstanding", DefaultLimits.ClientWindow, 1, 1_000_000);
    private readonly Option<int> _sessions = NewOption.Integer("--sessions", "How many client sessions are remembered", DefaultLimits.MaxSessions, 1, 1_000_000);
    private readonly Option<bool> _force = NewOption.Flag("--force", "Overwrites keys that are there; what they signed for is lost");

    public KeygenCommand()
        : base("keygen", "Makes genesis.json (public) and one key file for each replica (mode 0600).")
    {
        foreach (var option in (Option[])[
            _chain, _replicas, _signatures, _protocol, _leaders, _out, _hosts, _basePort, _batch, _blockBytes, _commandBytes, _window, _sessions, _force])
        {
            Options.Add(option);
        }
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff keygen --replicas 4 --out ./keys",
        "hotstuff keygen --replicas 4 --hosts 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 --chain payments --out ./keys",
    ];

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var replicas = arguments.GetValue(_replicas);
        var limits = DefaultLimits with
        {
            MaxBlockCommands = arguments.GetValue(_batch),
            MaxBlockBytes = arguments.GetValue(_blockBytes),
            MaxCommandBytes = arguments.GetValue(_commandBytes),
            ClientWindow = arguments.GetValue(_window),
            MaxSessions = arguments.GetValue(_sessions),
        };
        var (genesis, keys) = KeyGenerator.Generate(
            arguments.GetRequiredValue(_chain),
            replicas,
            Addresses(arguments.GetValue(_hosts), arguments.GetValue(_basePort), replicas),
            limits,
            arguments.GetRequiredValue(_protocol),
            arguments.GetRequiredValue(_leaders),
            arguments.GetRequiredValue(_signatures));

        var directory = arguments.GetRequiredValue(_out);
        CommonOptions.MakeDirectory(_out.Name, directory);
        var genesisFile = Path.Combine(directory, "genesis.json");
        var keyFiles = keys.Select(key => Path.Combine(directory, $"replica-{key.Replica.Index}.key")).ToArray();
        MakeRoom([genesisFile, .. keyFiles], arguments.GetValue(_force));
        for (var i = 0; i < keys.Count; i++)
            ReplicaKeyFile.Save(keyFiles[i], keys[i]);
        genesis.Save(genesisFile);

        Console.Out.WriteLine($"{genesisFile}: chain {genesis.Chain}, id {genesis.ChainId}, {replicas} replicas, {genesis.Signatures}");
        foreach (var file in keyFiles)
            Console.Out.WriteLine($"{file}: private, for that replica only");
        return Task.FromResult(ExitCode.Ok);
    }

    private static Func<int, ReplicaAddress> Addresses(string? hosts, int? basePort, int replicas)
    {
        var ports = basePort is { } port ? PortPlan.From(port) : PortPlan.Default;
        if (hosts is null)
            return ports.Local;

        var names = hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length != replicas)
            throw ProblemException.Usage($"--hosts names {names.Length} hosts; allowed: one for each of the {replicas} replicas");
        // Machines of their own need no ports of their own: the k-th replica on a host has the plan's k-th ports.
        var positions = names.Select((name, i) => names.Take(i).Count(earlier => earlier == name)).ToArray();
        return i => new ReplicaAddress(names[i], ports.Of(positions[i]));
    }

    private static void MakeRoom(IReadOnlyList<string> files, bool force)
    {
        var existing = files.Where(File.Exists).ToArray();
        if (existing.Length > 0 && !force)
            throw ProblemException.Usage($"{existing[0]} exists; --force overwrites it, --out DIR writes elsewhere");
        foreach (var file in existing)
            File.Delete(file);
    }
}
