using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Mutations.Tests;

/// <summary>A simulated cluster whose invariants are checked at every step: those of the simulator and those of <see cref="Authenticity"/>.</summary>
internal sealed class Arena
{
    private readonly List<CommandSegment> _sent = [];

    public Arena(string protocol, int size = 4, string leaders = "round-robin", SimulatedKeys? keys = null, ReplicaOptions? options = null)
    {
        Cluster = new SimulatedCluster(
            size, options ?? Quick, keys, protocol: protocol, leaders: committee => LeaderElections.Create(leaders, committee)!)
        {
            // What is told to replicas that start would bring them what a hunt keeps from them.
            Inquires = false,
        };
        Invariants = new Invariants(Cluster);
        _ = new Authenticity(Cluster);
    }

    public static TimeSpan Second { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Short timeouts, so that much happens in little time.</summary>
    public static ReplicaOptions Quick { get; } = new()
    {
        Pacemaker = new PacemakerSettings
        {
            BaseTimeout = Ms(60),
            MaxTimeout = Ms(1_000),
            ComplaintRetry = Ms(40),
            FetchDelay = Ms(10),
            Delta = Ms(10),
        },
        UncommittedBlocks = 64,
    };

    public SimulatedCluster Cluster { get; }

    public Invariants Invariants { get; }

    /// <summary>The honest replicas that run.</summary>
    public IEnumerable<SimulatedReplica> Honest => Cluster.Replicas.Where(replica => replica is { IsUp: true, Behaviour: null });

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>A client's next command, to one gateway or, with none, to all that run.</summary>
    public void Submit(params int[] gateways)
    {
        _sent.Add(CommandSegment.Create(new ClientId(1), _sent.Count + 1, [KeyValueCommand.Increment("n"u8, 1)]));
        Send(_sent[^1], gateways);
    }

    /// <summary>The client asks once more for everything.</summary>
    public void SubmitAgain()
    {
        foreach (var segment in _sent)
            Send(segment, []);
    }

    /// <summary>EventualCommit: all honest replicas that run execute all commands before the limit.</summary>
    public void RequireCommit(TimeSpan limit)
    {
        if (!Cluster.RunUntil(() => Honest.All(replica => replica.State.CommandsExecuted >= _sent.Count), limit))
        {
            throw new InvariantBrokenException(
                "EventualCommit", $"within {limit}: {string.Join(' ', Honest.Select(replica => $"{replica.Id} {replica.State.CommandsExecuted} of {_sent.Count} in {replica.Status.View}"))}");
        }
    }

    public void Run(TimeSpan time) => Cluster.Run(time);

    private void Send(CommandSegment segment, int[] gateways)
    {
        foreach (var replica in Cluster.Replicas.Where(replica => replica.IsUp && (gateways.Length == 0 || gateways.Contains(replica.Id.Index))).ToList())
            Cluster.Submit(replica.Id, segment);
    }
}
