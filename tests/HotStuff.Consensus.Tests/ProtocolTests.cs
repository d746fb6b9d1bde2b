using HotStuff.Simulation;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

public class ProtocolTests
{
    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void The_leader_commits_in_isolation(string protocol, string leaders)
    {
        var cluster = Cluster(1, protocol, leaders);
        cluster.Start();
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1, count: 3));

        Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(3), Second));
        Assert.Equal(0, cluster.Replicas[0].Status.Timeouts);
    }

    [Theory]
    [InlineData("chained", null)]
    [InlineData("chained", "ed25519")]
    [InlineData("chained", "bls")]
    [InlineData("hotstuff2", "bls")]
    [InlineData("basic", "bls")]
    [InlineData("chained", "bls-multi")]
    public void A_leader_with_replicas_commits_many_views(string protocol, string? signatures)
    {
        var cluster = new SimulatedCluster(4, keys: signatures is null ? null : SimulatedKeys.Real(4, signatures), protocol: protocol);
        cluster.Start();
        for (var i = 0; i < 50; i++)
        {
            cluster.Submit(new ReplicaId(i % 4), Commands(client: 1, first: i + 1));
            cluster.Run(TimeSpan.FromMilliseconds(3));
        }

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(50)), Second));
        cluster.AssertSafe();
        cluster.AssertSameState();
        Assert.All(cluster.Replicas, replica => Assert.Equal(0, replica.Status.Timeouts));
        Assert.True(cluster.Replicas[0].Committed.Count > 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void Clusters_of_every_size_commit(int size)
    {
        var cluster = new SimulatedCluster(size);
        cluster.Start();
        cluster.Submit(new ReplicaId(size - 1), Commands(client: 1, first: 1, count: 10));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(10)), Second));
        cluster.AssertSafe();
    }

    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void Client_requests_are_executed_once_even_when_sent_twice_and_to_several_gateways(string protocol, string leaders)
    {
        var cluster = Cluster(4, protocol, leaders);
        cluster.Start();
        for (var i = 0; i < 20; i++)
        {
            var commands = Commands(client: 1, first: (5 * i) + 1, count: 5);
            cluster.Submit(new ReplicaId(i % 4), commands);
            cluster.Submit(new ReplicaId((i + 1) % 4), commands);
            cluster.Submit(new ReplicaId((i + 2) % 4), Commands(client: 1, first: (5 * i) + 3));
            cluster.Run(TimeSpan.FromMilliseconds(i % 3));
            cluster.Submit(new ReplicaId(i % 4), commands);
        }

        cluster.Run(Second);

        Assert.All(cluster.Replicas, replica => Assert.Equal(100, replica.State.CommandsExecuted));
        cluster.AssertSameState();
    }

    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void An_idle_cluster_rests_and_the_first_command_wakes_it_without_a_timeout(string protocol, string leaders)
    {
        var cluster = Cluster(4, protocol, leaders);
        cluster.Start();
        cluster.Submit(new ReplicaId(2), Commands(client: 1, first: 1));
        cluster.Run(TimeSpan.FromSeconds(10));
        var sent = 0;
        cluster.Watch = _ => sent++;
        cluster.Run(TimeSpan.FromMinutes(10));

        Assert.Equal(0, sent);

        cluster.Submit(new ReplicaId(3), Commands(client: 1, first: 2));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(2)), TimeSpan.FromMilliseconds(20)));
        Assert.All(cluster.Replicas, replica => Assert.Equal(0, replica.Status.Timeouts));
    }

    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void A_client_that_sends_one_command_after_the_other_never_waits_for_a_timer(string protocol, string leaders)
    {
        var cluster = Cluster(4, protocol, leaders);
        cluster.Start();
        for (var i = 1; i <= 100; i++)
        {
            // As soon as f+1 replicas have executed one, the next goes to a gateway that may not have seen that the views are about to rest.
            cluster.Submit(new ReplicaId((i * 7) % 4), Commands(client: 1, first: i));

            Assert.True(
                cluster.RunUntil(() => cluster.Replicas.Count(replica => replica.HasExecuted(i)) >= 2, TimeSpan.FromMilliseconds(30)),
                $"command {i} took more than 30 ms, at 1 ms from replica to replica");
        }

        Assert.All(cluster.Replicas, replica => Assert.Equal(0, replica.Status.Timeouts));
    }
}
