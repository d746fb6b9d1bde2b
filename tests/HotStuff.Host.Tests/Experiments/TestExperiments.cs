using HotStuff.Host.Experiments;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests.Experiments;

/// <summary>A small experiment and results of it that nobody measured.</summary>
internal static class TestExperiments
{
    public const string Text = """
        {
          // Comments are allowed.
          "name": "small",
          "description": "Two rates, two ways to choose leaders",
          "options": { "replicas": 4, "durability": "memory", "duration": 1, "in-process": true, "check": false },
          "axes": {
            "leaders": ["round-robin", "reputation"],
            "load": [ { "label": "low", "rate": 10 }, { "rate": 100, "payload": 8 } ],
          },
          "repeats": 2,
          "charts": [
            { "kind": "throughput-latency", "file": "a", "title": "Latency against throughput", "series": ["leaders"] },
            { "kind": "goodput", "file": "b", "title": "Goodput", "series": ["leaders"] },
            { "kind": "latency-cdf", "file": "c", "title": "Latency", "series": ["leaders"], "where": { "load": "low" } },
            { "kind": "timeline", "file": "d", "title": "Over time", "series": ["leaders"] },
            { "kind": "scaling", "file": "e", "title": "Scaling", "series": ["leaders"], "x": "rate" },
            { "kind": "lines", "file": "f", "title": "Lines", "x": "offered_rps", "y": "rss_peak_mb" },
            { "kind": "bars", "file": "g", "title": "Bars", "series": ["leaders"], "x": "load", "y": "p99_ms" },
            { "kind": "cpu", "file": "h", "title": "Processor", "series": ["leaders"], "x": "load" }
          ]
        }
        """;

    public static ExperimentDefinition Definition => ExperimentFile.Parse(Text, "small.json");

    /// <summary>What a bench with so much throughput could have come to.</summary>
    public static BenchOutcome Outcome(double throughput)
    {
        var window = new LoadWindow(0, 0, System.Diagnostics.Stopwatch.Frequency);
        var tally = new LoadTally(window);
        tally.Submit(100);
        for (var i = 0; i < 100; i++)
            tally.Acknowledge(window.To / 100 * i, (window.To / 100 * i) + (window.To / 1000 * (i + 1)), 1);
        var load = tally.Result([], new ProcessUse(0.1, 0.2, 50, 1, 1));
        var report = new BenchReport
        {
            Protocol = "chained",
            Signatures = "ed25519",
            Replicas = 4,
            Batch = 4000,
            Payload = 0,
            Durability = "memory",
            OfferedRps = throughput * 1.1,
            DurationS = 1,
            Submitted = 100,
            Committed = 100,
            Rejected = 0,
            Lost = 0,
            Duplicated = 0,
            ThroughputRps = throughput,
            GoodputRps = throughput,
            LatencyMs = load.Latencies.Summarize(),
            Views = 1,
            Timeouts = 0,
            Blocks = 1,
            MeanBatch = 100,
            Consistent = true,
            KilledAtS = 0.5,
            Nodes = [new NodeReport(0, 1, 60, 1, "00") { CpuUserS = 0.5, CpuSystemS = 0.25, RssPeakMb = 70 }],
            ClientUse = load.Processes,
            Timeline = load.Timeline(),
        };
        return new BenchOutcome(report, load);
    }
}
