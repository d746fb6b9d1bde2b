using System.CommandLine;
using HotStuff.Consensus;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff bench</c>: loads a cluster, in closed or open loop, and measures it.</summary>
internal sealed class BenchCommand : HostCommand
{
    private const int MaxBlockBytes = 16 * 1024 * 1024;

    private readonly ClusterOptions _cluster = new();
    private readonly Option<string?> _genesis = CommonOptions.Genesis("Loads the running cluster of this genesis file instead of starting one");
    private readonly Option<int> _outstanding = NewOption.Integer("--outstanding", "Closed loop: commands under way at any time, over all clients", 4000, 1, 1_000_000);
    private readonly Option<double?> _rate = NewOption.OptionalRate("--rate", "Open loop: commands due per second, over all clients, whatever becomes of them", 0.01, 100_000_000);
    private readonly Option<string> _arrivals = NewOption.Choice("--arrivals", "Open loop: when commands are due", "steady", "steady", "poisson");
    private readonly Option<int> _maxOutstanding = NewOption.Integer(
        "--max-outstanding", "Open loop: the most commands of one client under way; what is due above that is counted and not sent", 10_000, 1, 1_000_000);

    private readonly Option<int> _clients = NewOption.Integer("--clients", "Client sessions", 4, 1, 1000);
    private readonly Option<int> _clientProcesses = NewOption.Integer("--client-processes", "Processes that the clients are in; 0: this one", 0, 0, 64);
    private readonly Option<int> _payload = NewOption.Integer("--payload", "Bytes of a command", 0, 0, 64 * 1024);
    private readonly Option<double> _duration = NewOption.Seconds("--duration", "How long to measure, in seconds", 15, 0.1, 86_400);
    private readonly Option<double> _warmup = NewOption.Seconds("--warmup", "How long to load before measuring, in seconds", 3, 0, 3600);
    private readonly Option<double?> _killLeaderAt = NewOption.OptionalSeconds(
        "--kill-leader-at", "Kills the leader with SIGKILL so many seconds into the measured time", 0, 86_400);

    private readonly Option<int> _crashed = NewOption.Integer("--crashed", "Replicas that are never started, the last ones", 0, 0, 100);
    private readonly Option<int> _delay = NewOption.Integer("--delay", "Milliseconds by which everything between replicas is held back", 0, 0, 10_000);
    private readonly Option<bool> _inProcess = NewOption.Flag("--in-process", "Runs all replicas inside this process: for a quick look, not for figures");

    private readonly Option<bool> _operators = NewOption.Flag("--operators", "Replicas have the cluster, page and port for operators too, as up starts them");

    private readonly Option<bool> _check = NewOption.Flag(
        "--check", "Sends key-value commands on shared keys instead, records all that clients send and are answered, and judges whether that is linearizable");

    private readonly Option<string?> _json = CommonOptions.Json();
    private readonly Option<string?> _csv = NewOption.OptionalText("--csv", "Writes a row for each second to a file", "FILE");
    private readonly Option<string?> _histogram = NewOption.OptionalText("--histogram", "Writes percentiles of the latency to a file, as HdrHistogram's tools plot them", "FILE");

    public BenchCommand()
        : base("bench", "Starts a cluster, or joins one, loads it, measures it and compares all replicas.")
    {
        foreach (var option in (Option[])[_genesis, _outstanding, _rate, _arrivals, _maxOutstanding, _clients, _clientProcesses, _payload, _duration, _warmup])
            Options.Add(option);
        foreach (var option in (Option[])[_killLeaderAt, _crashed, _delay, _inProcess, _operators, _check])
            Options.Add(option);
        _cluster.AddTo(this);
        foreach (var option in Files)
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff bench --duration 15 --outstanding 4000 --json bench.json",
        "hotstuff bench --rate 20000 --arrivals poisson --csv seconds.csv --histogram latency.hgrm",
        "hotstuff bench --rate 2000000 --client-processes 2 --max-outstanding 50000",
        "hotstuff bench --replicas 7 --payload 128 --durability os",
        "hotstuff bench --replicas 7 --crashed 2 --leaders reputation --rate 1000",
        "hotstuff bench --duration 20 --kill-leader-at 10",
        "hotstuff bench --duration 20 --kill-leader-at 10 --outstanding 500 --check",
        "hotstuff bench --genesis ./local/genesis.json --duration 30",
    ];

    /// <summary>The options that say where results go.</summary>
    public IReadOnlyList<Option<string?>> Files => [_json, _csv, _histogram];

    /// <summary>What a command line asks to measure.</summary>
    /// <exception cref="ProblemException">Its options do not go together.</exception>
    public BenchSpec Read(ParseResult arguments)
    {
        var outstanding = arguments.GetValue(_outstanding);
        var rate = arguments.GetValue(_rate);
        // Nobody asked for more clients than commands; who does is told.
        var clients = arguments.IsGiven(_clients) || rate is not null ? arguments.GetValue(_clients) : Math.Min(arguments.GetValue(_clients), outstanding);
        var load = new LoadSpec
        {
            Clients = clients,
            Payload = arguments.GetValue(_payload),
            Outstanding = rate is null ? outstanding : null,
            Rate = rate,
            Arrivals = Enum.Parse<Arrivals>(arguments.GetRequiredValue(_arrivals), ignoreCase: true),
            MaxOutstanding = arguments.GetValue(_maxOutstanding),
        };
        Check(arguments, load);
        return new BenchSpec
        {
            Cluster = Cluster(arguments, load),
            GenesisFile = arguments.GetValue(_genesis),
            Load = load,
            Check = arguments.GetValue(_check),
            ClientProcesses = arguments.GetValue(_clientProcesses),
            Warmup = TimeSpan.FromSeconds(arguments.GetValue(_warmup)),
            Duration = TimeSpan.FromSeconds(arguments.GetValue(_duration)),
            KillLeaderAt = arguments.GetValue(_killLeaderAt) is { } at ? TimeSpan.FromSeconds(at) : null,
            Crashed = arguments.GetValue(_crashed),
            InProcess = arguments.GetValue(_inProcess),
        };
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var spec = Read(arguments);
        foreach (var file in Files)
            CommonOptions.RequireWritable(arguments, file);

        var (report, load) = await new BenchRun(spec, Terminal.Line, ProgressDisplay.ShowAsync).RunAsync(cancellationToken);
        ReportTable.Write(report);
        if (arguments.GetValue(_json) is { } json)
            await JsonReport.WriteAsync(json, report, cancellationToken);
        if (arguments.GetValue(_csv) is { } csv)
            await File.WriteAllTextAsync(csv, Timelines.ToCsv(report.Timeline), cancellationToken);
        if (arguments.GetValue(_histogram) is { } histogram)
        {
            await using var writer = new StreamWriter(histogram);
            load.Latencies.WriteDistribution(writer);
        }

        return report.Failure() is { } failure ? throw new ProblemException(failure) : ExitCode.Ok;
    }

    private ClusterSpec Cluster(ParseResult arguments, LoadSpec load)
    {
        var spec = _cluster.Read(arguments);
        var limits = spec.Limits;
        // A batch must fit a block whatever the payload, and a client's share its window.
        var batchBytes = CommandSegment.HeaderSize + ((long)limits.MaxBlockCommands * (load.Payload + Varint.SizeOf(load.Payload)));
        return spec with
        {
            Ops = arguments.GetValue(_operators),
            Http = arguments.GetValue(_operators),
            Commands = arguments.GetValue(_operators),
            Limits = limits with
            {
                MaxBlockBytes = (int)Math.Clamp(batchBytes, limits.MaxBlockBytes, MaxBlockBytes),
                ClientWindow = Math.Max(limits.ClientWindow, load.MostOfOneClient),
            },
            DelayMs = arguments.GetValue(_delay),
        };
    }

    private void Check(ParseResult arguments, LoadSpec load)
    {
        RefuseTogether(arguments);
        if (load.Outstanding < load.Clients)
            throw ProblemException.Usage($"--outstanding is '{load.Outstanding}'; allowed is no less than --clients, which is {load.Clients}");
        if (arguments.GetValue(_killLeaderAt) is { } at && at >= arguments.GetValue(_duration))
            throw ProblemException.Usage($"--kill-leader-at is '{at}'; allowed is less than --duration, which is {arguments.GetValue(_duration)}");
        if (arguments.GetValue(_clientProcesses) is var processes && processes > load.Clients)
            throw ProblemException.Usage($"--client-processes is '{processes}'; allowed is no more than --clients, which is {load.Clients}");
        if (arguments.GetValue(_genesis) is null)
            CheckFaults(arguments);
    }

    private void CheckFaults(ParseResult arguments)
    {
        var bearable = new Committee(default, default, arguments.GetValue(_cluster.Replicas)).MaxFaulty;
        var crashed = arguments.GetValue(_crashed);
        if (crashed > bearable)
            throw ProblemException.Usage($"--crashed is '{crashed}'; {arguments.GetValue(_cluster.Replicas)} replicas bear {bearable}");
        if (arguments.GetValue(_killLeaderAt) is not null && crashed + 1 > bearable)
        {
            throw ProblemException.Usage(
                $"--kill-leader-at makes {crashed + 1} of {arguments.GetValue(_cluster.Replicas)} replicas faulty; they bear {bearable}");
        }
    }

    /// <summary>Options that would have no effect, or another one than meant, are refused rather than ignored.</summary>
    private void RefuseTogether(ParseResult arguments)
    {
        if (arguments.GetValue(_check) && arguments.IsGiven(_payload))
            throw ProblemException.Usage("--payload is for empty commands; it cannot be combined with --check");
        if (arguments.GetValue(_check) && (Given(_rate, _clientProcesses) is { } closed))
            throw ProblemException.Usage($"--check is a closed loop in this process; it cannot be combined with {closed.Name}");
        if (arguments.GetValue(_rate) is not null && arguments.IsGiven(_outstanding))
            throw ProblemException.Usage("--outstanding makes a closed loop and --rate an open one; only one of them can be given (--max-outstanding bounds an open loop)");
        if (arguments.GetValue(_rate) is null && Given(_arrivals, _maxOutstanding) is { } open)
            throw ProblemException.Usage($"{open.Name} is for an open loop; it needs --rate");
        if (arguments.GetValue(_inProcess) && Given(_killLeaderAt) is not null)
            throw ProblemException.Usage("--kill-leader-at kills a process; it cannot be combined with --in-process");
        if (arguments.GetValue(_genesis) is not null && Given([.. _cluster.All, _killLeaderAt, _crashed, _delay, _inProcess]) is { } unfit)
            throw ProblemException.Usage($"{unfit.Name} is only for a cluster that bench starts itself; it cannot be combined with --genesis");

        Option? Given(params Option[] options) => options.FirstOrDefault(arguments.IsGiven);
    }
}
