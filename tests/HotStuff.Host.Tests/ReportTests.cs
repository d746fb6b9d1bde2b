using System.Text.Json;
using HotStuff.Host.Measuring;
using HotStuff.Simulation;

namespace HotStuff.Host.Tests;

/// <summary>The keys of the JSON files are a promise.</summary>
public sealed class ReportTests
{
    private static readonly string[] BenchKeys =
    [
        "protocol", "signatures", "replicas", "batch", "payload", "durability", "offered_rps", "outstanding", "duration_s", "submitted", "committed",
        "rejected", "lost", "duplicated", "throughput_rps", "latency_ms", "views", "timeouts", "blocks", "mean_batch", "consistent", "linearizable",
        "leaders", "timeout_ms", "delay_ms", "crashed", "killed_at_s", "in_process", "clients", "client_processes", "arrivals", "max_outstanding", "goodput_rps",
        "client_limit_rejected", "unanswered", "segments_refused", "segments_resent", "send_delay_ms", "nodes", "client_use", "timeline",
    ];

    private static readonly string[] NodeKeys =
    [
        "id", "cpu_s", "rss_mb", "height", "state_digest", "rss_peak_mb", "cpu_user_s", "cpu_system_s", "gc_pause_ms", "gc_count", "allocated_bytes_per_command",
        "wire_bytes_per_command", "flushes_per_s", "views_per_s",
    ];

    [Fact]
    public void The_keys_of_a_bench_are_those_that_were_promised()
    {
        var json = JsonDocument.Parse(JsonReport.ToText(Bench())).RootElement;

        Assert.Equal(BenchKeys, Keys(json));
        Assert.Equal(["mean", "stddev", "p50", "p95", "p99", "max"], Keys(json.GetProperty("latency_ms")));
        Assert.Equal(NodeKeys, Keys(json.GetProperty("nodes")[0]));
        Assert.Equal(["peers_sent", "peers_received", "clients_sent", "clients_received"], Keys(json.GetProperty("nodes")[0].GetProperty("wire_bytes_per_command")));
        Assert.Equal(["cpu_user_s", "cpu_system_s", "rss_peak_mb", "gc_pause_ms", "gc_count"], Keys(json.GetProperty("client_use")[0]));
        Assert.Equal(["second", "committed", "p50", "p99", "max"], Keys(json.GetProperty("timeline")[0]));
    }

    [Fact]
    public void The_keys_of_a_demo_are_those_of_a_bench_and_two_more()
    {
        var demo = new DemoReport
        {
            Protocol = "chained",
            Signatures = "ed25519",
            Replicas = 4,
            Batch = 1,
            Payload = 0,
            Durability = "os",
            DurationS = 1,
            Submitted = 1,
            Committed = 1,
            Rejected = 0,
            Lost = 0,
            Duplicated = 0,
            ThroughputRps = 1,
            LatencyMs = LatencySummary.None,
            Views = 1,
            Timeouts = 0,
            Blocks = 1,
            MeanBatch = 1,
            Consistent = true,
            Nodes = [],
            RecoveryMs = 1,
            CatchUpMs = 2,
        };
        var json = JsonDocument.Parse(JsonReport.ToText(demo)).RootElement;

        Assert.Equal([.. BenchKeys, "recovery_ms", "catch_up_ms"], Keys(json));
    }

    [Fact]
    public void Closed_loop_has_no_offered_rate()
    {
        var json = JsonDocument.Parse(JsonReport.ToText(Bench())).RootElement;

        Assert.Equal(JsonValueKind.Null, json.GetProperty("offered_rps").ValueKind);
        Assert.Equal(4000, json.GetProperty("outstanding").GetInt32());
    }

    [Fact]
    public void A_run_in_which_everything_held_has_no_failure()
    {
        Assert.Null(Bench().Failure());
    }

    [Fact]
    public void Each_check_that_fails_is_named()
    {
        Assert.Contains("states differ", (Bench() with { Consistent = false }).Failure(), StringComparison.Ordinal);
        Assert.Contains("2 acknowledged commands are lost", (Bench() with { Lost = 2 }).Failure(), StringComparison.Ordinal);
        Assert.Contains("3 commands ran twice", (Bench() with { Duplicated = 3 }).Failure(), StringComparison.Ordinal);
        Assert.Contains("1 commands were rejected", (Bench() with { Committed = 9, Rejected = 1 }).Failure(), StringComparison.Ordinal);
        Assert.Contains("4 commands were never answered", (Bench() with { Committed = 6 }).Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_refused_in_an_open_loop_is_no_failure_and_what_was_never_answered_is()
    {
        var open = Bench() with { OfferedRps = 1000, Outstanding = null, Committed = 4, Rejected = 6 };

        Assert.Null(open.Failure());
        Assert.Contains("1 commands were never answered", (open with { Rejected = 5 }).Failure(), StringComparison.Ordinal);
        Assert.Contains("2 acknowledged commands are lost", (open with { Lost = 2 }).Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_stopped_by_itself_is_a_failure()
    {
        Assert.Equal("check failed: replica r2 stopped: out of memory", (Bench() with { Problems = ["replica r2 stopped: out of memory"] }).Failure());
    }

    [Fact]
    public void Whether_a_history_is_linearizable_is_null_unless_it_was_judged()
    {
        var violation = new LinearizabilityViolation(new HistoryOperation(default, 0, 1, new byte[] { 1, 2 }, default), [], [], []);
        var bad = Bench() with { Verdict = new HistoryVerdict(1, 1, TimeSpan.Zero, violation) };

        Assert.Equal(JsonValueKind.Null, Linearizable(Bench()).ValueKind);
        Assert.True(Linearizable(Bench() with { Verdict = new HistoryVerdict(1, 1, TimeSpan.Zero, null) }).GetBoolean());
        Assert.False(Linearizable(bad).GetBoolean());
        Assert.Contains("not linearizable", bad.Failure(), StringComparison.Ordinal);

        static JsonElement Linearizable(BenchReport report) => JsonDocument.Parse(JsonReport.ToText(report)).RootElement.GetProperty("linearizable");
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private static BenchReport Bench() => new()
    {
        Protocol = "chained",
        Signatures = "ed25519",
        Replicas = 4,
        Batch = 4000,
        Payload = 0,
        Durability = "os",
        Outstanding = 4000,
        DurationS = 1,
        Submitted = 10,
        Committed = 10,
        Rejected = 0,
        Lost = 0,
        Duplicated = 0,
        ThroughputRps = 10,
        LatencyMs = LatencySummary.None,
        Views = 1,
        Timeouts = 0,
        Blocks = 1,
        MeanBatch = 10,
        Consistent = true,
        Nodes = [new NodeReport(0, 1.5, 60, 1, "00") { WireBytesPerCommand = new WireBytes(1, 2, 3, 4) }],
        ClientUse = [new ProcessUse(1, 2, 3, 4, 5)],
        Timeline = [new TimelineRow(0, 10, 1, 2, 3)],
    };
}
