using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>What operators do to a replica in virtual time.</summary>
public sealed class OperatedReplicaTests : ActorTests
{
    private const int Leader = 1;

    [Fact]
    public void A_paused_replica_says_nothing_and_goes_on_with_its_timers_when_it_is_resumed()
    {
        var replica = OneReplica.Busy(this, "chained", self: 0);
        replica.Operate(new OperatorRequest.Pause());
        replica.Receive(replica.Says.Propose(replica.Says.Child(1)));
        Clock.Advance(Ms(5000));
        replica.ExpectNothing();
        Assert.Equal(1, replica.Counters.DroppedWhilePaused);
        Assert.Equal(new View(1), replica.View);

        // The view's time is long over.
        replica.Operate(new OperatorRequest.Resume());
        Assert.Equal(new View(1), replica.Expect<Complaint>(2).Statement.View);
    }

    [Fact]
    public void A_replica_gives_up_its_view_when_it_is_told_to_and_not_while_it_is_paused()
    {
        var replica = OneReplica.Busy(this, "chained", self: 0);
        replica.Operate(new OperatorRequest.Pause());
        replica.Operate(new OperatorRequest.GiveUpView());
        replica.ExpectNothing();
        replica.Operate(new OperatorRequest.Resume());
        replica.ExpectNothing();

        replica.Operate(new OperatorRequest.GiveUpView());
        Assert.Equal(new View(1), replica.Expect<Complaint>(2).Statement.View);
        replica.ExpectNothing(Leader);
    }

    [Fact]
    public void Frames_hold_what_happened_between_them_and_nothing_from_before_somebody_watched()
    {
        var replica = OneReplica.Busy(this, "chained", self: 0);
        Assert.Empty(replica.TakeFrame(this).Occurrences);
        replica.Receive(replica.Says.Propose(replica.Says.Child(1)));
        var frame = replica.TakeFrame(this);
        Assert.Equal(["proposalHeard", "voted"], frame.Occurrences.Select(occurrence => occurrence.Kind));
        Assert.Equal((0, 1L, Leader, 3), (frame.Replica, frame.View, frame.Leader, frame.Peers));
        Assert.Empty(replica.TakeFrame(this).Occurrences);

        replica.Operate(new OperatorRequest.EndFeed());
        Clock.Advance(Ms(5000));
        Assert.Empty(replica.TakeFrame(this).Occurrences);
    }
}
