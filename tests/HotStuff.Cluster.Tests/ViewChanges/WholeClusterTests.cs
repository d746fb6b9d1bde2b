using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>View changes among whole replicas, in every variant. Replica 1 leads view 1; a client has told all gateways, so that all timers run from the start.</summary>
public sealed class WholeClusterTests : ActorTests
{
    private static readonly PacemakerSettings Settings = new();

    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_silent_leader_is_replaced_when_the_timeout_has_passed_and_not_before(string protocol)
    {
        var cluster = Four(protocol);
        cluster.CutOff(1);
        SubmitToAll(cluster, 1);
        cluster.Run(Settings.BaseTimeout - Ms(10));
        Assert.All(cluster.Live, replica => Assert.Equal(new View(1), replica.View));
        cluster.Run(Ms(10));
        AllLeftFirstView(cluster);
        Executed(cluster, cluster.Live, 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_leader_that_reaches_too_few_is_replaced_and_comes_along(string protocol)
    {
        var cluster = Four(protocol);
        cluster.Delivers = (from, to, _) => (from, to) is not ((1, 2) or (1, 3) or (2, 1) or (3, 1));
        SubmitToAll(cluster, 1);
        Executed(cluster, cluster.All.Where(replica => replica.Index != 1), 1);
        Assert.All(cluster.All.Where(replica => replica.Index != 1), replica => Assert.True(replica.Replica.Status.Timeouts > 0));
        cluster.Delivers = (_, _, _) => true;
        SubmitToAll(cluster, 2);
        Executed(cluster, cluster.All, 2);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_leader_that_reaches_a_quorum_needs_no_replacement_and_the_one_it_does_not_reach_fetches_the_block(string protocol)
    {
        var cluster = Four(protocol);
        cluster.Delivers = (from, to, _) => (from, to) is not (1, 3);
        SubmitToAll(cluster, 1);
        Executed(cluster, cluster.All, 1);
        Assert.All(cluster.All, replica => Assert.Equal(0, replica.Replica.Status.Timeouts));
        Assert.Contains((Manifests.BlockResponse, 3), cluster.Delivered);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Two_silent_leaders_in_a_row_cost_two_timeouts(string protocol)
    {
        var cluster = new ReplicaActors(this, TestValidators.Seven, protocol, 0, 1, 2, 3, 4, 5, 6);
        cluster.CutOff(1);
        cluster.CutOff(2);
        SubmitToAll(cluster, 1);
        cluster.Run(Settings.BaseTimeout);
        // View 1's complaints were for the leader of view 2, who is silent: the leader of view 3 gets them with the first retry.
        Assert.All(cluster.Live, replica => Assert.Equal(new View(1), replica.View));
        cluster.Run(Settings.ComplaintRetry);
        Assert.All(cluster.Live, replica => Assert.Equal(new View(2), replica.View));
        cluster.Run(Settings.BaseTimeout);
        Assert.All(cluster.Live, replica => Assert.True(replica.View > new View(2)));
        Executed(cluster, cluster.Live, 1);
        Assert.All(cluster.Live, replica => Assert.True(replica.Replica.Status.Timeouts >= 2));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_slow_leader_whose_proposal_comes_just_before_the_timeout_keeps_its_view(string protocol)
    {
        var cluster = Four(protocol);
        var held = Hold(cluster, (from, _, frame) => from == 1 && frame.Manifest == Manifests.Proposal);
        SubmitToAll(cluster, 1);
        Assert.Equal(3, held.Count);
        Clock.Advance(Settings.BaseTimeout - Ms(1));
        Release(cluster, held);
        Clock.Advance(Ms(1));
        Executed(cluster, cluster.All, 1);
        Assert.All(cluster.All, replica => Assert.Equal(0, replica.Replica.Status.Timeouts));
        Assert.DoesNotContain(cluster.Delivered, frame => frame.Manifest == Manifests.Complaint);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_slow_leader_whose_proposal_comes_just_after_the_timeout_has_lost_its_view(string protocol)
    {
        var cluster = Four(protocol);
        var held = Hold(cluster, (from, _, frame) => from == 1 && frame.Manifest == Manifests.Proposal);
        SubmitToAll(cluster, 1);
        Clock.Advance(Settings.BaseTimeout);
        Assert.All(cluster.All, replica => Assert.Equal(1, replica.Replica.Status.Timeouts));
        cluster.Delivered.Clear();
        Release(cluster, held);
        Assert.DoesNotContain(cluster.Delivered, frame => frame.Manifest == Manifests.Vote && frame.To == 1);
        Assert.All(cluster.All.Where(replica => replica.Index != 1), replica => Assert.Equal(1, replica.Counters.RefusedFor(Refusal.OldView)));
        Executed(cluster, cluster.All, 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Complaints_that_are_lost_are_sent_again(string protocol)
    {
        var cluster = Four(protocol);
        cluster.CutOff(1);
        var lost = 0;
        cluster.Delivers = (_, _, frame) => frame.Manifest != Manifests.Complaint || ++lost > 3;
        SubmitToAll(cluster, 1);
        cluster.Run(Settings.BaseTimeout + Settings.ComplaintRetry - Ms(10));
        Assert.All(cluster.Live, replica => Assert.Equal(new View(1), replica.View));
        cluster.Run(Ms(10));
        AllLeftFirstView(cluster);
        Executed(cluster, cluster.Live, 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void When_the_next_leader_hears_no_complaint_a_later_one_forms_the_certificate_and_tells_everybody(string protocol)
    {
        var cluster = Four(protocol);
        cluster.CutOff(1);
        // Replica 2 hears no complaint, so that it is replica 3, the leader of view 3, which ends view 1.
        var shown = new List<(int From, int To)>();
        cluster.Delivers = (from, to, frame) =>
        {
            if (frame.Manifest == Manifests.NextView)
                shown.Add((from, to));
            return (frame.Manifest, to) is not (Manifests.Complaint, 2);
        };
        SubmitToAll(cluster, 1);
        cluster.Run(Settings.BaseTimeout);
        Assert.Empty(shown);
        cluster.Run(Settings.ComplaintRetry);
        Assert.Contains((3, 0), shown);
        Assert.Contains((3, 2), shown);
        AllLeftFirstView(cluster);
        Executed(cluster, cluster.Live, 1);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_replica_that_was_away_for_a_hundred_views_is_in_the_others_view_with_the_first_message(string protocol)
    {
        var cluster = Four(protocol);
        cluster.CutOff(3);
        var commands = 0;
        while (cluster[0].View < new View(102))
        {
            cluster.Submit(0, Counting.Segment(7, ++commands));
            Executed(cluster, cluster.Live, commands);
        }

        Assert.Equal(new View(1), cluster[3].View);
        cluster.Reconnect(3);
        var held = Hold(cluster, (_, to, frame) => to == 3 && frame.Manifest != Manifests.PassOn);
        SubmitToAll(cluster, ++commands);
        cluster.RunUntil(() => held.Count > 0);
        cluster[3].Entry.Tell(held[0].Frame.Received(), ActorRefs.NoSender);
        Assert.True(cluster[3].View > new View(100), $"in {cluster[3].View} after the first message, which is {held[0].Frame.Manifest}");
        Release(cluster, held);
        Executed(cluster, cluster.All, commands);
    }

    private ReplicaActors Four(string protocol) => new(this, TestValidators.Four, protocol, 0, 1, 2, 3);

    private static void SubmitToAll(ReplicaActors cluster, int command)
    {
        foreach (var replica in cluster.Live)
            cluster.Submit(replica.Index, Counting.Segment(7, command));
    }

    /// <summary>It took one timeout certificate, after which nothing needs time.</summary>
    private static void AllLeftFirstView(ReplicaActors cluster) => Assert.All(
        cluster.Live,
        replica =>
        {
            Assert.True(replica.View > new View(1), $"still in {replica.View}");
            Assert.Equal(1, replica.Replica.Status.Timeouts);
        });

    /// <summary>From now on such frames are held back.</summary>
    private static List<(int To, OutboundFrame Frame)> Hold(ReplicaActors cluster, Func<int, int, OutboundFrame, bool> such)
    {
        var held = new List<(int, OutboundFrame)>();
        cluster.Delivers = (from, to, frame) =>
        {
            if (such(from, to, frame))
                held.Add((to, frame));
            return !such(from, to, frame);
        };
        return held;
    }

    private static void Release(ReplicaActors cluster, List<(int To, OutboundFrame Frame)> held)
    {
        cluster.Delivers = (_, _, _) => true;
        foreach (var (to, frame) in held)
            cluster[to].Entry.Tell(frame.Received(), ActorRefs.NoSender);
    }

    /// <summary>In the end all commands are executed, once, and the chains agree.</summary>
    private static void Executed(ReplicaActors cluster, IEnumerable<ReplicaActors.One> replicas, int commands)
    {
        var sums = Enumerable.Range(1, commands).Select(sum => (long)sum);
        cluster.RunUntil(() => replicas.All(replica => replica.Sums.Distinct().SequenceEqual(sums)));
        var longest = cluster.All.Select(replica => replica.Chain).MaxBy(chain => chain.Count)!;
        Assert.All(cluster.All, replica => Assert.Equal(longest.Take(replica.Chain.Count), replica.Chain));
    }
}
