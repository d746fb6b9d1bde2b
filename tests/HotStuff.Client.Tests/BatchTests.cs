using System.Buffers.Binary;
using HotStuff.Client.Tests.Support;
using HotStuff.Consensus;

namespace HotStuff.Client.Tests;

public sealed class BatchTests
{
    [Fact]
    public async Task Many_commands_have_one_outcome_each_and_come_in_batches()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var client = await cluster.ConnectToAllAsync(options => options with { MaxOutstanding = 4_000, MaxBatchCommands = 500 });
        var sink = new Sink();

        // More than fit the window: the call waits for room.
        await client.SubmitManyAsync(Commands(0, 10_000), sink, tag: 7).AsTask().Soon();
        await Eventually.Holds(() => sink.Outcomes.Count == 10_000, "all outcomes");

        Assert.All(sink.Outcomes, outcome =>
        {
            Assert.Equal(ClientFailure.None, outcome.Failure);
            Assert.Equal(7, outcome.Tag);
            Assert.Equal(outcome.Index, BinaryPrimitives.ReadInt32BigEndian(outcome.Result.Span));
            Assert.Equal(outcome.Index + 1, outcome.Sequence);
        });
        Assert.Equal(10_000, sink.Outcomes.Select(outcome => outcome.Index).Distinct().Count());
        Assert.InRange(sink.Batches, 1, 1_000);
        Assert.False(sink.WasReentered);
    }

    [Fact]
    public async Task Commands_submitted_together_go_out_in_full_segments()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var client = await cluster.ConnectToAllAsync(options => options with { MaxBatchCommands = 100 });

        await client.SubmitManyAsync(Commands(0, 250), new Sink()).AsTask().Soon();
        await Eventually.Holds(() => cluster.Replicas.Sum(replica => replica.Received.Count) == 3, "three segments");

        var segments = cluster.Replicas.SelectMany(replica => replica.Received).OrderBy(segment => segment.FirstSequence);
        Assert.Equal([(1, 100), (101, 100), (201, 50)], segments.Select(segment => ((int)segment.FirstSequence, segment.Count)));
        Assert.Equal(3, cluster.Replicas.Count(replica => replica.Received.Count == 1));
    }

    [Fact]
    public async Task Segments_respect_the_bytes_that_replicas_allow()
    {
        await using var cluster = await FakeCluster.StartAsync(
            limits: new ProtocolLimits { MaxCommandBytes = 500 }, configure: options => options with { MaxSegmentBytes = 1_000 });
        await using var client = await cluster.ConnectToAllAsync();
        var sink = new Sink();
        var commands = Enumerable.Range(0, 50).Select(_ => (ReadOnlyMemory<byte>)new byte[400]).ToArray();

        await client.SubmitManyAsync(commands, sink).AsTask().Soon();
        await Eventually.Holds(() => sink.Outcomes.Count == 50, "all outcomes");

        Assert.All(cluster.Replicas.SelectMany(replica => replica.Received), segment => Assert.InRange(segment.Encoded.Length, 1, 1_000));
        Assert.Equal(0, client.Statistics.Rejections);
    }

    [Fact]
    public async Task No_more_than_the_allowed_commands_are_outstanding()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (_, _) => { });
        await using var client = await cluster.ConnectToAllAsync(options => options with { MaxOutstanding = 10 });
        var sink = new Sink();

        var submitted = client.SubmitManyAsync(Commands(0, 25), sink).AsTask();
        await Eventually.Holds(() => Received(cluster) == 10, "as many as allowed");
        Assert.False(submitted.IsCompleted);

        foreach (var segment in cluster.Replicas.SelectMany(replica => replica.Received).ToArray())
            cluster.Execute(segment);
        await Eventually.Holds(() => Received(cluster) == 20, "as many again");
        Assert.False(submitted.IsCompleted);
    }

    [Fact]
    public async Task Commands_that_are_given_up_while_they_wait_are_not_sent()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.Replicas.ForEach(replica => replica.OnSubmitted = (_, _) => { });
        await using var client = await cluster.ConnectToAllAsync(options => options with { MaxOutstanding = 10 });
        var sink = new Sink();
        using var cancellation = new CancellationTokenSource();

        var submitted = client.SubmitManyAsync(Commands(0, 25), sink, cancellation: cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => submitted.Soon());
        Assert.Equal(Enumerable.Range(10, 15), sink.Outcomes.Select(outcome => outcome.Index));
        Assert.All(sink.Outcomes, outcome => Assert.Equal(ClientFailure.Canceled, outcome.Failure));
        await Eventually.Holds(() => Received(cluster) == 10, "those that had room");
    }

    [Fact]
    public async Task A_sink_may_submit_further_commands()
    {
        await using var cluster = await FakeCluster.StartAsync();
        await using var client = await cluster.ConnectToAllAsync();
        var loop = new ClosedLoop(client, rounds: 200);

        await client.SubmitManyAsync(Commands(0, 10), loop).AsTask().Soon();

        Assert.Equal(2_000, await loop.Done.Soon());
    }

    private static int Received(FakeCluster cluster) => cluster.Replicas.Sum(replica => replica.Received.Sum(segment => segment.Count));

    private static ReadOnlyMemory<byte>[] Commands(int first, int count) => Enumerable.Range(first, count)
        .Select(i =>
        {
            var command = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(command, i);
            return (ReadOnlyMemory<byte>)command;
        })
        .ToArray();

    private sealed class ClosedLoop(HotStuffClient client, int rounds) : IResultSink
    {
        private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _submitted = 10;
        private int _completed;

        public Task<int> Done => _done.Task;

        public void OnResults(ReadOnlySpan<CommandOutcome> outcomes)
        {
            _completed += outcomes.Length;
            if (_completed == rounds * 10)
                _done.TrySetResult(_completed);
            var more = Math.Min(outcomes.Length, (rounds * 10) - _submitted);
            if (more == 0)
                return;
            var first = _submitted;
            _submitted += more;
            _ = client.SubmitManyAsync(Commands(first, more), this).AsTask();
        }
    }
}
