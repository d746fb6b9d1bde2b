using System.Diagnostics;
using System.Security.Cryptography;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Host.Local;

namespace HotStuff.Host.Measuring;

/// <summary>How long the interruptions of a demo lasted.</summary>
/// <param name="Recovery">From the kill to the answer of a command that was sent at that moment.</param>
/// <param name="CatchUp">From the restart to having executed what the others have.</param>
/// <param name="Killed">Whose process is another one since then.</param>
internal sealed record DemoInterruptions(TimeSpan? Recovery, TimeSpan? CatchUp, ReplicaId? Killed)
{
    /// <summary>What was said before by processes that still run: with what another process says nothing can be subtracted.</summary>
    public IReadOnlyList<NodeStatus?> Surviving(IReadOnlyList<NodeStatus?> before) => [.. before.Select(status => status?.Replica == Killed ? null : status)];
}

/// <summary>
/// The plot of the demo: a third of the commands, a replica is killed, another third, it is started again and catches up during the last one.
/// </summary>
internal sealed class DemoRun(LocalCluster cluster, DemoWorkload workload, ClusterObserver observer, Action<string> tell)
{
    private static readonly TimeSpan CatchUpBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the plot to its end.</summary>
    /// <param name="requests">How many commands the workload has.</param>
    /// <param name="victim">leader, random or none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DemoInterruptions> RunAsync(int requests, string victim, CancellationToken cancellationToken)
    {
        var work = workload.RunAsync(cancellationToken);
        var interruptions = new DemoInterruptions(null, null, null);
        if (victim != "none")
        {
            await Task.WhenAny(work, workload.WaitForAsync(requests / 3, cancellationToken)).Unwrap();
            var (killed, recovery) = await KillAsync(victim, cancellationToken);
            await Task.WhenAny(work, workload.WaitForAsync(requests * 2 / 3, cancellationToken)).Unwrap();
            interruptions = new DemoInterruptions(recovery, await RestartAsync(killed, cancellationToken), killed);
        }

        await work;
        tell($"all {workload.Committed:N0} commands answered");
        return interruptions;
    }

    private async Task<(ReplicaId Killed, TimeSpan Recovery)> KillAsync(string victim, CancellationToken cancellationToken)
    {
        var (leader, view) = await observer.LeaderAsync(cancellationToken);
        var killed = victim == "leader" ? leader : new ReplicaId(RandomNumberGenerator.GetInt32(cluster.Genesis.Committee.Size));
        var processId = cluster.ProcessId(killed);
        await cluster.KillAsync(killed);
        tell($"{(killed == leader ? "leader" : "replica")} {killed} (pid {processId}) killed with SIGKILL in view {view.Number}");

        var recovery = await workload.ProbeAsync(cancellationToken);
        var (_, now) = await observer.LeaderAsync(cancellationToken);
        tell($"a command sent at that moment is answered after {recovery.TotalMilliseconds:N0} ms, in view {now.Number}");
        return (killed, recovery);
    }

    private async Task<TimeSpan> RestartAsync(ReplicaId killed, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        cluster.Start(killed);
        tell($"{killed} started again, pid {cluster.ProcessId(killed)}");
        while (!(await observer.UpToDateAsync(cancellationToken)).Contains(killed))
        {
            if (cluster.Problem(killed) is { } problem)
                throw new ProblemException(problem);
            if (Stopwatch.GetElapsedTime(start) > CatchUpBound)
                throw new ProblemException($"{killed} has not caught up after {CatchUpBound.TotalSeconds:0} s");
            await Task.Delay(Interval, cancellationToken);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        tell($"{killed} has caught up after {elapsed.TotalMilliseconds:N0} ms");
        return elapsed;
    }
}
