using System.CommandLine;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff bench</c>: loads a cluster in closed loop and measures it.</summary>
internal sealed class BenchCommand : HostCommand
{
    private const int MaxBlockBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(30);

    private readonly ClusterOptions _cluster = new();
    private readonly Option<string?> _genesis = CommonOptions.Genesis("Loads the running cluster of this genesis file instead of starting one");
    private readonly Option<int> _outstanding = NewOption.Integer("--outstanding", "Commands under way at any time, over all clients", 4000, 1, 1_000_000);
    private readonly Option<int> _clients = NewOption.Integer("--clients", "Client sessions", 4, 1, 1000);
    private readonly Option<int> _payload = NewOption.Integer("--payload", "Bytes of a command", 0, 0, 64 * 1024);
    private readonly Option<double> _duration = NewOption.Seconds("--duration", "How long to measure, in seconds", 15, 0.1, 86_400);
    private readonly Option<double> _warmup = NewOption.Seconds("--warmup", "How long to load before measuring, in seconds", 3, 0, 3600);
    private readonly Option<double?> _killLeaderAt = NewOption.OptionalSeconds(
        "--kill-leader-at", "Kills the leader with SIGKILL so many seconds into the measured time", 0, 86_400);

    private readonly Option<bool> _check = NewOption.Flag(
        "--check", "Sends key-value commands on shared keys instead, records all that clients send and are answered, and judges whether that is linearizable");

    private readonly Option<string?> _json = CommonOptions.Json();

    public BenchCommand()
        : base("bench", "Starts a cluster, or joins one, loads it in closed loop, measures it and compares all replicas.")
    {
        foreach (var option in (Option[])[_genesis, _outstanding, _clients, _payload, _duration, _warmup, _killLeaderAt, _check])
            Options.Add(option);
        _cluster.AddTo(this);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "hotstuff bench --duration 15 --outstanding 4000 --json bench.json",
        "hotstuff bench --replicas 7 --payload 128 --durability os",
        "hotstuff bench --duration 20 --kill-leader-at 10",
        "hotstuff bench --duration 20 --kill-leader-at 10 --outstanding 500 --check",
        "hotstuff bench --genesis ./local/genesis.json --duration 30",
    ];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var payload = arguments.GetValue(_payload);
        var outstanding = arguments.GetValue(_outstanding);
        // Nobody asked for more clients than commands; who does is told.
        var clients = arguments.GetResult(_clients) is null or { Implicit: true } ? Math.Min(arguments.GetValue(_clients), outstanding) : arguments.GetValue(_clients);
        var load = new LoadSpec(
            clients,
            outstanding,
            payload == 0 ? default(ReadOnlyMemory<byte>) : KeyValueCommand.Noop(new byte[payload - 1]),
            arguments.GetValue(_check) ? new CommandHistory() : null);
        Check(arguments, load);
        CommonOptions.RequireWritable(arguments, _json);

        await using var cluster = arguments.GetValue(_genesis) is null ? LocalCluster.Create(Spec(arguments, load)) : null;
        var genesis = cluster?.Genesis ?? Genesis.Load(arguments.GetRequiredValue(_genesis)!);
        if (cluster is not null)
        {
            await cluster.StartAsync(ReadyBound, cancellationToken);
            Terminal.Line($"{genesis.Validators.Length} replicas run; files in {cluster.Directory.Root}");
        }

        var report = await MeasureAsync(arguments, cluster, genesis, load, cancellationToken);
        ReportTable.Write(report);
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, report, cancellationToken);
        return report.Failure() is { } failure ? throw new ProblemException(failure) : ExitCode.Ok;
    }

    private async Task<BenchReport> MeasureAsync(
        ParseResult arguments, LocalCluster? cluster, Genesis genesis, LoadSpec load, CancellationToken cancellationToken)
    {
        var observer = new ClusterObserver(genesis);
        await using var run = await LoadRun.ConnectAsync(genesis, load, cancellationToken);
        var before = await observer.SettleAsync(SettleBound, cancellationToken);
        var warmup = TimeSpan.FromSeconds(arguments.GetValue(_warmup));
        var duration = TimeSpan.FromSeconds(arguments.GetValue(_duration));

        run.Start();
        var measured = LoadAsync();
        await ProgressDisplay.ShowAsync(measured, warmup + duration, new RateMeter(() => run.Committed).Describe);
        var (commands, elapsed) = await measured;
        var latencies = await run.StopAsync(cancellationToken);
        var after = await observer.SettleAsync(SettleBound, cancellationToken);

        var figures = RunFigures.Between(before, after);
        var accounting = Accounting.Of(run.Submitted, run.Committed, figures.Executed);
        return new BenchReport
        {
            Protocol = genesis.Protocol,
            Signatures = genesis.Signatures,
            Replicas = genesis.Validators.Length,
            Batch = genesis.Limits.MaxBlockCommands,
            Payload = load.Command.Length,
            Durability = cluster is null ? "unknown" : arguments.GetRequiredValue(_cluster.Durability),
            Outstanding = load.Outstanding,
            DurationS = Math.Round(elapsed.TotalSeconds, 3),
            Submitted = run.Submitted,
            Committed = run.Committed,
            Rejected = run.Rejected,
            Lost = accounting.Lost,
            Duplicated = accounting.Duplicated,
            ThroughputRps = Math.Round(commands / elapsed.TotalSeconds, 1),
            LatencyMs = latencies.Summarize(),
            Views = figures.Views,
            Timeouts = figures.Timeouts,
            Blocks = figures.Blocks,
            MeanBatch = figures.Blocks == 0 ? 0 : Math.Round((double)run.Committed / figures.Blocks, 1),
            Consistent = observer.IsConsistent(after),
            Verdict = load.History is { } history ? HistoryVerdict.Of(history.Operations) : null,
            Nodes = RunFigures.Nodes(before, after),
        };

        async Task<(long Commands, TimeSpan Elapsed)> LoadAsync()
        {
            await Task.Delay(warmup, cancellationToken);
            var killing = arguments.GetValue(_killLeaderAt) is { } at ? KillLeaderAsync(TimeSpan.FromSeconds(at)) : Task.CompletedTask;
            var result = await run.MeasureAsync(duration, cancellationToken);
            await killing;
            return result;
        }

        async Task KillLeaderAsync(TimeSpan delay)
        {
            await Task.Delay(delay, cancellationToken);
            var (leader, view) = await observer.LeaderAsync(cancellationToken);
            await cluster!.KillAsync(leader);
            Terminal.Line($"leader {leader} killed in view {view.Number}");
        }
    }

    private ClusterSpec Spec(ParseResult arguments, LoadSpec load)
    {
        var spec = _cluster.Read(arguments);
        var limits = spec.Limits;
        var perClient = ((load.Outstanding - 1) / load.Clients) + 1;
        // A batch must fit a block whatever the payload, and a client's share its window.
        var batchBytes = CommandSegment.HeaderSize + ((long)limits.MaxBlockCommands * (load.Command.Length + Varint.SizeOf(load.Command.Length)));
        return spec with
        {
            Http = false,
            Limits = limits with
            {
                MaxBlockBytes = (int)Math.Clamp(batchBytes, limits.MaxBlockBytes, MaxBlockBytes),
                ClientWindow = Math.Max(limits.ClientWindow, perClient),
            },
        };
    }

    private void Check(ParseResult arguments, LoadSpec load)
    {
        if (load.Outstanding < load.Clients)
            throw ProblemException.Usage($"--outstanding is '{load.Outstanding}'; allowed is no less than --clients, which is {load.Clients}");
        if (arguments.GetValue(_killLeaderAt) is { } at && at >= arguments.GetValue(_duration))
            throw ProblemException.Usage($"--kill-leader-at is '{at}'; allowed is less than --duration, which is {arguments.GetValue(_duration)}");
        if (arguments.GetValue(_check) && arguments.IsGiven(_payload))
            throw ProblemException.Usage("--payload is for empty commands; it cannot be combined with --check");
        if (arguments.GetValue(_genesis) is null)
            return;
        var unfit = _cluster.All.Append(_killLeaderAt).FirstOrDefault(arguments.IsGiven);
        if (unfit is not null)
            throw ProblemException.Usage($"{unfit.Name} is only for a cluster that bench starts itself; it cannot be combined with --genesis");
    }
}
