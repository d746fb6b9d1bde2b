using System.Collections.Concurrent;
using System.Diagnostics;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>Spans of what becomes of commands.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task One_trace_has_spans_of_all_replicas_that_a_command_passes()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        await using var nodes = new TestNodes(4);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, "traces { enabled = on, sample = 1 }");
        await using var client = await nodes.ConnectAsync();

        await client.SubmitAsync(KeyValueCommand.Put("colour"u8, "green"u8));
        var trace = CommandTraces.TraceIdOf(client.ClientId, 1);
        await TestNodes.EventuallyAsync(() => Task.FromResult(Replicas("executed").Count == 4 && Replicas("replied").Count == 4));

        Assert.NotEmpty(Replicas("proposed"));
        var proposed = Of("proposed").Last();
        Assert.All(Of("executed"), span => Assert.Equal(proposed.GetTagItem("block"), span.GetTagItem("block")));
        Assert.True((long)proposed.GetTagItem("view")! >= 1);
        Assert.All(spans, span => Assert.Null(span.ParentId));
        // More than one, when the machine is so busy that the client sends again.
        var received = Of("received").MinBy(span => span.StartTimeUtc)!;
        Assert.Equal(1, received.GetTagItem("commands"));
        Assert.True(received.StartTimeUtc <= proposed.StartTimeUtc && received.Duration > TimeSpan.Zero);

        IEnumerable<Activity> Of(string name) => spans.Where(span => span.TraceId == trace && span.OperationName == name);

        HashSet<object?> Replicas(string name) => [.. Of(name).Select(span => span.GetTagItem("replica"))];
    }

    [Fact]
    public void All_replicas_choose_the_same_commands()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        var settings = new TracesSettings(Enabled: true, Sample: 0.25, Endpoint: null);
        CommandTraces[] replicas = [CommandTraces.Create(settings, new ReplicaId(0))!, CommandTraces.Create(settings, new ReplicaId(1))!];
        var client = new ClientId(77);

        for (var sequence = 1; sequence <= 400; sequence++)
        {
            foreach (var replica in replicas)
                replica.Received(CommandSegment.Create(client, sequence, [new byte[] { 1 }]), TimeSpan.Zero);
        }

        var own = spans.Where(span => (string?)span.GetTagItem("client") == client.Value.ToString("x32")).ToLookup(span => (string)span.GetTagItem("replica")!, span => span.TraceId);
        Assert.Equal(own["r0"], own["r1"]);
        Assert.InRange(own["r0"].Count(), 60, 140);
    }

    [Fact]
    public void All_or_none_may_be_wanted()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        var segment = CommandSegment.Create(new ClientId(78), 1, [new byte[] { 1 }]);

        CommandTraces.Create(new TracesSettings(Enabled: true, Sample: 0, Endpoint: null), new ReplicaId(0))!.Received(segment, TimeSpan.Zero);
        CommandTraces.Create(new TracesSettings(Enabled: true, Sample: 1, Endpoint: null), new ReplicaId(1))!.Received(segment, TimeSpan.Zero);

        Assert.Equal("r1", Assert.Single(spans, span => span.TraceId == CommandTraces.TraceIdOf(segment.Client, 1)).GetTagItem("replica"));
        Assert.Null(CommandTraces.Create(new TracesSettings(Enabled: false, Sample: 1, Endpoint: null), new ReplicaId(0)));
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CommandTraces.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
