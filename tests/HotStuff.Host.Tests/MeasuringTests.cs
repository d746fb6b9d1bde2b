using System.Diagnostics;
using CsCheck;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests;

public sealed class MeasuringTests
{
    [Fact]
    public void Percentiles_are_those_of_the_sorted_latencies_within_three_digits() =>
        Gen.Int[1, 1_000_000].Array[1, 500].Sample(microseconds =>
        {
            var recorder = new LatencyRecorder();
            foreach (var value in microseconds)
                recorder.Record(Ticks(value), 1);

            var sorted = microseconds.Order().ToArray();
            var summary = recorder.Summarize();
            Near(At(sorted, 50), summary.P50);
            Near(At(sorted, 95), summary.P95);
            Near(At(sorted, 99), summary.P99);
            Near(sorted[^1], summary.Max);
        });

    [Fact]
    public void A_batch_of_equal_latencies_counts_as_often_as_it_has_commands()
    {
        var recorder = new LatencyRecorder();
        recorder.Record(Ticks(1000), 99);
        recorder.Record(Ticks(9000), 1);

        Assert.Equal(100, recorder.Count);
        Assert.Equal(1.08, recorder.Summarize().Mean, 2);
        Near(1000, recorder.Summarize().P95);
        Near(9000, recorder.Summarize().Max);
    }

    [Fact]
    public void Recorders_add_up()
    {
        var all = new LatencyRecorder();
        var other = new LatencyRecorder();
        all.Record(Ticks(100), 1);
        other.Record(Ticks(300), 3);

        all.Add(other);

        Assert.Equal(4, all.Count);
        Near(300, all.Summarize().P50);
    }

    [Fact]
    public void Nothing_recorded_is_no_latency()
    {
        Assert.Equal(LatencySummary.None, new LatencyRecorder().Summarize());
    }

    [Fact]
    public void A_latency_of_hours_is_recorded_as_the_longest_one()
    {
        var recorder = new LatencyRecorder();

        recorder.Record(Ticks(24L * 3600 * 1_000_000), 1);

        Near(600_000_000, recorder.Summarize().Max);
    }

    [Theory]
    [InlineData(10, 10, 10, 0, 0)]
    [InlineData(10, 10, 9, 1, 0)]
    [InlineData(10, 10, 12, 0, 2)]
    [InlineData(10, 8, 9, 0, 0)] // One of the two unanswered commands was executed: neither lost nor duplicated.
    public void Executions_are_compared_with_what_clients_know(long submitted, long committed, long executed, long lost, long duplicated)
    {
        Assert.Equal(new Accounting(lost, duplicated), Accounting.Of(submitted, committed, executed));
    }

    [Fact]
    public void Only_replicas_that_ran_all_the_time_tell_how_many_commands_were_executed()
    {
        NodeStatus?[] before = [Status(0, uptime: 10, executed: 5), Status(1, uptime: 10, executed: 5), null];
        NodeStatus?[] after = [Status(0, uptime: 20, executed: 105), Status(1, uptime: 3, executed: 900), Status(2, uptime: 4, executed: 900)];

        Assert.Equal(100, RunFigures.Between(before, after).Executed);
    }

    [Fact]
    public void A_replica_that_does_not_answer_has_a_report_without_figures()
    {
        NodeStatus?[] before = [Status(0, uptime: 10, executed: 0), Status(1, uptime: 10, executed: 0)];
        NodeStatus?[] after = [Status(0, uptime: 20, executed: 1), null];

        var nodes = RunFigures.Nodes(before, after);

        Assert.Equal(new NodeReport(1, null, null, null, null), nodes[1]);
        Assert.Equal(0, nodes[0].Id);
        Assert.NotNull(nodes[0].Height);
    }

    [Fact]
    public void Replicas_agree_when_all_that_answer_have_the_same_digest()
    {
        var same = Digest.Of([1]);
        var genesis = KeyGenerator.Generate("test", 4).Genesis;
        var observer = new ClusterObserver(genesis);

        Assert.True(observer.IsConsistent([Status(0, digest: same), null, Status(2, digest: same)]));
        Assert.False(observer.IsConsistent([Status(0, digest: same), Status(1, digest: Digest.Of([2]))]));
        Assert.False(observer.IsConsistent([Status(0, digest: same), Status(1, digest: null)]));
        Assert.False(observer.IsConsistent([null, null]));
        // What a Byzantine replica says of itself is worth nothing.
        Assert.True(new ClusterObserver(genesis, new ReplicaId(1)).IsConsistent([Status(0, digest: same), Status(1, digest: Digest.Of([2]))]));
    }

    private static NodeStatus Status(int id, double uptime = 1, long executed = 0, Digest? digest = null) => new()
    {
        Replica = new ReplicaId(id),
        View = new View(1),
        Leader = new ReplicaId(0),
        Committed = new Height(1),
        Executed = new Height(1),
        Uptime = TimeSpan.FromSeconds(uptime),
        CommandsExecuted = executed,
        StateDigest = digest,
    };

    private static long Ticks(long microseconds) => (long)(microseconds * (Stopwatch.Frequency / 1_000_000.0));

    // HdrHistogram takes the nearest rank.
    private static int At(int[] sorted, int percentile) => sorted[Math.Max(0, (int)((sorted.Length * percentile / 100.0) + 0.5) - 1)];

    private static void Near(long microseconds, double milliseconds) =>
        Assert.InRange(milliseconds * 1000, (microseconds * 0.998) - 2, (microseconds * 1.002) + 2);
}
