using System.CommandLine;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;
using HotStuff.Host.Rendering;
using HotStuff.Simulation;

namespace HotStuff.Host.Commands;

/// <summary><c>hotstuff demo</c>: the main job from end to end, with a leader that dies.</summary>
internal sealed class DemoCommand : HostCommand
{
    // Slow enough to see what happens, and short enough to wait for.
    private const int SlowestPerSecond = 800;
    private static readonly TimeSpan LongestPace = TimeSpan.FromSeconds(18);

    // Enough to be under way that a cluster with slow views (one replica of four is dead) still gets on.
    private const int MostClerks = 1000;
    private const int RequestsPerClerk = 20;

    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(30);

    private readonly ClusterOptions _cluster = new();
    private readonly Option<int> _requests = NewOption.Integer("--requests", "How many key-value commands", 20_000, 10, 10_000_000);
    private readonly Option<int> _clients = NewOption.Integer("--clients", "Client sessions", 4, 1, 1000);
    private readonly Option<string> _kill = NewOption.Choice("--kill", "Which replica dies at one third", "leader", "leader", "random", "none");
    private readonly Option<string?> _misbehave = NewOption.OptionalChoice(
        "--misbehave", "Makes the last replica Byzantine", "BEHAVIOUR", [.. Behaviours.WithoutDelays]);

    private readonly Option<bool> _check = NewOption.Flag(
        "--check", "Lets clients share keys, records all they send and are answered, and judges whether that is linearizable");

    private readonly Option<string?> _json = CommonOptions.Json();

    public DemoCommand()
        : base("demo", "Starts replicas as processes, sends commands, kills the leader, restarts it, and compares all replicas at the end.")
    {
        Options.Add(_requests);
        Options.Add(_kill);
        Options.Add(_misbehave);
        Options.Add(_clients);
        Options.Add(_check);
        _cluster.AddTo(this);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples =>
        ["hotstuff demo", "hotstuff demo --replicas 7 --requests 50000", "hotstuff demo --kill random --check --json demo.json", "hotstuff demo --misbehave equivocate"];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var spec = _cluster.Read(arguments);
        var behaviour = arguments.GetValue(_misbehave);
        var victim = Victim(arguments, spec, behaviour is not null);
        Check(spec, victim, behaviour);
        CommonOptions.RequireWritable(arguments, _json);

        await using var cluster = LocalCluster.Create(spec, traitor: behaviour is null ? null : (new ReplicaId(spec.Replicas - 1), behaviour));
        Terminal.Line($"keys for {spec.Replicas} replicas made in {cluster.Directory.Root}");
        await cluster.StartAsync(ReadyBound, cancellationToken);
        Terminal.Line($"processes run: {string.Join(", ", cluster.Genesis.Committee.Members.Select(id => $"{id} pid {cluster.ProcessId(id)}"))}");

        Terminal.Line($"watch it: {Pages.AddressOf(cluster.Genesis.Validators[0].Address)}");

        if (cluster.Traitor is { } byzantine)
            Terminal.Line($"{byzantine.Replica} is Byzantine: {byzantine.Behaviour}");

        var requests = arguments.GetValue(_requests);
        var pace = TimeSpan.FromSeconds(Math.Min(LongestPace.TotalSeconds, (double)requests / SlowestPerSecond));
        var clerks = Math.Clamp(requests / RequestsPerClerk, 1, MostClerks);
        var history = arguments.GetValue(_check) ? new CommandHistory() : null;
        await using var workload = await DemoWorkload.ConnectAsync(
            cluster.Genesis, arguments.GetValue(_clients), clerks, requests, pace, history, cancellationToken);
        var observer = new ClusterObserver(cluster.Genesis, cluster.Traitor?.Replica);
        var display = new DemoDisplay(cluster.Genesis, workload);

        var before = await observer.SettleAsync(SettleBound, cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        var running = new DemoRun(cluster, workload, observer, display.Tell).RunAsync(requests, victim, cancellationToken);
        await display.ShowAsync(running, cancellationToken);
        var interruptions = await running;
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        var after = await observer.SettleAsync(SettleBound, cancellationToken);
        await workload.VerifyAsync(cancellationToken);

        var consistent = observer.IsConsistent(after) && after.Index().All(answer => answer.Item is not null || answer.Index == cluster.Traitor?.Replica.Index);
        var report = Report(spec, workload, interruptions, elapsed, before, after, consistent, byzantine: behaviour is not null) with
        {
            Verdict = history is null ? null : HistoryVerdict.Of(history.Operations),
        };
        ReportTable.Write(report);
        if (arguments.GetValue(_json) is { } file)
            await JsonReport.WriteAsync(file, report, cancellationToken);
        if (report.Failure() is { } failure)
            throw new ProblemException(failure);

        var who = cluster.Traitor is null ? $"All {spec.Replicas} replicas" : $"All {spec.Replicas - 1} honest replicas";
        Terminal.Line($"{who} have the same state; nothing acknowledged was lost and nothing ran twice.");
        return ExitCode.Ok;
    }

    private static DemoReport Report(
        ClusterSpec spec,
        DemoWorkload workload,
        DemoInterruptions interruptions,
        TimeSpan elapsed,
        IReadOnlyList<NodeStatus?> before,
        IReadOnlyList<NodeStatus?> after,
        bool consistent,
        bool byzantine)
    {
        before = interruptions.Surviving(before);
        var figures = RunFigures.Between(before, after);
        var accounting = Accounting.Of(workload.Submitted, workload.Committed, figures.Executed);
        return new DemoReport
        {
            Protocol = spec.Protocol,
            Signatures = spec.Signatures,
            Replicas = spec.Replicas,
            Batch = spec.Limits.MaxBlockCommands,
            Payload = 0,
            Durability = spec.Durability,
            DurationS = Math.Round(elapsed.TotalSeconds, 3),
            Submitted = workload.Submitted,
            Committed = workload.Committed,
            Rejected = 0,
            // Two witnesses: what the replicas count, and what the clients find. A Byzantine leader may order commands of its own, and spoils the first.
            Lost = Math.Max(accounting.Lost, workload.Lost),
            Duplicated = byzantine ? workload.Duplicated : Math.Max(accounting.Duplicated, workload.Duplicated),
            ThroughputRps = Math.Round(workload.Committed / elapsed.TotalSeconds, 1),
            LatencyMs = workload.Latencies,
            Views = figures.Views,
            Timeouts = figures.Timeouts,
            Blocks = figures.Blocks,
            MeanBatch = figures.Blocks == 0 ? 0 : Math.Round((double)workload.Committed / figures.Blocks, 1),
            Consistent = consistent,
            Nodes = NodeFigures.Of(new RunStatuses(before, [], [], after)),
            RecoveryMs = Milliseconds(interruptions.Recovery),
            CatchUpMs = Milliseconds(interruptions.CatchUp),
        };
    }

    private static double? Milliseconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 1) : null;

    /// <summary>Who dies, unless it was said: the leader, but nobody where the Byzantine replica is all that the cluster bears.</summary>
    private string Victim(ParseResult arguments, ClusterSpec spec, bool misbehaves) =>
        misbehaves && spec.Replicas < 7 && arguments.GetResult(_kill) is null or { Implicit: true } ? "none" : arguments.GetRequiredValue(_kill);

    private static void Check(ClusterSpec spec, string victim, string? behaviour)
    {
        if (behaviour is not null && spec.Replicas < (victim == "none" ? 4 : 7))
        {
            throw ProblemException.Usage(
                $"--replicas is '{spec.Replicas}'; one Byzantine replica takes 4 or more, and another one killed 7 or more (or --kill none)");
        }

        if (victim == "none")
            return;
        if (spec.Replicas < 4)
            throw ProblemException.Usage($"--replicas is '{spec.Replicas}'; a cluster that survives a killed replica has 4 or more (or --kill none)");
        if (spec.Durability == "memory")
            throw ProblemException.Usage("--durability is 'memory'; allowed are fsync, os, because a replica that forgets its votes must not come back (or --kill none)");
    }
}
