using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

public class BoundedBlockTests
{
    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, false)]
    public void BoundedState_of_a_block_that_an_honest_leader_proposes(int limit, int commands, bool holds)
    {
        var made = new Fabricated();
        var cluster = new SimulatedCluster(4, new ReplicaOptions { Limits = new ProtocolLimits { MaxBlockCommands = limit } });
        _ = new Invariants(cluster);
        cluster.Start();
        var block = made.Child(made.Genesis, 4, Commands(client: 1, first: 1, count: commands));
        cluster.Replicas[0].Disk.Persist(made.Record with { LastProposal = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic) }, null);

        var broken = Record.Exception(() => cluster.Doing(cluster.Replicas[0], new Effect.Broadcast(new Proposal(block, null, default))));

        Assert.Equal(holds ? null : "BoundedState", (broken as InvariantBrokenException)?.Invariant);
    }
}
