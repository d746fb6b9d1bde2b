using System.Diagnostics.Metrics;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// What is measured where it happens: instruments of the meter <c>HotStuff</c>, with the label <c>replica</c>. Nothing is done as long as nobody listens. docs/metrics.md explains each.
/// </summary>
public static class NodeInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "HotStuff";

    /// <summary>The meter of these instruments; a node's other ones have another of the same name.</summary>
    internal static Meter Meter { get; } = new(MeterName);

    /// <summary>From a client's commands reaching a gateway to their results leaving it, in seconds; one value for each message of commands.</summary>
    internal static Histogram<double> CommitLatency { get; } = Meter.CreateHistogram(
        "hotstuff.commit_latency",
        "s",
        "From commands reaching the gateway to their results leaving it",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] });

    /// <summary>Commands in each block that is committed.</summary>
    internal static Histogram<int> BlockCommands { get; } = Meter.CreateHistogram(
        "hotstuff.block_commands",
        "{command}",
        "Commands in each committed block",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [0, 1, 10, 30, 100, 300, 1000, 2000, 4000, 10_000] });

    /// <summary>The label that tells the replicas of one process apart.</summary>
    public static KeyValuePair<string, object?> Tag(ReplicaId replica) => new("replica", replica.ToString());
}
