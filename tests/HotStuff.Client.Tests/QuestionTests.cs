using HotStuff.Client.Tests.Support;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests;

public sealed class QuestionTests
{
    private static readonly byte[] Query = "get a"u8.ToArray();

    [Fact]
    public async Task A_query_is_answered_when_f_plus_1_replicas_agree_at_the_lowest_of_their_heights()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[0].OnQuery = _ => (new Height(99), "lie"u8.ToArray());
        cluster[1].OnQuery = _ => (new Height(12), "1"u8.ToArray());
        cluster[2].OnQuery = _ => (new Height(10), "1"u8.ToArray());
        cluster[3].OnQuery = _ => null;
        await using var client = await cluster.ConnectToAllAsync();

        var result = await client.QueryAsync(Query).Soon();

        Assert.Equal("1"u8.ToArray(), result.Result.ToArray());
        Assert.Equal(new Height(10), result.Height);
    }

    [Fact]
    public async Task Replicas_that_differ_for_a_moment_are_asked_again()
    {
        await using var cluster = await FakeCluster.StartAsync();
        var asked = new int[4];
        foreach (var replica in cluster.Replicas)
        {
            var index = replica.Replica.Index;
            replica.OnQuery = _ => (new Height(1), new[] { asked[index]++ == 0 ? (byte)index : (byte)50 });
        }

        await using var client = await cluster.ConnectToAllAsync();
        Assert.Equal([50], (await client.QueryAsync(Query).Soon()).Result.ToArray());
    }

    [Fact]
    public async Task Replicas_that_never_agree_are_an_explicit_error()
    {
        await using var cluster = await FakeCluster.StartAsync();
        foreach (var replica in cluster.Replicas)
            replica.OnQuery = _ => (new Height(1), new[] { (byte)replica.Replica.Index });
        await using var client = await cluster.ConnectToAllAsync(options => options with { OverallTimeout = TimeSpan.FromMilliseconds(100) });

        var failure = await Assert.ThrowsAsync<HotStuffClientException>(() => client.QueryAsync(Query).Soon());
        Assert.Equal(ClientFailure.TimedOut, failure.Reason);
    }

    [Fact]
    public async Task A_query_that_is_too_long_is_an_error_at_once()
    {
        await using var cluster = await FakeCluster.StartAsync(limits: new ProtocolLimits { MaxCommandBytes = 2000 });
        await using var client = await cluster.ConnectToAllAsync();

        Assert.Equal(2000, (await client.QueryAsync(new byte[2000]).Soon()).Result.Length);
        var failure = await Assert.ThrowsAsync<HotStuffClientException>(() => client.QueryAsync(new byte[2001]));
        Assert.Equal(ClientFailure.CommandTooLarge, failure.Reason);
    }

    [Fact]
    public async Task The_status_is_each_replicas_own_words_and_null_for_one_that_is_down()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var client = await cluster.ConnectToAllAsync();
        await cluster[1].DisposeAsync();
        await Eventually.Holds(() => client.Statistics.Connected == 3, "the lost connection");

        var status = await client.StatusAsync(includeDigest: true, Eventually.Deadline).Soon();

        Assert.Equal([0, null, 2, 3], status.Select(words => words?.Replica.Index));
        Assert.Equal(Digest.Of([1]), status[0]!.StateDigest);
        Assert.Equal((new View(11), new Height(9), "test"), (status[0]!.View, status[0]!.Committed, status[0]!.Version));
        Assert.Null((await client.StatusAsync(includeDigest: false, Eventually.Deadline).Soon())[0]!.StateDigest);
    }

    [Fact]
    public async Task The_status_can_be_asked_of_a_single_replica_that_is_up()
    {
        await using var cluster = await FakeCluster.StartAsync();
        foreach (var replica in cluster.Replicas.Take(3))
            await replica.DisposeAsync();

        var status = await HotStuffClient.AskStatusAsync(cluster.Genesis, includeDigest: false, TimeSpan.FromSeconds(20)).Soon();

        Assert.Equal([null, null, null, 3], status.Select(words => words?.Replica.Index));
    }
}
