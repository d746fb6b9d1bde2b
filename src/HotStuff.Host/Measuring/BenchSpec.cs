using HotStuff.Host.Local;

namespace HotStuff.Host.Measuring;

/// <summary>What <c>bench</c> should measure.</summary>
internal sealed record BenchSpec
{
    /// <summary>The cluster to start; not looked at when <see cref="GenesisFile"/> names one that runs.</summary>
    public required ClusterSpec Cluster { get; init; }

    /// <summary>The running cluster to load; null: one of its own.</summary>
    public string? GenesisFile { get; init; }

    public required LoadSpec Load { get; init; }

    /// <summary>Whether the load is key-value commands of all kinds, whose history is judged.</summary>
    public bool Check { get; init; }

    /// <summary>How many processes the clients are in; 0: this one.</summary>
    public int ClientProcesses { get; init; }

    public required TimeSpan Warmup { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>When the leader is killed, from the begin of the measured time; null: never.</summary>
    public TimeSpan? KillLeaderAt { get; init; }

    /// <summary>How many replicas, the last ones, are never started.</summary>
    public int Crashed { get; init; }

    /// <summary>Whether the replicas are inside this process.</summary>
    public bool InProcess { get; init; }
}
