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
        "rejected", "lost", "duplicated", "throughput_rps", "latency_ms", "views", "timeouts", "blocks", "mean_batch", "consistent", "linearizable", "nodes",
    ];

    [Fact]
    public void The_keys_of_a_bench_are_those_that_were_promised()
    {
        var json = JsonDocument.Parse(JsonReport.ToText(Bench())).RootElement;

        Assert.Equal(BenchKeys, Keys(json));
        Assert.Equal(["mean", "stddev", "p50", "p95", "p99", "max"], Keys(json.GetProperty("latency_ms")));
        Assert.Equal(["id", "cpu_s", "rss_mb", "height", "state_digest"], Keys(json.GetProperty("nodes")[0]));
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
        Nodes = [new NodeReport(0, 1.5, 60, 1, "00")],
    };
}
