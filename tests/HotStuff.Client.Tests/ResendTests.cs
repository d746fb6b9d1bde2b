using HotStuff.Client.Tests.Support;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests;

public sealed class ResendTests
{
    private static readonly byte[] Command = "put a 1"u8.ToArray();
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_silent_gateway_leads_to_a_resend_to_f_plus_1_others()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync();
        cluster[2].OnSubmitted = (_, _) => { };
        await using var client = await ConnectAsync(cluster, time, preferred: 2);

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => cluster[2].Received.Count == 1, "the command at the silent gateway");
        Assert.False(submitted.IsCompleted);

        time.Advance(ResendAfter);
        Assert.Equal(Command, (await submitted.Soon()).Result.ToArray());
        Assert.Equal(1, client.Statistics.Resends);
        await Eventually.Holds(() => ReceivedBy(cluster) == "0:1 1:0 2:1 3:1" || ReceivedBy(cluster) == "0:1 1:1 2:1 3:0", "two others");
    }

    [Fact]
    public async Task What_is_sent_again_has_the_same_sequence_numbers()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (_, _) => { });
        await using var client = await ConnectAsync(cluster, time, preferred: 0);

        _ = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => cluster[0].Received.Count == 1, "the command");
        time.Advance(ResendAfter * 10);
        await Eventually.Holds(() => cluster.Replicas.All(replica => replica.Received.Count > 0), "the command at all replicas");

        var segments = cluster.Replicas.SelectMany(replica => replica.Received).ToArray();
        Assert.All(segments, segment => Assert.Equal(segments[0].Encoded.ToArray(), segment.Encoded.ToArray()));
    }

    [Fact]
    public async Task An_overloaded_gateway_is_obeyed_and_the_command_goes_to_another()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync();
        cluster[1].OnSubmitted = (connection, segment) =>
            connection.TrySendRejected(segment, RejectReason.Overloaded, "busy", TimeSpan.FromMilliseconds(300));
        await using var client = await ConnectAsync(cluster, time, preferred: 1);

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => client.Statistics.Rejections == 1, "the rejection");
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, client.Statistics.Resends);
        time.Advance(TimeSpan.FromMilliseconds(150));

        Assert.Equal(Command, (await submitted.Soon()).Result.ToArray());
        Assert.Equal(1, client.Statistics.Resends);
    }

    [Fact]
    public async Task Replicas_that_stay_overloaded_are_an_explicit_error()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (connection, segment) =>
            connection.TrySendRejected(segment, RejectReason.Overloaded, "busy", TimeSpan.FromMilliseconds(100)));
        await using var client = await ConnectAsync(cluster, time, preferred: 1);

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => client.Statistics.Rejections > 0, "a rejection");
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(ClientFailure.Overloaded, (await FailureOf(submitted)).Reason);
    }

    [Fact]
    public async Task No_answer_in_time_is_an_explicit_error_and_leaves_no_gap()
    {
        var time = new ManualTime();
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (_, _) => { });
        await using var client = await ConnectAsync(cluster, time, preferred: 0);

        var first = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => cluster[0].Received.Count == 1, "the command");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ClientFailure.TimedOut, (await FailureOf(first)).Reason);

        // The command that timed out is still sent, so that later ones are not out of the replicas' window.
        var before = client.Statistics.Resends;
        time.Advance(ResendAfter * 8);
        Assert.True(client.Statistics.Resends > before, "the first command was not sent again");

        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (_, segment) => cluster.Execute(segment));
        Assert.Equal(2, (await client.SubmitAsync(Command).Soon()).Sequence);
    }

    [Fact]
    public async Task Commands_of_a_lost_gateway_are_sent_to_another_at_once()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[1].OnSubmitted = (connection, _) => connection.Close();
        await using var client = await cluster.ConnectToAllAsync(options => options with { Gateways = GatewayChoice.Sticky, PreferredGateway = 1 });

        Assert.Equal(Command, (await client.SubmitAsync(Command).Soon()).Result.ToArray());
        Assert.Single(cluster[1].Received);
    }

    [Fact]
    public async Task New_commands_go_to_the_replica_that_f_plus_1_say_proposes_next()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.Proposer = new ReplicaId(2));
        await using var client = await cluster.ConnectToAllAsync(options => options);

        await client.SubmitAsync(Command).Soon();
        var before = cluster[2].Received.Count;
        for (var i = 0; i < 8; i++)
            await client.SubmitAsync(Command).Soon();

        Assert.Equal(before + 8, cluster[2].Received.Count);

        cluster.Replicas.ForEach(replica => replica.Proposer = new ReplicaId(1));
        await client.SubmitAsync(Command).Soon();
        before = cluster[1].Received.Count;
        for (var i = 0; i < 8; i++)
            await client.SubmitAsync(Command).Soon();

        Assert.Equal(before + 8, cluster[1].Received.Count);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 4)]
    [InlineData(4, -1)]
    public async Task Commands_go_round_when_f_name_a_proposer_or_all_name_one_that_does_not_exist(int liars, int proposer)
    {
        await using var cluster = await FakeCluster.StartAsync();
        foreach (var liar in cluster.Replicas.TakeLast(liars))
            liar.Proposer = new ReplicaId(proposer);
        await using var client = await cluster.ConnectToAllAsync(options => options);

        for (var i = 0; i < 8; i++)
            await client.SubmitAsync(Command).Soon();

        Assert.Equal("0:2 1:2 2:2 3:2", ReceivedBy(cluster));
    }

    [Fact]
    public async Task Commands_that_f_plus_1_replicas_refuse_fail_and_f_refusals_change_nothing()
    {
        await using var cluster = await FakeCluster.StartAsync();
        Refuse(cluster[0]);
        await using var client = await cluster.ConnectToAllAsync(options => options with { Gateways = GatewayChoice.Sticky });
        Assert.Equal(Command, (await client.SubmitAsync(Command).Soon()).Result.ToArray());
        Assert.Equal(1, client.Statistics.Rejections);

        cluster.Replicas.ForEach(Refuse);
        Assert.Equal(ClientFailure.CommandTooLarge, (await FailureOf(client.SubmitAsync(Command).AsTask())).Reason);
        Assert.Equal(ClientFailure.SessionExpired, (await FailureOf(client.SubmitAsync(Command).AsTask())).Reason);

        static void Refuse(FakeReplica replica) => replica.OnSubmitted = (connection, segment) =>
            connection.TrySendRejected(segment, RejectReason.TooLarge, "too large", TimeSpan.Zero);
    }

    private static async Task<HotStuffClient> ConnectAsync(FakeCluster cluster, TimeProvider time, int preferred)
    {
        return await cluster.ConnectToAllAsync(options => options with
        {
            TimeProvider = time,
            ResendAfter = ResendAfter,
            OverallTimeout = TimeSpan.FromSeconds(20),
            Gateways = GatewayChoice.Sticky,
            PreferredGateway = preferred,
        });
    }

    private static Task<HotStuffClientException> FailureOf(Task submitted) =>
        Assert.ThrowsAsync<HotStuffClientException>(() => submitted.Soon());

    private static string ReceivedBy(FakeCluster cluster) =>
        string.Join(' ', cluster.Replicas.Select(replica => $"{replica.Replica.Index}:{replica.Received.Count}"));
}
