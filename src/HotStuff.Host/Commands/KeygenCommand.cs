using System.CommandLine;
using System.Globalization;
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
    private readonly Option<string> _leaders = NewOption.Choice("--leaders", "How leaders are chosen", "reputation", [.. LeaderElections.Names]);
    private readonly Option<string> _out = NewOption.Text("--out", "Where the files go", ".", "DIR");
    private readonly Option<string?> _hosts = NewOption.OptionalText(
        "--hosts", "Host names or addresses of the replicas in order, separated by commas; without it all are on 127.0.0.1, with ports of their own", "HOST,HOST");

    private readonly Option<int?> _basePort = NewOption.OptionalInteger("--base-port", "Moves all ports: the first of 500", 1024, PortPlan.MaxBasePort);
    private readonly Option<int> _batch = NewOption.Integer("--batch", "The most commands in a block", DefaultLimits.MaxBlockCommands, 1, 1_000_000);
    private readonly Option<int> _blockBytes = NewOption.Integer("--block-bytes", "The most payload bytes in a block", DefaultLimits.MaxBlockBytes, 1024, 16 * 1024 * 1024);
    private readonly Option<int> _commandBytes = NewOption.Integer("--command-bytes", "The longest command in bytes", DefaultLimits.MaxCommandBytes, 0, 16 * 1024 * 1024);
    private readonly Option<int> _window = NewOption.Integer("--client-window", "How many commands a client may have outstanding", DefaultLimits.ClientWindow, 1, 1_000_000);
    private readonly Option<int> _sessions = NewOption.Integer("--sessions", "How many client sessions are remembered", DefaultLimits.MaxSessions, 1, 1_000_000);
    private readonly Option<int> _snapshotBlocks = NewOption.Integer("--snapshot-blocks", "After how many blocks a snapshot is taken", DefaultLimits.SnapshotBlocks, 16, 1_000_000_000);
    private readonly Option<int> _snapshotBytes = NewOption.Integer("--snapshot-bytes", "After how many bytes of commands a snapshot is taken, if that comes first", DefaultLimits.SnapshotBytes, 64 * 1024, 1024 * 1024 * 1024);
    private readonly Option<bool> _force = NewOption.Flag("--force", "Overwrites keys that are there; what they signed for is lost");

    private readonly Option<bool> _distributed = NewOption.Flag(
        "--distributed", "Makes BLS keys together with the other operators: each runs this for its own replica, again in each round, and nobody ever has the group's secret");

    private readonly Option<int?> _replica = NewOption.OptionalInteger("--replica", "With --distributed: this operator's replica", 0, CeremonyTerms.MaxReplicas - 1);
    private readonly Option<string?> _exchange = NewOption.OptionalText("--exchange", "With --distributed: where the operators' messages are, shared or copied; public", "DIR");
    private readonly Option<string?> _without = NewOption.OptionalText("--without", "With --distributed: replicas to go on without, as all operators agreed", "I,J");
    private readonly Option<double?> _wait = NewOption.OptionalSeconds("--wait", "With --distributed: looks for the others' messages so long, and fails when keys are not made by then", 0.1, 86400);

    public KeygenCommand()
        : base("keygen", "Makes genesis.json (public) and one key file for each replica (mode 0600).")
    {
        foreach (var option in (Option[])[
            _chain, _replicas, _signatures, _protocol, _leaders, _out, _hosts, _basePort, _batch, _blockBytes, _commandBytes, _window, _sessions, _snapshotBlocks, _snapshotBytes, _force,
            _distributed, _replica, _exchange, _without, _wait])
        {
            Options.Add(option);
        }
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff keygen --replicas 4 --out ./keys",
        "hotstuff keygen --replicas 4 --hosts 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 --chain payments --out ./keys",
        "hotstuff keygen --distributed --replica 1 --replicas 4 --hosts a,b,c,d --exchange /mnt/shared/ceremony --out ./keys",
        "hotstuff keygen --distributed --replica 1 --exchange /mnt/shared/ceremony --out ./keys --without 3",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_distributed))
            return await RunDistributedAsync(arguments, cancellationToken);
        foreach (var option in (Option[])[_replica, _exchange, _without, _wait])
        {
            if (arguments.IsGiven(option))
                throw ProblemException.Usage($"{option.Name} is only for keygen --distributed");
        }

        return MakeAll(arguments);
    }

    private int MakeAll(ParseResult arguments)
    {
        var replicas = arguments.GetValue(_replicas);
        var (genesis, keys) = KeyGenerator.Generate(
            arguments.GetRequiredValue(_chain),
            replicas,
            Addresses(arguments.GetValue(_hosts), arguments.GetValue(_basePort), replicas),
            Limits(arguments, null),
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
        return ExitCode.Ok;
    }

    private async Task<int> RunDistributedAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.IsGiven(_signatures) && arguments.GetValue(_signatures) != CeremonyTerms.Signatures)
            throw ProblemException.Usage($"--signatures is '{arguments.GetValue(_signatures)}'; allowed with --distributed is {CeremonyTerms.Signatures}, whose keys need a dealer otherwise");
        if (arguments.GetValue(_force))
            throw ProblemException.Usage("--force cannot be combined with --distributed; begin again with a new --exchange and --out");
        var replica = new ReplicaId(arguments.GetValue(_replica) ?? throw ProblemException.Usage("--replica is missing; --distributed needs the index of this operator's replica"));
        var exchange = arguments.GetValue(_exchange) ?? throw ProblemException.Usage("--exchange is missing; --distributed needs the directory of the operators' messages");
        var directory = arguments.GetRequiredValue(_out);
        if (Path.GetFullPath(exchange) == Path.GetFullPath(directory))
            throw ProblemException.Usage($"--exchange and --out are both '{directory}'; secrets do not belong where messages are exchanged");

        var leftOut = LeftOut(arguments.GetValue(_without));
        var keygen = new DistributedKeygen(replica, exchange, directory);
        if (keygen.IsFinished())
            return ExitCode.Ok;
        var state = keygen.Find();
        var terms = Terms(arguments, state?.Terms);
        if (state is null)
            state = keygen.Begin(terms, AddressOf(replica, arguments, terms.Replicas));
        else
            CheckUnchanged(state, terms, arguments);
        var patience = TimeSpan.FromSeconds(arguments.GetValue(_wait) ?? 0);
        var finished = await keygen.RunAsync(state, leftOut, patience, cancellationToken);
        return finished || !arguments.IsGiven(_wait) ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>The terms of the options; those not given are as <paramref name="agreed"/>, or else the defaults.</summary>
    private CeremonyTerms Terms(ParseResult arguments, CeremonyTerms? agreed) => new(
        Given(arguments, _chain, agreed?.Chain),
        Given(arguments, _replicas, agreed?.Replicas),
        Given(arguments, _protocol, agreed?.Protocol),
        Given(arguments, _leaders, agreed?.Leaders),
        Limits(arguments, agreed?.Limits));

    private ProtocolLimits Limits(ParseResult arguments, ProtocolLimits? agreed) => DefaultLimits with
    {
        MaxBlockCommands = Given(arguments, _batch, agreed?.MaxBlockCommands),
        MaxBlockBytes = Given(arguments, _blockBytes, agreed?.MaxBlockBytes),
        MaxCommandBytes = Given(arguments, _commandBytes, agreed?.MaxCommandBytes),
        ClientWindow = Given(arguments, _window, agreed?.ClientWindow),
        MaxSessions = Given(arguments, _sessions, agreed?.MaxSessions),
        SnapshotBlocks = Given(arguments, _snapshotBlocks, agreed?.SnapshotBlocks),
        SnapshotBytes = Given(arguments, _snapshotBytes, agreed?.SnapshotBytes),
    };

    private static string Given(ParseResult arguments, Option<string> option, string? agreed) =>
        arguments.IsGiven(option) || agreed is null ? arguments.GetRequiredValue(option) : agreed;

    private static int Given(ParseResult arguments, Option<int> option, int? agreed) =>
        arguments.IsGiven(option) || agreed is null ? arguments.GetValue(option) : agreed.Value;

    private void CheckUnchanged(CeremonyState state, CeremonyTerms terms, ParseResult arguments)
    {
        terms.CheckAgainst("keygen", state.Terms);
        if (arguments.IsGiven(_hosts) || arguments.IsGiven(_basePort))
        {
            var address = AddressOf(state.Replica, arguments, terms.Replicas);
            if (address != state.Address)
                throw ProblemException.Usage($"--hosts and --base-port make the address {address.Host}:{address.Ports.Consensus}; {state.Replica} has enrolled with {state.Address.Host}:{state.Address.Ports.Consensus}");
        }
    }

    private ReplicaAddress AddressOf(ReplicaId replica, ParseResult arguments, int replicas) => replica.Index < replicas
        ? Addresses(arguments.GetValue(_hosts), arguments.GetValue(_basePort), replicas)(replica.Index)
        : throw ProblemException.Usage($"--replica is '{replica.Index}'; allowed is a whole number from 0 to {replicas - 1}");

    private static ReplicaId[] LeftOut(string? list) =>
    [
        .. (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new ReplicaId(index)
                : throw ProblemException.Usage($"--without is '{list}'; allowed are indices of replicas, separated by commas")),
    ];

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
