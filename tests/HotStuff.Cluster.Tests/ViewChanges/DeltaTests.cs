using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>When the leader of a view that began with a timeout certificate proposes: in hotstuff2 it gives higher certificates time to arrive.</summary>
public sealed class DeltaTests : ActorTests
{
    private static readonly PacemakerSettings Settings = OneReplica.Settings;

    [Fact]
    public void In_hotstuff2_the_leader_of_a_view_after_a_timeout_waits_Delta_and_then_proposes()
    {
        var replica = OneReplica.Busy(this, "hotstuff2", self: 2);
        replica.Receive(replica.Says.ShowWay(1, replica.Says.GiveUp(1)));
        Clock.Advance(Settings.Delta - Ms(1));
        replica.ExpectNothing();
        Clock.Advance(Ms(1));
        Assert.Equal(replica.Says.GenesisQc, replica.Expect<Proposal>(0).Block.Justify);
    }

    [Fact]
    public void In_hotstuff2_a_higher_certificate_that_comes_within_Delta_is_what_the_leader_builds_on()
    {
        var replica = OneReplica.Busy(this, "hotstuff2", self: 3);
        var block = replica.Says.Child(view: 1);
        replica.Receive(replica.Says.Propose(block));
        replica.Expect<Vote>(2);
        replica.Receive(replica.Says.ShowWay(1, replica.Says.GiveUp(2)));
        Clock.Advance(Settings.Delta - Ms(1));
        var certificate = replica.Says.Certify(block);
        replica.Receive(replica.Says.ShowWay(0, null, certificate));
        replica.ExpectNothing();
        Clock.Advance(Ms(1));
        var proposal = replica.Expect<Proposal>(0);
        Assert.Equal((certificate, new View(2)), (proposal.Block.Justify, proposal.EntryCertificate!.View));
    }

    [Theory]
    [InlineData("chained")]
    [InlineData("basic")]
    public void In_the_other_variants_the_leader_of_a_view_after_a_timeout_proposes_at_once(string protocol)
    {
        var replica = OneReplica.Busy(this, protocol, self: 2);
        replica.Receive(replica.Says.ShowWay(1, replica.Says.GiveUp(1)));
        Assert.Equal(new View(1), replica.Expect<Proposal>(0).EntryCertificate!.View);
    }

    [Fact]
    public void In_hotstuff2_the_leader_of_a_view_after_a_certificate_does_not_wait()
    {
        var replica = OneReplica.Busy(this, "hotstuff2", self: 2);
        var block = replica.Says.Child(view: 1);
        replica.Receive(replica.Says.Propose(block));
        replica.Receive(replica.Says.ShowWay(1, null, replica.Says.Certify(block)));
        Assert.Equal(block.Id, replica.Expect<Proposal>(0).Block.Parent);
    }
}
