using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

public class HostileBlockTests
{
    [Fact]
    public void A_block_that_suspends_everybody_is_refused_and_asked_nothing_when_commands_come()
    {
        var cluster = new SimulatedCluster(4, leaders: committee => new Reputation(committee));
        _ = new Invariants(cluster);
        var leader = new ReplicaId(1);
        foreach (var replica in cluster.Replicas.Where(replica => replica.Id != leader))
            replica.Start();
        var chain = cluster.Keys.Committee.Chain;
        var block = Block.Create(
            chain,
            Epoch.Genesis,
            new View(1),
            new Height(1),
            leader,
            Block.GenesisCertificate(chain),
            [],
            [.. cluster.Keys.Committee.Members.Select(member => new Suspension(member, new View(1_000), 1))]);
        cluster.Send(
            leader,
            new ReplicaId(0),
            new Proposal(block, null, cluster.Keys.Signers[1].Sign(SignedBytes.Proposal(chain, block.Epoch, block.View, block.Id))));
        cluster.Run(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, cluster.Replicas[0].Refusals[Refusal.WrongSuspensions]);

        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1));

        Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(1), 30 * Second));
    }
}
