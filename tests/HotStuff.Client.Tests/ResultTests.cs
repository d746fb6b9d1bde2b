using System.Text;
using HotStuff.Client.Tests.Support;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Client.Tests;

public sealed class ResultTests
{
    private static readonly byte[] Command = "put a 1"u8.ToArray();

    [Fact]
    public async Task A_result_is_accepted_when_f_plus_1_replicas_signed_the_same()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[2].Replies = cluster[3].Replies = false;
        await using var client = await cluster.ConnectToAllAsync();

        var result = await client.SubmitAsync(Command).Soon();

        Assert.Equal(new CommandResult(1, CommandStatus.Executed, result.Result), result);
        Assert.Equal(Command, result.Result.ToArray());
    }

    [Fact]
    public async Task A_result_of_f_replicas_is_not_accepted()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[1].Replies = cluster[2].Replies = cluster[3].Replies = false;
        await using var client = await cluster.ConnectToAllAsync();

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => client.Statistics.RepliesCounted == 1, "the one reply");
        Assert.False(submitted.IsCompleted);

        // The same replica again adds nothing; a second one does.
        var segment = cluster.Replicas.Single(replica => replica.Received.Count == 1).Received.Single();
        cluster[0].Execute(segment);
        await Eventually.Holds(() => client.Statistics.RepliesCounted == 2, "the same reply again");
        Assert.False(submitted.IsCompleted);

        cluster[1].Replies = true;
        cluster[1].Execute(segment);
        Assert.Equal(Command, (await submitted.Soon()).Result.ToArray());
    }

    [Fact]
    public async Task A_forged_signature_does_not_count()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[2].Replies = cluster[3].Replies = false;
        cluster[1].Sign = signature => new Signature(signature.Bytes.ToArray().Select(b => (byte)(b ^ 1)).ToArray());
        await using var client = await cluster.ConnectToAllAsync();

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => client.Statistics is { RepliesCounted: 1, BadSignatures: 1 }, "a good reply and a forged one");
        Assert.False(submitted.IsCompleted);
    }

    [Fact]
    public async Task A_replica_cannot_sign_for_another()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[2].Replies = cluster[3].Replies = false;
        Signature? overheard = null;
        cluster[0].Sign = signature => overheard ??= signature;
        cluster[1].Sign = _ => overheard!.Value;
        await using var client = await cluster.ConnectToAllAsync();

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => client.Statistics is { RepliesCounted: 1, BadSignatures: 1 }, "a good reply and a copied one");
        Assert.False(submitted.IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task One_lying_replica_cannot_change_a_result(int liar)
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster[liar].Apply = _ => "lie"u8.ToArray();
        await using var client = await cluster.ConnectToAllAsync();

        for (var i = 0; i < 20; i++)
            Assert.Equal(Command, (await client.SubmitAsync(Command).Soon()).Result.ToArray());
    }

    [Fact]
    public async Task A_replica_that_sends_garbage_only_loses_its_connection()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var garbage = GarbageReplica.Start(new ReplicaId(3), cluster.Genesis.Committee);
        cluster.Move(3, garbage.Port);
        await using var client = await cluster.ConnectAsync();
        await Eventually.Holds(() => client.Statistics is { Connected: 3, Malformed: > 0 }, "three connections and garbage from the fourth");

        Assert.Equal(Command, (await client.SubmitAsync(Command).Soon()).Result.ToArray());
        Assert.Equal(Command, (await client.QueryAsync(Command).Soon()).Result.ToArray());
    }

    [Fact]
    public async Task A_session_that_f_plus_1_replicas_forgot_is_an_explicit_error()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.Replies = false);
        await using var client = await cluster.ConnectToAllAsync();
        var forgotten = Results.Of(client.ClientId, 1, CommandStatus.OutsideWindow);

        var submitted = client.SubmitAsync(Command).AsTask();
        await Eventually.Holds(() => cluster.Replicas.Any(replica => replica.Received.Count > 0), "the segment");
        cluster[0].Reply(client.ClientId, forgotten);
        await Eventually.Holds(() => client.Statistics.RepliesCounted == 1, "what one replica says");
        Assert.False(submitted.IsCompleted);
        cluster[1].Reply(client.ClientId, forgotten);

        var failure = await Assert.ThrowsAsync<HotStuffClientException>(() => submitted.Soon());
        Assert.Equal(ClientFailure.SessionExpired, failure.Reason);
    }

    [Fact]
    public async Task Ten_thousand_commands_are_pipelined_and_each_gets_its_own_result()
    {
        await using var cluster = await FakeCluster.StartAsync();
        foreach (var replica in cluster.Replicas)
            replica.Apply = command => Encoding.ASCII.GetBytes("re:" + Encoding.ASCII.GetString(command.Span));
        await using var client = await cluster.ConnectToAllAsync();

        var submitted = Enumerable.Range(0, 10_000)
            .Select(i => client.SubmitAsync(Encoding.ASCII.GetBytes($"command {i}")).AsTask())
            .ToArray();

        var results = await Task.WhenAll(submitted).Soon();
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal(i + 1, results[i].Sequence);
            Assert.Equal($"re:command {i}", Encoding.ASCII.GetString(results[i].Result.Span));
        }

        Assert.InRange(client.Statistics.SegmentsSent, 10, 5_000);
    }
}
