using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Whole replicas, actor by actor, with real signatures and in virtual time: commands, view changes, stragglers.</summary>
public sealed class ReplicaActorsTests : ActorTests
{
    [Fact]
    public void Commands_are_committed_and_answered_by_everybody_without_any_time_passing()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2, 3);
        for (var i = 1; i <= 5; i++)
            cluster.Submit(i % 4, Counting.Segment(7, i));
        Assert.All(cluster.All, replica => Assert.Equal([1, 2, 3, 4, 5], replica.Sums));
        Agree(cluster);
        Assert.All(cluster.All, replica => Assert.Equal(0, replica.Replica.Status.Timeouts));
    }

    [Fact]
    public void Commands_sent_twice_and_to_several_gateways_run_once()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2, 3);
        foreach (var gateway in new[] { 0, 1, 1, 2, 3 })
            cluster.Submit(gateway, Counting.Segment(7, 1, 3));
        cluster.Submit(2, Counting.Segment(7, 2, 3));
        cluster.Run(Ms(3000));
        Assert.All(cluster.All, replica => Assert.Equal(4, replica.Sums.Distinct().Count()));
        Assert.All(cluster.All, replica => Assert.Equal([1, 2, 3], replica.Sums.Take(3)));
        Assert.All(cluster.All, replica => Assert.Equal(4, replica.Sums.Max()));
        Agree(cluster);
    }

    [Fact]
    public void The_cluster_rests_when_there_is_nothing_to_order()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2, 3);
        cluster.Submit(0, Counting.Segment(7, 1));
        cluster.Run(Ms(1000));
        cluster.Delivered.Clear();
        var views = cluster.All.Select(replica => replica.View).ToList();
        cluster.Run(Ms(10_000));
        Assert.Empty(cluster.Delivered);
        Assert.Equal(views, cluster.All.Select(replica => replica.View));
    }

    [Fact]
    public void A_leader_that_is_silent_is_replaced_after_the_timeout_and_not_before()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2, 3);
        cluster.CutOff(1);
        cluster.Submit(0, Counting.Segment(7, 1));
        // The gateway passes the command on to everybody when it has waited for half a timeout; then the others run their timers.
        cluster.Run(Ms(240));
        Assert.All(cluster.Live, replica => Assert.Equal(new View(1), replica.View));
        cluster.RunUntil(() => cluster.Live.All(replica => replica.Sums is [1]));
        Assert.All(cluster.Live, replica => Assert.True(replica.Replica.Status.Timeouts >= 1));
        Agree(cluster);

        cluster.Reconnect(1);
        cluster.Submit(2, Counting.Segment(7, 2));
        cluster.RunUntil(() => cluster.All.All(replica => replica.Sums is [1, 2]));
        Agree(cluster);
    }

    [Fact]
    public void As_many_silent_leaders_in_a_row_as_may_be_faulty_are_replaced()
    {
        var cluster = new ReplicaActors(this, TestValidators.Seven, 0, 1, 2, 3, 4, 5, 6);
        cluster.CutOff(1);
        cluster.CutOff(2);
        cluster.Submit(0, Counting.Segment(7, 1));
        cluster.RunUntil(() => cluster.Live.All(replica => replica.Sums is [1]));
        Assert.All(cluster.Live, replica => Assert.True(replica.Replica.Status.Timeouts >= 2));
        Agree(cluster);
    }

    [Fact]
    public void Commits_go_on_with_one_replica_of_four_dead_from_the_start()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 3);
        for (var i = 1; i <= 6; i++)
        {
            cluster.Submit(i % 2, Counting.Segment(7, i));
            var done = i;
            cluster.RunUntil(() => cluster.All.All(replica => replica.Executed.Count == done));
        }

        Assert.All(cluster.All, replica => Assert.Equal([1, 2, 3, 4, 5, 6], replica.Sums));
        Agree(cluster);
    }

    [Fact]
    public void Fewer_than_a_quorum_commit_nothing_and_go_on_when_they_are_enough_again()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2, 3);
        cluster.CutOff(2);
        cluster.CutOff(3);
        cluster.Submit(0, Counting.Segment(7, 1));
        cluster.Run(Ms(5000));
        Assert.All(cluster.All, replica => Assert.Empty(replica.Executed));
        cluster.Reconnect(3);
        cluster.RunUntil(() => cluster.Live.All(replica => replica.Sums is [1]));
    }

    [Fact]
    public void A_straggler_catches_up_over_several_answers_and_chunks_and_then_takes_part()
    {
        var cluster = new ReplicaActors(this, TestValidators.Four, 0, 1, 2);
        for (var i = 1; i <= 40; i++)
        {
            cluster.Submit(0, Counting.Segment(7, i));
            var done = i;
            cluster.RunUntil(() => cluster.All.All(replica => replica.Executed.Count == done));
        }

        Assert.True(cluster[0].Store.CommittedHeight > new Height(100), $"only {cluster[0].Store.CommittedHeight}");
        cluster.Delivered.Clear();
        cluster.Start(3);
        cluster.RunUntil(() => cluster[3].Sums.Count == 40);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), cluster[3].Sums);
        Assert.True(cluster.Delivered.Count(frame => frame == (Manifests.BlockResponse, 3)) > 2);
        Agree(cluster);

        // Without replica 0 the straggler is needed for every quorum.
        cluster.CutOff(0);
        cluster.Submit(1, Counting.Segment(7, 41));
        cluster.RunUntil(() => cluster.Live.All(replica => replica.Executed.Count == 41));
        Agree(cluster);
    }

    /// <summary>Of any two committed chains one is a prefix of the other.</summary>
    private static void Agree(ReplicaActors cluster)
    {
        var longest = cluster.All.Select(replica => replica.Chain).MaxBy(chain => chain.Count)!;
        Assert.NotEmpty(longest);
        Assert.All(cluster.All, replica => Assert.Equal(longest.Take(replica.Chain.Count), replica.Chain));
    }
}
