using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>Leaders by reputation among replicas that are dead or Byzantine.</summary>
public class ReputationInTroubleTests
{
    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_silent_leader_and_a_dead_one_are_passed_over_and_nobody_else_for_long(string protocol)
    {
        var cluster = new SimulatedCluster(7, protocol: protocol, leaders: committee => new Reputation(committee));
        _ = new Invariants(cluster);
        cluster.Replicas[2].Behaviour = Behaviours.Create("silent-leader", 1);
        foreach (var replica in cluster.Replicas.Where(replica => replica.Node != 5))
            replica.Start();
        var seen = cluster.Replicas[0];
        var sent = 0;
        Commit(200);
        var early = seen.Status.Timeouts;
        Commit(200);
        var late = seen.Status.Timeouts - early;

        Assert.All(seen.Committed, block => Assert.InRange(block.Suspensions.Length, 0, 2));
        Assert.Contains(seen.Committed, block => block.Suspensions.Select(suspension => suspension.Replica.Index).SequenceEqual([2, 5]));
        Assert.All(seen.Committed.TakeLast(100), block => Assert.All(block.Suspensions, suspension => Assert.Contains(suspension.Replica.Index, new[] { 2, 5 })));
        Assert.True(late < early, $"{early} views timed out at first, then {late}");

        void Commit(int commands)
        {
            for (var i = 0; i < commands; i++)
            {
                cluster.Submit(seen.Id, Commands(client: 1, first: ++sent));
                Assert.True(cluster.RunUntil(() => seen.State.CommandsExecuted == sent, 60 * Second));
            }
        }
    }
}
