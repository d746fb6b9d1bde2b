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
    public void Latencies_of_all_lengths_are_read_back_from_their_encoding()
    {
        var recorder = new LatencyRecorder();
        for (var i = 1; i <= 200_000; i++)
            recorder.Record(i * (Stopwatch.Frequency / 10_000), 1 + (i * 7919L % 1009));

        var back = LatencyRecorder.TryDecode(recorder.Encode());

        Assert.Equal((recorder.Count, recorder.Summarize()), (back?.Count, back?.Summarize()));
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

        var nodes = NodeFigures.Of(new RunStatuses(before, [], [], after));

        Assert.Equal(new NodeReport(1, null, null, null, null), nodes[1]);
        Assert.Equal(0, nodes[0].Id);
        Assert.NotNull(nodes[0].Height);
    }

    [Fact]
    public void What_a_replica_used_is_taken_between_the_bounds_of_the_measured_time_for_each_command()
    {
        var from = Used(uptime: 10, executed: 1000, user: 1, cpu: 1.5, view: 100, bytes: 0, flushes: 0);
        var to = Used(uptime: 12, executed: 3000, user: 2, cpu: 3, view: 300, bytes: 4000, flushes: 50);
        var after = Used(uptime: 20, executed: 9000, user: 9, cpu: 19, view: 900, bytes: 90_000, flushes: 900);

        var node = Assert.Single(NodeFigures.Of(new RunStatuses([Status(0)], [from], [to], [after])));

        Assert.Equal((1, 0.5), (node.CpuUserS, node.CpuSystemS));
        Assert.Equal((100, 25), (node.ViewsPerS, node.FlushesPerS));
        Assert.Equal(new WireBytes(2, 4, 6, 8), node.WireBytesPerCommand);
        Assert.Equal(10, node.AllocatedBytesPerCommand);
        Assert.Equal((40, 4), (node.GcPauseMs, node.GcCount));
    }

    [Fact]
    public void A_replica_that_did_not_answer_at_the_bounds_is_looked_at_over_the_whole_run()
    {
        var (before, after) = (Used(10, 0, 0, 0, 0, 0, 0), Used(20, 1000, 1, 1, 500, 0, 0));

        Assert.Equal(50, NodeFigures.Of(new RunStatuses([before], [null], [null], [after]))[0].ViewsPerS);
        // Of one that was started again meanwhile nobody knows what it used before.
        Assert.Null(NodeFigures.Of(new RunStatuses([after], [null], [null], [before]))[0].ViewsPerS);
    }

    [Fact]
    public void A_process_that_was_killed_is_not_subtracted_from_the_one_that_took_its_place()
    {
        var (before, after) = (Used(10, 0, 9, 9, 0, 0, 0), Used(20, 1000, 1, 1, 500, 0, 0));

        var node = NodeFigures.Of(new RunStatuses(new DemoInterruptions(null, null, new ReplicaId(0)).Surviving([before]), [], [], [after]))[0];

        Assert.Equal((1, null), (node.CpuS, node.CpuUserS));
        Assert.Same(before, new DemoInterruptions(null, null, null).Surviving([before])[0]);
    }

    [Fact]
    public void What_a_process_uses_that_replicas_and_clients_share_is_nobodys_alone()
    {
        var (before, after) = (Used(10, 0, 0, 0, 0, 0, 0), Used(20, 1000, 1, 1, 500, 1000, 0));

        var node = NodeFigures.Of(new RunStatuses([before], [before], [after], [after]), sharesProcess: true)[0];

        Assert.Equal((null, null), (node.CpuUserS, node.AllocatedBytesPerCommand));
        Assert.Equal(1, node.WireBytesPerCommand!.PeersSent);
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

    private static NodeStatus Used(double uptime, long executed, double user, double cpu, long view, long bytes, long flushes) => Status(0, uptime, executed) with
    {
        View = new View(view),
        CpuSeconds = cpu,
        Resources = new NodeResources
        {
            CpuUserSeconds = user,
            GcPause = TimeSpan.FromMilliseconds(bytes / 100.0),
            GcCount = bytes / 1000,
            AllocatedBytes = 5 * bytes,
            PeerBytesSent = bytes,
            PeerBytesReceived = 2 * bytes,
            ClientBytesSent = 3 * bytes,
            ClientBytesReceived = 4 * bytes,
            Flushes = flushes,
        },
    };

    private static long Ticks(long microseconds) => (long)(microseconds * (Stopwatch.Frequency / 1_000_000.0));

    // HdrHistogram takes the nearest rank.
    private static int At(int[] sorted, int percentile) => sorted[Math.Max(0, (int)((sorted.Length * percentile / 100.0) + 0.5) - 1)];

    private static void Near(long microseconds, double milliseconds) =>
        Assert.InRange(milliseconds * 1000, (microseconds * 0.998) - 2, (microseconds * 1.002) + 2);
}
