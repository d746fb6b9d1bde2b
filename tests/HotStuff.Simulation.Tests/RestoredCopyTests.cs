using HotStuff.Consensus;
using HotStuff.Consensus.Tests;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>A replica whose disk was replaced by an older copy, or by nothing, does not contradict what it signed before, and comes back into the protocol.</summary>
public sealed class RestoredCopyTests
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var protocol in ProtocolRules.Names)
            {
                cases.Add(protocol, true);
                cases.Add(protocol, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Whenever_the_copy_was_made_and_whenever_it_is_put_back(string protocol, bool empty)
    {
        var floors = 0;
        for (var copied = 0; copied < 40; copied += 5)
        {
            for (var lived = 1; lived <= 15; lived += 2)
                floors += Run(protocol, empty, Milliseconds(copied), Milliseconds(lived));
        }

        Assert.True(floors > 0);
    }

    /// <summary>How often the replica found that its record was old.</summary>
    private static int Run(string protocol, bool empty, TimeSpan copied, TimeSpan lived)
    {
        var cluster = new SimulatedCluster(4, new ReplicaOptions { Pacemaker = WorldPlan.Pacemaker }, protocol: protocol);
        var invariants = new Invariants(cluster);
        var floors = 0;
        cluster.Doing += (_, effect) => floors += effect is Effect.RecordWasOld ? 1 : 0;
        cluster.Start();
        Submit(cluster, 1, 3);
        cluster.Run(copied);
        Submit(cluster, 4, 6);
        var restored = cluster.Replicas[1];
        var copy = empty ? new SimulatedDisk(cluster.Keys.Committee.Chain) : restored.Disk.Copy();
        cluster.Run(lived);
        restored.Crash();
        restored.Replace(copy);
        invariants.Forgets(restored);
        // What it sent arrives before anybody can have put a copy back.
        cluster.Run(Milliseconds(5));
        restored.Start();
        Submit(cluster, 7, 9);
        cluster.Run(Milliseconds(100));
        Submit(cluster, 10, 12);

        Assert.True(
            cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(12)), 10 * Second),
            $"{protocol}: copied at {copied}, restored {lived} later");
        cluster.AssertSafe();
        cluster.AssertSameState();
        return floors;
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private static void Submit(SimulatedCluster cluster, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            foreach (var gateway in cluster.Replicas.Where(replica => replica.IsUp))
                cluster.Submit(gateway.Id, Commands(client: 1, first: i));
        }
    }
}
