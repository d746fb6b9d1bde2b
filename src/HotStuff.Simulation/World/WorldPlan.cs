using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What is asked of a world beside its seed.</summary>
public sealed record WorldSpec
{
    /// <summary>One of <see cref="ProtocolRules.Names"/>.</summary>
    public string Protocol { get; init; } = "chained";

    /// <summary>One of <see cref="LeaderElections.Names"/>; null for either, as the seed decides.</summary>
    public string? Leaders { get; init; }

    /// <summary>How many replicas, 1 or more.</summary>
    public int Replicas { get; init; } = 4;

    /// <summary>Which of <see cref="FaultKinds.Names"/> may happen.</summary>
    public IReadOnlyCollection<string> Faults { get; init; } = FaultKinds.Names;

    /// <summary>Rules of the caller's own instead of the protocol's: to see which mistakes are found.</summary>
    public Func<IProtocolRules>? Rules { get; init; }
}

/// <summary>All that decides a run: the same plan gives the same run. Drawn from a seed by <see cref="Planner"/>, shortened when something breaks.</summary>
/// <param name="Seed">Where it came from, and the seed of what is left to chance on the way.</param>
/// <param name="Spec">What was asked for.</param>
/// <param name="Leaders">One of <see cref="LeaderElections.Names"/>.</param>
/// <param name="Delay">How long a message takes, at least; after GST, at most twice as long.</param>
/// <param name="Gst">When all troubles end: from then on the network is synchronous.</param>
/// <param name="Clients">What the clients do.</param>
/// <param name="Faults">What goes wrong.</param>
public sealed record WorldPlan(
    ulong Seed, WorldSpec Spec, string Leaders, TimeSpan Delay, TimeSpan Gst, ImmutableArray<ClientPlan> Clients, ImmutableArray<Fault> Faults)
{
    /// <summary>The durations of all replicas: short, so that much happens in little time, and long enough for views to succeed after GST.</summary>
    public static PacemakerSettings Pacemaker { get; } = new()
    {
        BaseTimeout = TimeSpan.FromMilliseconds(25),
        MaxTimeout = TimeSpan.FromMilliseconds(200),
        ComplaintRetry = TimeSpan.FromMilliseconds(15),
        FetchDelay = TimeSpan.FromMilliseconds(4),
        Delta = TimeSpan.FromMilliseconds(6),
    };

    /// <summary>How the replicas run.</summary>
    public static ReplicaOptions Options { get; } = new() { Pacemaker = Pacemaker, UncommittedBlocks = 64, MempoolCommands = 64 };

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}: {Spec.Protocol}, {Leaders}, {Spec.Replicas} replicas, messages take {Fault.Ms(Delay)} ms, GST at {Fault.Ms(Gst)} ms, "
        + $"{Clients.Length} clients with {Clients.Sum(client => client.Commands.Length)} commands, {Faults.Length} faults";
}

/// <summary>A client: gives its commands one after the other, each when the one before is answered. One more comes after GST.</summary>
/// <param name="Client">1 and up.</param>
/// <param name="Commands">For each command how long the client thinks before it.</param>
public sealed record ClientPlan(int Client, ImmutableArray<TimeSpan> Commands);
