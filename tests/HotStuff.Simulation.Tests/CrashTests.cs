using HotStuff.Consensus;
using HotStuff.Consensus.Tests;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>Crashes at every place, one after the other, rather than by chance.</summary>
public class CrashTests
{
    private static readonly ReplicaOptions Options = new() { Pacemaker = WorldPlan.Pacemaker };

    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_replica_may_crash_between_any_two_effects_and_lose_what_was_not_flushed(string protocol)
    {
        for (var replica = 0; replica < 4; replica++)
        {
            var crashed = true;
            for (var effects = 1; crashed; effects++)
                crashed = RunWithCrash(protocol, replica, effects);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void All_replicas_may_lose_power_at_any_time_and_start_again(string protocol)
    {
        for (var at = 0; at < 40; at++)
        {
            var cluster = Started(protocol, out var invariants);
            cluster.Crashed = replica => replica.Disk.Lose(replica.Disk.Unflushed);
            Submit(cluster, 1, 3);
            cluster.Run(TimeSpan.FromMilliseconds(at));
            var committed = invariants.Commits;
            foreach (var replica in cluster.Replicas)
                replica.Crash();
            Assert.DoesNotContain(cluster.Replicas, replica => replica.IsUp);
            foreach (var replica in cluster.Replicas)
                replica.Start();
            Submit(cluster, 1, 6);

            Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(6)), 10 * Second), $"after a crash at {at} ms");
            Assert.True(invariants.Commits >= committed);
            cluster.AssertSafe();
            cluster.AssertSameState();
        }
    }

    /// <summary>False when the run ends before the replica has so many effects.</summary>
    private static bool RunWithCrash(string protocol, int crashing, int effects)
    {
        var cluster = Started(protocol, out var invariants);
        var crashes = 0;
        cluster.Crashed = replica =>
        {
            crashes++;
            replica.Disk.Lose(replica.Disk.Unflushed);
            cluster.Schedule(TimeSpan.FromMilliseconds(5), replica.Start);
        };
        cluster.Replicas[crashing].CrashAfter(effects);
        Submit(cluster, 1, 2);
        cluster.Run(TimeSpan.FromMilliseconds(60));
        // As clients do that got no answer.
        Submit(cluster, 1, 4);

        Assert.True(
            cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(4)), 10 * Second),
            $"{protocol}: replica {crashing} crashed after {effects} effects");
        cluster.AssertSafe();
        cluster.AssertSameState();
        invariants.CheckExecuted();
        return crashes > 0;
    }

    private static SimulatedCluster Started(string protocol, out Invariants invariants)
    {
        var cluster = new SimulatedCluster(4, Options, protocol: protocol);
        invariants = new Invariants(cluster);
        cluster.Start();
        return cluster;
    }

    private static void Submit(SimulatedCluster cluster, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            foreach (var gateway in cluster.Replicas.Where(replica => replica.IsUp))
                cluster.Submit(gateway.Id, Commands(client: 1, first: i));
        }
    }
}
