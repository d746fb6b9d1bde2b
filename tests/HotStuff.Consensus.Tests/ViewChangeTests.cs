using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

public class ViewChangeTests
{
    /// <summary>Each variant with each leader election and each of some numbers.</summary>
    public static TheoryData<string, string, int> VariantsAnd(int[] numbers)
    {
        var data = new TheoryData<string, string, int>();
        foreach (var (protocol, leaders) in Pairs)
        {
            foreach (var number in numbers)
                data.Add(protocol, leaders, number);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(VariantsAnd), new int[] { 4, 7, 10 })]
    public void A_view_change_happens_after_f_consecutive_faulty_leaders(string protocol, string leaders, int size)
    {
        var cluster = Cluster(size, protocol, leaders);
        var faulty = cluster.Keys.Committee.MaxFaulty;
        cluster.Start();
        cluster.Submit(new ReplicaId(0), Commands(client: 1, first: 1));
        cluster.Run(Second);
        var leader = cluster.Replicas[0].Status.View.Next.Number;
        for (var i = 0; i < faulty; i++)
            cluster.Replicas[(int)((leader + i) % size)].Crash();

        var gateway = cluster.Replicas.First(replica => replica.IsUp);
        cluster.Submit(gateway.Id, Commands(client: 1, first: 2));

        Assert.True(cluster.RunUntil(
            () => cluster.Replicas.Where(replica => replica.IsUp).All(replica => replica.HasExecuted(2)), TimeSpan.FromSeconds(60)));
        Assert.True(gateway.Status.Timeouts > 0);
        cluster.AssertSafe();
    }

    [Theory]
    [MemberData(nameof(VariantsAnd), new int[] { 0, 1, 2, 3 })]
    public void With_four_replicas_and_one_dead_from_the_start_commits_go_on(string protocol, string leaders, int dead)
    {
        var cluster = Cluster(4, protocol, leaders);
        foreach (var replica in cluster.Replicas.Where(replica => replica.Id.Index != dead))
            replica.Start();
        var gateway = new ReplicaId((dead + 1) % 4);
        for (var i = 1; i <= 20; i++)
        {
            cluster.Submit(gateway, Commands(client: 1, first: i));
            Assert.True(
                cluster.RunUntil(
                    () => cluster.Replicas.Where(replica => replica.IsUp).All(replica => replica.HasExecuted(i)), TimeSpan.FromSeconds(30)),
                $"command {i} was not committed within 30 s");
        }

        cluster.AssertSafe();
    }

    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void A_straggler_a_thousand_blocks_behind_catches_up(string protocol, string leaders)
    {
        var cluster = Cluster(4, protocol, leaders);
        cluster.Start();
        var cut = new ReplicaId(3);
        cluster.Deliver = envelope => envelope.From != cut && envelope.To != cut;
        for (var i = 1; cluster.Replicas[0].Committed.Count < 1_000; i++)
        {
            cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));
            cluster.Run(TimeSpan.FromMilliseconds(200));
        }

        Assert.Empty(cluster.Replicas[3].Committed);
        cluster.Deliver = _ => true;
        cluster.Submit(new ReplicaId(0), Commands(client: 2, first: 1));

        Assert.True(cluster.RunUntil(
            () => cluster.Replicas[3].State.CommandsExecuted == cluster.Replicas[0].State.CommandsExecuted && cluster.Replicas[3].Committed.Count > 1_000,
            TimeSpan.FromSeconds(30)));
        cluster.Run(Second);
        cluster.AssertSafe();
        cluster.AssertSameState();
    }

    [Theory]
    [MemberData(nameof(Scenario.Variants), MemberType = typeof(Scenario))]
    public void A_replica_that_crashes_and_returns_neither_votes_twice_nor_loses_what_it_committed(string protocol, string leaders)
    {
        var cluster = Cluster(4, protocol, leaders);
        var votes = new Dictionary<(ReplicaId, Step), BlockId>();
        cluster.Watch = envelope =>
        {
            if (envelope.Message is Vote vote)
                Assert.Equal(vote.Statement.Block, votes.TryGetValue((vote.From, vote.Statement.Step), out var before) ? before : votes[(vote.From, vote.Statement.Step)] = vote.Statement.Block);
        };
        cluster.Start();
        for (var i = 1; i <= 40; i++)
        {
            var victim = cluster.Replicas[i % 4];
            victim.Crash();
            cluster.Submit(new ReplicaId((i + 1) % 4), Commands(client: 1, first: i));
            cluster.Run(TimeSpan.FromMilliseconds(i * 37 % 900));
            victim.Start();
        }

        // A gateway that crashes forgets what it had not got around: the client sends again.
        for (var i = 1; i <= 40; i++)
            cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(40)), TimeSpan.FromMinutes(2)));
        cluster.AssertSafe();
        cluster.AssertSameState();
    }
}
