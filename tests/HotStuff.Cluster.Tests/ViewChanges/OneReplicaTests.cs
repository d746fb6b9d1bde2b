using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>View changes as one of four replicas sees and makes them: what it sends whom, and when, to the millisecond.</summary>
public sealed class OneReplicaTests : ActorTests
{
    private static readonly PacemakerSettings Settings = OneReplica.Settings;

    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void When_the_leader_is_silent_the_next_leader_gets_a_complaint_as_soon_as_the_timeout_has_passed(string protocol)
    {
        var replica = Busy(protocol, self: 0);
        Clock.Advance(Settings.BaseTimeout - Ms(1));
        replica.ExpectNothing();

        Clock.Advance(Ms(1));
        var complaint = replica.Expect<Complaint>(2);
        Assert.Equal((new View(1), replica.Says.GenesisQc), (complaint.Statement.View, complaint.HighQc));
        Assert.Null(complaint.LastVote);
        replica.ExpectNothing();
        Assert.Equal(new View(1), replica.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_complaint_that_brings_nothing_is_sent_again_to_one_more_of_the_coming_leaders_each_time(string protocol)
    {
        var replica = Busy(protocol, self: 0);
        Clock.Advance(Settings.BaseTimeout);
        var first = replica.Expect<Complaint>(2);
        foreach (var collectors in new int[][] { [2, 3], [2, 3, 1], [2, 3, 1] })
        {
            Clock.Advance(Settings.ComplaintRetry - Ms(1));
            replica.ExpectNothing();
            Clock.Advance(Ms(1));
            Assert.All(collectors, collector => Assert.Equal(first, replica.Expect<Complaint>(collector)));
            replica.ExpectNothing();
        }

        replica.Receive(replica.Says.ShowWay(2, replica.Says.GiveUp(1)));
        Assert.Equal(new View(2), replica.View);
        Clock.Advance(Settings.ComplaintRetry);
        if (replica.Says.Rules.WaitsAfterTimeout)
            replica.Expect<NextView>(2);
        replica.ExpectNothing();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_proposal_just_before_the_timeout_gets_a_vote_which_the_complaint_then_carries(string protocol)
    {
        var replica = Busy(protocol, self: 0);
        Clock.Advance(Settings.BaseTimeout - Ms(1));
        replica.Receive(replica.Says.Propose(replica.Says.Child(view: 1)));
        // The leader itself collects the votes of all phases but the last.
        var vote = replica.Expect<Vote>(replica.Says.Rules.Phases.Count == 1 ? 2 : 1);

        Clock.Advance(Ms(1));
        Assert.Equal(vote, replica.Expect<Complaint>(2).LastVote);
        replica.ExpectNothing();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_proposal_just_after_the_timeout_gets_no_vote_and_is_counted(string protocol)
    {
        var replica = Busy(protocol, self: 0);
        Clock.Advance(Settings.BaseTimeout);
        replica.Expect<Complaint>(2);
        Clock.Advance(Ms(1));
        replica.Receive(replica.Says.Propose(replica.Says.Child(view: 1)));
        replica.ExpectNothing();
        Assert.Equal(1, replica.Counters.RefusedFor(Refusal.AlreadyComplained));
        Assert.Equal(new View(1), replica.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void One_complaint_of_another_is_not_enough_to_complain_too_and_two_are(string protocol)
    {
        // With nothing to do its own timer does not run.
        var replica = new OneReplica(this, TestValidators.Four, protocol, self: 3);
        replica.Receive(replica.Says.Complain(0, view: 1));
        replica.ExpectNothing();
        replica.Receive(replica.Says.Complain(1, view: 1));
        Assert.Equal(new View(1), replica.Expect<Complaint>(2).Statement.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void When_the_next_leader_is_silent_too_a_later_one_that_got_the_complaints_shows_everybody_the_way(string protocol)
    {
        var replica = Busy(protocol, self: 3);
        Clock.Advance(Settings.BaseTimeout);
        replica.Expect<Complaint>(2);
        replica.Receive(replica.Says.Complain(0, view: 1));
        replica.ExpectNothing();
        replica.Receive(replica.Says.Complain(1, view: 1));

        foreach (var peer in new[] { 0, 1 })
            Assert.Equal(new View(1), replica.Expect<NextView>(peer).TimeoutCertificate!.View);
        // The leader of view 2 may be alive after all: it is shown the way like the others.
        if (replica.Says.Rules.WaitsAfterTimeout)
            replica.Expect<NextView>(2);
        Assert.Equal(new View(1), replica.Expect<NextView>(2).TimeoutCertificate!.View);
        replica.ExpectNothing();
        Assert.Equal(new View(2), replica.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Votes_that_a_dead_collector_lost_come_with_the_complaints_and_make_the_certificate(string protocol)
    {
        var replica = Busy(protocol, self: 3);
        var block = replica.Says.Child(view: 1);
        replica.Receive(replica.Says.Propose(block));
        replica.Expect<Vote>(replica.Says.Rules.Phases.Count == 1 ? 2 : 1);
        foreach (var peer in new[] { 0, 1, 2 })
            replica.Receive(replica.Says.Complain(peer, view: 1, lastVote: replica.Says.Vote(peer, block, replica.Says.Rules.Phases[0])));

        Assert.Equal(new View(1), replica.Replica.Status.HighQcView);
        Assert.Equal(new View(2), replica.View);
    }

    [Theory]
    [InlineData("chained", 1000)]
    [InlineData("hotstuff2", 500)]
    [InlineData("basic", 500)]
    public void Views_grow_longer_while_they_time_out_up_to_a_cap_and_shorter_again_as_blocks_commit(string protocol, double afterwards)
    {
        // Replica 0 of seven leads none of the views 8 to 13.
        var replica = new OneReplica(this, TestValidators.Seven, protocol, self: 0, Settings with { MaxTimeout = Ms(1500) });
        replica.Submit(Counting.Segment(7, 1));
        GiveUp(replica, 7);
        // The first timeout since a commit says nothing about the network yet.
        LastsFor(replica, view: 8, milliseconds: 500, complainsTo: 2);
        GiveUp(replica, 8);
        LastsFor(replica, view: 9, milliseconds: 1000, complainsTo: 3);
        GiveUp(replica, 9);
        LastsFor(replica, view: 10, milliseconds: 1500, complainsTo: 4);

        // The others certify blocks of views 10 to 12, which commit one block, two or three.
        var entry = replica.Says.GiveUp(9);
        QuorumCertificate? justify = null;
        for (var i = 0; i < 4; i++)
        {
            var block = replica.Says.Child(10 + i, justify, 1 + i);
            replica.Receive(replica.Says.Propose(block, i == 0 ? entry : null));
            justify = replica.Says.Certify(block);
            if (i > 0 && protocol == "basic")
                replica.Expect<Vote>(block.Proposer.Index);
            else if (i is 1 or 2)
                replica.Expect<Vote>(block.Proposer.Index + 1);
        }

        // Replica 0 would be the next leader: its complaint goes to the one after.
        LastsFor(replica, view: 13, afterwards, complainsTo: 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_replica_that_was_away_for_a_hundred_views_is_there_with_the_first_proposal_and_votes(string protocol)
    {
        var replica = new OneReplica(this, TestValidators.Four, protocol, self: 0);
        var block = replica.Says.Child(view: 101);
        replica.Receive(replica.Says.Propose(block, replica.Says.GiveUp(100)));
        Assert.Equal(new View(101), replica.View);
        if (replica.Says.Rules.WaitsAfterTimeout)
            replica.Expect<NextView>(1);
        Assert.Equal(block.Id, replica.Expect<Vote>(replica.Says.Rules.Phases.Count == 1 ? 2 : 1).Statement.Block);
        replica.ExpectNothing();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_replica_that_was_away_for_a_hundred_views_is_there_with_the_first_complaint_or_certificate(string protocol)
    {
        var replica = new OneReplica(this, TestValidators.Four, protocol, self: 0);
        replica.Receive(replica.Says.Complain(3, view: 101, entry: replica.Says.GiveUp(100)));
        Assert.Equal(new View(101), replica.View);
        replica.Receive(replica.Says.ShowWay(3, replica.Says.GiveUp(202)));
        Assert.Equal(new View(203), replica.View);
        replica.Receive(replica.Says.ShowWay(2, null, replica.Says.Certify(replica.Says.Child(view: 304))));
        Assert.Equal(new View(305), replica.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Whoever_is_behind_and_complains_is_shown_the_way(string protocol)
    {
        var replica = new OneReplica(this, TestValidators.Four, protocol, self: 0);
        GiveUp(replica, 41);
        replica.Receive(replica.Says.Complain(3, view: 7, entry: replica.Says.GiveUp(6)));
        Assert.Equal(new View(41), replica.Expect<NextView>(3).TimeoutCertificate!.View);
        replica.ExpectNothing();
        Assert.Equal(new View(42), replica.View);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_forged_NextView_is_refused_and_counted_and_moves_nothing(string protocol)
    {
        var replica = Busy(protocol, self: 0);
        var (gaveUp, certified) = (replica.Says.GiveUp(8), replica.Says.Certify(replica.Says.Child(view: 8)));
        NextView[] forged =
        [
            // Another view's signatures, a certificate of the other kind, a signer too few, a byte changed.
            replica.Says.ShowWay(1, gaveUp with { Statement = gaveUp.Statement with { View = new View(9) } }),
            replica.Says.ShowWay(1, gaveUp with { Signature = certified.Signature }),
            replica.Says.ShowWay(1, gaveUp with { Signature = Changed(gaveUp.Signature, 0, 0b0100) }),
            replica.Says.ShowWay(1, gaveUp with { Signature = Changed(gaveUp.Signature, 17, 1) }),
            replica.Says.ShowWay(1, null, certified with { Statement = certified.Statement with { View = new View(9) } }),
            replica.Says.ShowWay(1, null, certified with { Signature = Changed(certified.Signature, 17, 1) }),
            replica.Says.ShowWay(1, gaveUp, certified with { Signature = gaveUp.Signature }),
        ];
        for (var i = 0; i < forged.Length; i++)
        {
            replica.Receive(forged[i]);
            Assert.Equal(1 + i, replica.Counters.RefusedFor(Refusal.BadCertificate));
        }

        replica.ExpectNothing();
        Assert.Equal((new View(1), new View(0)), (replica.View, replica.Replica.Status.HighQcView));
        // The timer of the view went on undisturbed.
        LastsFor(replica, view: 1, milliseconds: 500, complainsTo: 2);
        replica.Receive(replica.Says.ShowWay(1, gaveUp, certified));
        Assert.Equal(new View(9), replica.View);
    }

    private static Signature Changed(Signature signature, int index, byte bits)
    {
        var bytes = signature.Bytes.ToArray();
        bytes[index] ^= bits;
        return new Signature(bytes);
    }

    /// <summary>Everybody gives up a view; in hotstuff2 the next leader is told what is known here.</summary>
    private static void GiveUp(OneReplica replica, long view)
    {
        replica.Receive(replica.Says.ShowWay(1, replica.Says.GiveUp(view)));
        if (replica.Says.Rules.WaitsAfterTimeout)
            replica.Expect<NextView>(replica.Replica.Status.Leader.Index);
        replica.ExpectNothing();
    }

    /// <summary>The view times out after so many milliseconds and not before.</summary>
    private void LastsFor(OneReplica replica, long view, double milliseconds, int complainsTo)
    {
        Assert.Equal(new View(view), replica.View);
        Clock.Advance(Ms(milliseconds - 1));
        replica.ExpectNothing();
        Clock.Advance(Ms(1));
        Assert.Equal(new View(view), replica.Expect<Complaint>(complainsTo).Statement.View);
        replica.ExpectNothing();
    }

    private OneReplica Busy(string protocol, int self) => OneReplica.Busy(this, protocol, self);
}
