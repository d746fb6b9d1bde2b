using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Local;
using HotStuff.Simulation;

namespace HotStuff.Host.Measuring;

/// <summary>What came of a bench.</summary>
/// <param name="Report">Its figures.</param>
/// <param name="Load">What the clients collected.</param>
internal sealed record BenchOutcome(BenchReport Report, LoadResult Load);

/// <summary>Shows that something long is going on until it has ended: what, how long it should take, and what to say about it now.</summary>
internal delegate Task ShowProgress(Task work, TimeSpan expected, Func<string> detail);

/// <summary>One bench: a cluster is started, or joined, loaded and measured, and at the end all replicas are compared.</summary>
/// <param name="spec">What to measure.</param>
/// <param name="tell">Takes lines about what happens.</param>
/// <param name="show">Shows progress.</param>
internal sealed class BenchRun(BenchSpec spec, Action<string> tell, ShowProgress show)
{
    private static readonly TimeSpan StatusBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaderInterval = TimeSpan.FromMilliseconds(10);
    private const int LeaderAttempts = 100;

    private double? _killedAt;

    private TimeSpan SettleBound => TimeSpan.FromSeconds(30 + (2 * spec.Cluster.Replicas));

    public async Task<BenchOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = CreateCluster();
        var genesis = cluster?.Genesis ?? Genesis.Load(spec.GenesisFile!);
        var members = genesis.Committee.Members.SkipLast(spec.Crashed).ToArray();
        if (cluster is not null)
        {
            var start = Stopwatch.GetTimestamp();
            await cluster.StartAsync(members, Readiness.BoundFor(members.Length), cancellationToken);
            tell($"{members.Length} replicas run after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s; files in {cluster.Directory.Root}");
        }

        var history = spec.Check ? new CommandHistory() : null;
        await using var load = spec.ClientProcesses == 0
            ? (ILoad)await LoadRun.ConnectAsync(genesis, spec.Load, history, cancellationToken)
            : await LoadProcesses.StartAsync(spec.GenesisFile ?? cluster!.Directory.GenesisFile, spec.Load, spec.ClientProcesses, cancellationToken);
        return await MeasureAsync(cluster, genesis, members, load, history, cancellationToken);
    }

    private IReplicaCluster? CreateCluster() =>
        spec.GenesisFile is not null ? null : spec.InProcess ? InProcessCluster.Create(spec.Cluster) : LocalCluster.Create(spec.Cluster);

    private async Task<BenchOutcome> MeasureAsync(
        IReplicaCluster? cluster, Genesis genesis, IReadOnlyList<ReplicaId> members, ILoad load, CommandHistory? history, CancellationToken cancellationToken)
    {
        var observer = new ClusterObserver(genesis);
        await using var watcher = await HotStuffClient.ConnectAsync(new ClientOptions { Genesis = genesis, ConnectTimeout = SettleBound }, cancellationToken);
        var before = await observer.SettleAsync(SettleBound, cancellationToken, cluster is null ? [] : members);

        var window = LoadWindow.Begin(Stopwatch.GetTimestamp() + (long)(load.Notice.TotalSeconds * Stopwatch.Frequency), spec.Warmup, spec.Duration);
        var running = load.RunAsync(window, cancellationToken);
        var atFrom = StatusAtAsync(watcher, window.From, cancellationToken);
        var atTo = StatusAtAsync(watcher, window.To, cancellationToken);
        var killing = spec.KillLeaderAt is { } at ? KillLeaderAsync(cluster!, observer, window, at, cancellationToken) : Task.CompletedTask;
        var all = Task.WhenAll(running, atFrom, atTo, killing);
        await show(all, spec.Warmup + spec.Duration, new RateMeter(() => load.Committed).Describe);
        await all;

        var result = await running;
        var survivors = members.Where(id => cluster?.IsRunning(id) ?? false).ToArray();
        var after = await observer.SettleAsync(SettleBound, cancellationToken, survivors);
        var statuses = new RunStatuses(before, await atFrom, await atTo, after);
        var report = Report(genesis, result, statuses, observer.IsConsistent(after)) with
        {
            Verdict = history is null ? null : HistoryVerdict.Of(history.Operations),
            Problems =
            [
                .. members.Select(id => cluster?.Problem(id)).OfType<string>(),
                .. survivors.Where(id => after[id.Index] is null).Select(id => $"replica {id} runs but does not answer"),
            ],
        };
        return new BenchOutcome(report, result);
    }

    private static async Task<IReadOnlyList<NodeStatus?>> StatusAtAsync(HotStuffClient watcher, long timestamp, CancellationToken cancellationToken)
    {
        await LoadWindow.WaitForAsync(timestamp, cancellationToken);
        return await watcher.StatusAsync(includeDigest: false, StatusBound, cancellationToken);
    }

    private async Task KillLeaderAsync(IReplicaCluster cluster, ClusterObserver observer, LoadWindow window, TimeSpan at, CancellationToken cancellationToken)
    {
        await LoadWindow.WaitForAsync(window.From + (long)(at.TotalSeconds * Stopwatch.Frequency), cancellationToken);
        for (var attempt = 0; attempt < LeaderAttempts; attempt++)
        {
            var (leader, view) = await observer.LeaderAsync(cancellationToken);
            // One that never ran cannot be killed; the next view has another leader.
            if (cluster.IsRunning(leader))
            {
                _killedAt = Math.Round(Stopwatch.GetElapsedTime(window.From).TotalSeconds, 3);
                await cluster.KillAsync(leader);
                tell($"leader {leader} killed in view {view.Number}");
                return;
            }

            await Task.Delay(LeaderInterval, cancellationToken);
        }

        throw new ProblemException("no replica that runs became leader, so none was killed");
    }

    private BenchReport Report(Genesis genesis, LoadResult result, RunStatuses statuses, bool consistent)
    {
        var figures = RunFigures.Between(statuses.Before, statuses.After);
        var accounting = Accounting.Of(result.Submitted, result.Committed, figures.Executed);
        var (load, isOpen) = (spec.Load, spec.Load.Rate is not null);
        var throughput = Math.Round(result.Measured / spec.Duration.TotalSeconds, 1);
        return new BenchReport
        {
            Protocol = genesis.Protocol,
            Signatures = genesis.Signatures,
            Replicas = genesis.Validators.Length,
            Batch = genesis.Limits.MaxBlockCommands,
            Payload = spec.Check ? 0 : load.Payload,
            Durability = spec.GenesisFile is null ? spec.Cluster.Durability : "unknown",
            OfferedRps = load.Rate,
            Outstanding = load.Outstanding,
            DurationS = Math.Round(spec.Duration.TotalSeconds, 3),
            Submitted = result.Submitted,
            Committed = result.Committed,
            Rejected = result.Rejected,
            Lost = accounting.Lost,
            Duplicated = accounting.Duplicated,
            ThroughputRps = throughput,
            LatencyMs = result.Latencies.Summarize(),
            Views = figures.Views,
            Timeouts = figures.Timeouts,
            Blocks = figures.Blocks,
            MeanBatch = figures.Blocks == 0 ? 0 : Math.Round((double)result.Committed / figures.Blocks, 1),
            Consistent = consistent,
            Leaders = genesis.Leaders,
            TimeoutMs = spec.GenesisFile is null ? spec.Cluster.TimeoutMs : null,
            DelayMs = spec.GenesisFile is null ? spec.Cluster.DelayMs : null,
            Crashed = spec.Crashed,
            KilledAtS = _killedAt,
            InProcess = spec.InProcess,
            Clients = load.Clients,
            ClientProcesses = spec.ClientProcesses,
            Arrivals = isOpen ? load.Arrivals.ToString().ToLowerInvariant() : null,
            MaxOutstanding = isOpen ? load.MaxOutstanding : null,
            GoodputRps = throughput,
            ClientLimitRejected = result.Limited,
            Unanswered = result.Unanswered,
            SegmentsRefused = result.SegmentsRefused,
            SegmentsResent = result.SegmentsResent,
            SendDelayMs = isOpen ? result.SendDelays.Summarize() : null,
            Nodes = NodeFigures.Of(statuses, spec.InProcess),
            ClientUse = result.Processes,
            Timeline = result.Timeline(),
        };
    }
}
