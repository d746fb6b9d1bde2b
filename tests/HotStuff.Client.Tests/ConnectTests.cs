using System.Net;
using System.Net.Sockets;
using HotStuff.Client.Tests.Support;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Client.Tests;

public sealed class ConnectTests
{
    [Fact]
    public async Task Another_chain_is_one_clear_line()
    {
        await using var cluster = await FakeCluster.StartAsync("one");
        var (other, _) = KeyGenerator.Generate("other", 4, i => cluster.Genesis.Validators[i].Address);

        var failure = await Assert.ThrowsAsync<HotStuffClientException>(
            () => HotStuffClient.ConnectAsync(new ClientOptions { Genesis = other }).Soon());

        Assert.Equal(ClientFailure.WrongChain, failure.Reason);
        Assert.Contains(other.ChainId.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains(cluster.Genesis.ChainId.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        var asked = await Assert.ThrowsAsync<HotStuffClientException>(
            () => HotStuffClient.AskStatusAsync(other, includeDigest: false, Eventually.Deadline).Soon());
        Assert.Equal((ClientFailure.WrongChain, failure.Message), (asked.Reason, asked.Message));
    }

    [Fact]
    public async Task Two_of_four_replicas_are_enough_and_one_is_not()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await cluster[0].DisposeAsync();
        await cluster[1].DisposeAsync();
        await using (var client = await cluster.ConnectAsync())
            Assert.Equal([5], (await client.SubmitAsync(new byte[] { 5 }).Soon()).Result.ToArray());

        await cluster[2].DisposeAsync();
        var failure = await Assert.ThrowsAsync<HotStuffClientException>(
            () => cluster.ConnectAsync(options => options with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Equal(ClientFailure.NoQuorumReachable, failure.Reason);
        Assert.Contains($"r0 at {cluster.Genesis.Validators[0].Address.Host}:{cluster.Genesis.Validators[0].Address.Ports.Client}: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task A_replica_that_comes_back_is_connected_again()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var client = await cluster.ConnectToAllAsync();
        var port = cluster[2].Listener.LocalEndPoint.Port;
        await cluster[2].DisposeAsync();
        await Eventually.Holds(() => client.Statistics.Connected == 3, "a lost connection");

        await cluster[2].StartAsync(cluster.ListenerOptions(2) with { Port = port });
        await Eventually.Holds(() => client.Statistics.Connected == 4, "the connection again");
    }

    [Fact]
    public async Task A_command_longer_than_the_genesis_file_allows_is_an_error_at_once()
    {
        await using var cluster = await FakeCluster.StartAsync(limits: new ProtocolLimits { MaxCommandBytes = 100 });
        await using var client = await cluster.ConnectAsync();

        Assert.Equal(100, (await client.SubmitAsync(new byte[100]).Soon()).Result.Length);
        var failure = await Assert.ThrowsAsync<HotStuffClientException>(() => client.SubmitAsync(new byte[101]).AsTask());
        Assert.Equal(ClientFailure.CommandTooLarge, failure.Reason);
        Assert.Equal(1, client.Statistics.SegmentsSent);
    }

    [Fact]
    public async Task A_client_that_is_disposed_fails_what_is_under_way()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.Replies = false);
        var client = await cluster.ConnectAsync(options => options with { MaxOutstanding = 1 });
        var underWay = client.SubmitAsync(new byte[1]).AsTask();
        var waiting = client.SubmitAsync(new byte[1]).AsTask();

        await client.DisposeAsync();

        foreach (var task in new[] { underWay, waiting, client.SubmitAsync(new byte[1]).AsTask() })
            Assert.Equal(ClientFailure.Closed, (await Assert.ThrowsAsync<HotStuffClientException>(() => task.Soon())).Reason);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused()
    {
        await using var cluster = await FakeCluster.StartAsync();
        var problem = await Assert.ThrowsAsync<ArgumentException>(() => cluster.ConnectAsync(options => options with { MaxOutstanding = 0 }));
        Assert.Contains("MaxOutstanding is 0", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        await using var cluster = await FakeCluster.StartAsync();

        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var problem = await Assert.ThrowsAsync<IOException>(() => cluster[0].StartAsync(cluster.ListenerOptions(0) with { Port = port }));
        Assert.Equal($"cannot listen for clients on 127.0.0.1:{port}: the port is in use", problem.Message);
    }
}
