using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>One kind of trouble at a time, with the invariants checked at every step.</summary>
public class TroubleTests
{
    [Fact]
    public void A_laggard_catches_up_with_a_cluster_that_rests()
    {
        var cluster = Started(4);
        var laggard = cluster.Replicas[3];
        cluster.Submit(new ReplicaId(1), Commands(client: 1, first: 1));
        Assert.True(cluster.RunUntil(() => laggard.Status.UncommittedBlocks > 0, Second));
        cluster.Deliver = envelope => envelope.To != laggard.Id;
        cluster.Run(TimeSpan.FromSeconds(5));
        Assert.False(laggard.HasExecuted(1));
        Assert.True(cluster.Replicas[0].HasExecuted(1));
        cluster.Deliver = _ => true;

        Assert.True(cluster.RunUntil(() => laggard.HasExecuted(1), Second));
        Assert.Equal(0, laggard.Status.Timeouts);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void A_leader_that_died_while_all_rested_is_replaced_when_the_next_command_comes(int size)
    {
        var cluster = Started(size);
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1));
        cluster.Run(TimeSpan.FromSeconds(5));
        var leader = cluster.Replicas.MaxBy(replica => replica.Status.View)!.Status.Leader;
        cluster.Replicas[leader.Index].Crash();
        cluster.Submit(new ReplicaId((leader.Index + 2) % size), Commands(client: 1, first: 2));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.Where(replica => replica.IsUp).All(replica => replica.HasExecuted(2)), 5 * Second));
    }

    [Fact]
    public void A_complaint_that_is_lost_is_sent_again()
    {
        var cluster = Started(4);
        var said = new HashSet<(ReplicaId, ReplicaId, View)>();
        cluster.Deliver = envelope =>
            envelope.Message is not Complaint complaint || !said.Add((envelope.From, envelope.To, complaint.Statement.View));
        cluster.Replicas[1].Crash();
        cluster.Submit(new ReplicaId(2), Commands(client: 1, first: 1));
        cluster.Deliver = envelope =>
            envelope.From.Index != 1 && (envelope.Message is not Complaint complaint || !said.Add((envelope.From, envelope.To, complaint.Statement.View)));

        Assert.True(cluster.RunUntil(() => cluster.Replicas[2].HasExecuted(1), 10 * Second));
        Assert.NotEmpty(said);
    }

    [Fact]
    public void When_the_next_leader_takes_no_complaints_a_later_leader_shows_the_way()
    {
        var cluster = Started(4);
        var shown = new HashSet<ReplicaId>();
        var leaders = new RoundRobin(cluster.Keys.Committee);
        cluster.Replicas[1].Crash();
        cluster.Deliver = envelope => envelope.Message is not Complaint complaint || leaders.LeaderOf(complaint.Statement.View.Next) != envelope.To;
        cluster.Watch = envelope =>
        {
            if (envelope.Message is NextView { TimeoutCertificate: { } certificate } && leaders.LeaderOf(certificate.View.Plus(2)) == envelope.From)
                shown.Add(envelope.From);
        };
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1));

        Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(1), 10 * Second));
        Assert.NotEmpty(shown);
    }

    [Fact]
    public void A_replica_whose_relays_are_itself_and_a_dead_one_is_heard_by_others()
    {
        var cluster = Started(4);
        foreach (var replica in cluster.Replicas)
            cluster.Submit(replica.Id, Commands(client: 1, first: 1));
        // Replica 2 leads the view after 1, replica 3 is dead. The others left view 1 with a certificate that 2 never saw, and complain
        // to 3 and among themselves.
        cluster.Deliver = envelope => envelope.To.Index != 2 && envelope.Message is not Proposal;
        cluster.RunUntil(() => cluster.Replicas[0].Status.View.Number == 2 && cluster.Replicas[1].Status.View.Number == 2, 10 * Second);
        Assert.Equal(new View(1), cluster.Replicas[2].Status.View);
        cluster.Replicas[3].Crash();
        cluster.Deliver = _ => true;

        Assert.True(cluster.RunUntil(() => cluster.Replicas.Take(3).All(replica => replica.HasExecuted(1)), 20 * Second));
    }

    [Fact]
    public void Back_off_grows_while_no_view_succeeds_and_shrinks_as_blocks_commit()
    {
        var cluster = Started(4, new PacemakerSettings { BaseTimeout = TimeSpan.FromMilliseconds(100), MaxTimeout = TimeSpan.FromMilliseconds(1_000) });
        var timeouts = new List<double>();
        cluster.Observe += (replica, _, effects) =>
        {
            if (replica.Id.Index == 0)
            {
                timeouts.AddRange(
                    effects.OfType<Effect.StartTimer>().Where(start => start.Timer.Kind == TimerKind.View).Select(start => start.After.TotalMilliseconds));
            }
        };
        cluster.Deliver = envelope => envelope.Message is not Proposal;
        foreach (var replica in cluster.Replicas)
            cluster.Submit(replica.Id, Commands(client: 1, first: 1));
        cluster.Run(10 * Second);

        Assert.Equal([100, 100, 200, 400, 800, 1_000, 1_000], timeouts.Take(7));
        Assert.All(timeouts.Skip(5), timeout => Assert.Equal(1_000, timeout));
        timeouts.Clear();
        cluster.Deliver = _ => true;
        for (var i = 2; i <= 20; i++)
        {
            cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));
            Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(i), 10 * Second));
        }

        Assert.Equal(timeouts.OrderDescending(), timeouts);
        Assert.Equal(100, timeouts[^1]);
    }

    [Fact]
    public void With_the_most_dead_leaders_apart_from_each_other_back_off_does_not_grow_for_ever()
    {
        // Of seven leaders 1 and 4 are dead: two views of a round time out, and only one run of views is long enough to commit.
        var cluster = Started(7);
        cluster.Replicas[1].Crash();
        cluster.Replicas[4].Crash();
        var longest = TimeSpan.Zero;
        cluster.Observe += (_, _, effects) =>
        {
            foreach (var start in effects.OfType<Effect.StartTimer>().Where(start => start.Timer.Kind == TimerKind.View && start.After > longest))
                longest = start.After;
        };
        for (var i = 1; i <= 40; i++)
        {
            cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));
            Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(i), 60 * Second));
        }

        Assert.InRange(longest, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_block_that_lost_with_commands_that_nobody_else_knows_does_not_keep_the_cluster_from_resting()
    {
        var cluster = Started(4);
        var leader = cluster.Replicas[1];
        // All have heard what others hold of them, and may sign.
        cluster.Run(Second);
        // Two replicas get the block and vote; the leader, whose vote would make it three, is gone with its vote.
        cluster.Deliver = envelope => envelope.Message is not Vote && (envelope.Message is not Proposal || envelope.To.Index != 0);
        cluster.Submit(leader.Id, Commands(client: 1, first: 1));
        leader.Crash();
        Assert.True(cluster.RunUntil(() => cluster.Replicas[3].Status.UncommittedBlocks > 0, Second));
        cluster.Deliver = _ => true;
        cluster.Run(TimeSpan.FromMinutes(2));
        var sent = 0;
        cluster.Watch = _ => sent++;
        cluster.Run(TimeSpan.FromMinutes(10));

        Assert.Equal(0, sent);
        Assert.Empty(cluster.Replicas[3].Committed);

        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1));
        Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(1), 60 * Second));
    }

    [Fact]
    public void Commands_that_only_one_replica_knows_are_committed_although_the_leader_is_silent_and_the_first_gateway_gone()
    {
        var cluster = Started(4);
        // The gateway passed the command on to replica 3 alone; the client, without an answer, turns to replica 3. Replica 1, the leader, says nothing.
        cluster.Replicas[1].Crash();
        cluster.Send(new ReplicaId(1), new ReplicaId(3), new Effect.PassOn(new ReplicaId(3), [Commands(client: 1, first: 1)]));
        cluster.Run(10 * Second);
        Assert.False(cluster.Replicas[3].HasExecuted(1));
        cluster.Submit(new ReplicaId(3), Commands(client: 1, first: 1));

        Assert.True(cluster.RunUntil(() => cluster.Replicas[3].HasExecuted(1), 10 * Second));
    }

    [Fact]
    public void A_replica_that_wants_small_blocks_does_not_get_stuck_on_a_large_segment()
    {
        var cluster = Started(4, batchCommands: 2);
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1, count: 50));
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 51, count: 2));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(52)), Second));
    }

    private static SimulatedCluster Started(int size, PacemakerSettings? pacemaker = null, int batchCommands = int.MaxValue)
    {
        var cluster = new SimulatedCluster(
            size, new ReplicaOptions { Pacemaker = pacemaker ?? new PacemakerSettings(), BatchCommands = batchCommands });
        _ = new Invariants(cluster);
        cluster.Start();
        return cluster;
    }
}
