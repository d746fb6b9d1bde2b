using CsCheck;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

public class ReputationTests
{
    private readonly Inputs _inputs = new();

    private Reputation Leaders => new(_inputs.Committee);

    [Fact]
    public void Without_failures_everybody_leads_in_turn()
    {
        var block = _inputs.Genesis;
        for (var view = 1; view <= 12; view++)
        {
            Assert.Equal(view % 4, Leaders.LeaderAfter(block).Index);
            block = Extend(Leaders, block, view);
            Assert.Empty(block.Suspensions);
        }
    }

    [Fact]
    public void Who_should_have_led_a_view_that_was_skipped_does_not_lead_for_a_while_and_longer_the_next_time()
    {
        var block = Extend(Leaders, Extend(Leaders, _inputs.Genesis, 1), 3);
        var suspension = Assert.Single(block.Suspensions);

        Assert.Equal(new Suspension(new ReplicaId(2), new View(3 + (32 * 4)), 1), suspension);

        while (block.View < suspension.Until)
        {
            Assert.NotEqual(2, Leaders.LeaderAfter(block).Index);
            block = Extend(Leaders, block, block.View.Number + 1);
        }

        while (Leaders.LeaderAfter(block).Index != 2)
            block = Extend(Leaders, block, block.View.Number + 1);
        block = Extend(Leaders, block, block.View.Number + 2);
        Assert.Equal(new Suspension(new ReplicaId(2), block.View.Plus(32 * 4 * 4), 2), Assert.Single(block.Suspensions));
    }

    [Fact]
    public void A_replica_that_came_back_and_got_a_block_built_upon_is_like_any_other()
    {
        var block = Extend(Leaders, Extend(Leaders, _inputs.Genesis, 1), 3);
        while (block.View <= block.Suspensions.Select(suspension => suspension.Until).FirstOrDefault() || Leaders.LeaderAfter(block).Index != 2)
            block = Extend(Leaders, block, block.View.Number + 1);

        var own = Extend(Leaders, block, block.View.Number + 1);
        Assert.Equal(2, own.Proposer.Index);
        Assert.Single(own.Suspensions);
        Assert.Empty(Extend(Leaders, own, own.View.Number + 1).Suspensions);
    }

    [Fact]
    public void Never_more_than_f_are_suspended_and_each_voter_computes_the_same()
    {
        Gen.Select(Gen.Int[1, 10], Gen.Int[1, 6].Array[1, 200]).Sample((size, steps) =>
        {
            var inputs = new Inputs(size);
            var leaders = new Reputation(inputs.Committee);
            var block = inputs.Genesis;
            foreach (var step in steps)
            {
                block = Extend(leaders, block, block.View.Number + step, inputs);
                Assert.True(block.Suspensions.Length <= inputs.Committee.MaxFaulty);
                Assert.Equal(block.Suspensions, block.Suspensions.OrderBy(suspension => suspension.Replica));
                Assert.Equal(block.Suspensions.Length, block.Suspensions.Select(suspension => suspension.Replica).Distinct().Count());
                Assert.True(inputs.Committee.Contains(leaders.LeaderAfter(block)));
            }
        });
    }

    [Fact]
    public void A_block_that_states_other_suspensions_is_refused()
    {
        var replica = new Replica(
            _inputs.Committee, new ChainedRules(), Leaders, _inputs.Keys.Signers[3], new ReplicaOptions(), RecoveredState.Fresh(_inputs.Committee.Chain));
        replica.Advance(new ReplicaEvent.Started());
        var libel = Block.Create(
            _inputs.Committee.Chain,
            Epoch.Genesis,
            new View(1),
            new Height(1),
            new ReplicaId(1),
            _inputs.GenesisQc,
            [],
            [new Suspension(new ReplicaId(2), new View(99), 1)]);

        var effects = replica.Take(_inputs, _inputs.Propose(libel));

        Assert.Equal([Refusal.WrongSuspensions], effects.Refusals());
        Assert.Empty(effects.Votes());
    }

    [Theory]
    [InlineData("chained")]
    [InlineData("hotstuff2")]
    [InlineData("basic")]
    public void A_dead_replica_costs_ever_fewer_timeouts_and_one_that_returns_leads_again(string protocol)
    {
        var cluster = Cluster(4, protocol, "reputation");
        foreach (var replica in cluster.Replicas.Take(3))
            replica.Start();
        var sent = 0;
        Commit(400);
        var early = cluster.Replicas[0].Status.Timeouts;
        Commit(400);
        var late = cluster.Replicas[0].Status.Timeouts - early;

        Assert.InRange(early, 1, 8);
        Assert.True(late < early, $"{early} views timed out at first, then {late}");

        cluster.Replicas[3].Start();
        for (var i = 0; i < 30 && !cluster.Replicas[0].Committed.TakeLast(4).Any(block => block.Proposer.Index == 3); i++)
            Commit(300);
        Assert.Contains(cluster.Replicas[0].Committed, block => block.Proposer.Index == 3);
        Assert.Empty(cluster.Replicas[0].Committed[^1].Suspensions);

        void Commit(int commands)
        {
            for (var i = 0; i < commands; i++)
            {
                cluster.Submit(new ReplicaId(0), Commands(client: 1, first: ++sent));
                Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(sent), TimeSpan.FromMinutes(1)));
            }
        }
    }

    private Block Extend(Reputation leaders, Block parent, long view, Inputs? inputs = null)
    {
        inputs ??= _inputs;
        var at = new View(view);
        return Block.Create(
            inputs.Committee.Chain,
            Epoch.Genesis,
            at,
            parent.Height.Next,
            at == parent.View.Next ? leaders.LeaderAfter(parent) : leaders.LeaderAfterTimeout(at),
            inputs.Certify(parent),
            [],
            leaders.SuspensionsAfter(parent, at));
    }
}
