using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Small fixed runs that show the messages of a variant: four replicas, messages of one millisecond, one command.</summary>
public static class Scenarios
{
    private const int Size = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The names of the scenarios: <c>normal</c> is a command from its gateway to its execution, <c>view-change</c> a leader that does not answer.</summary>
    public static IReadOnlyList<string> Names { get; } = ["normal", "view-change"];

    /// <summary>How many replicas there are.</summary>
    public static int Replicas => Size;

    /// <summary>Runs one and answers what happened.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="protocol">One of <see cref="ProtocolRules.Names"/>.</param>
    public static IReadOnlyList<TraceEvent> Run(string name, string protocol) => name switch
    {
        "normal" => Normal(protocol),
        "view-change" => ViewChange(protocol),
        _ => throw new ArgumentException($"no such scenario: {name}", nameof(name)),
    };

    private static IReadOnlyList<TraceEvent> Normal(string protocol)
    {
        var (cluster, tracer) = Start(protocol);
        tracer.Clear();
        cluster.Submit(new ReplicaId(1), Command());
        cluster.RunUntil(() => cluster.Replicas.All(replica => replica.State.CommandsExecuted > 0), Limit);
        return tracer.Events;
    }

    private static IReadOnlyList<TraceEvent> ViewChange(string protocol)
    {
        var (cluster, tracer) = Start(protocol);
        tracer.Clear();
        cluster.Replicas[1].Crash();
        tracer.Crashed(1, 0);
        // The client has asked all gateways: everybody's timer runs, and nobody passes the command on.
        foreach (var replica in cluster.Replicas)
            replica.Advance(new ReplicaEvent.CommandsArrived([Command()], PassedOn: true));
        var certified = false;
        cluster.Observe += (_, happened, _) => certified |= happened is ReplicaEvent.CertificateFormed;
        cluster.RunUntil(() => certified, Limit);
        cluster.Run(TimeSpan.FromMilliseconds(2));
        return tracer.Events;
    }

    private static (SimulatedCluster Cluster, Tracer Tracer) Start(string protocol)
    {
        var cluster = new SimulatedCluster(Size, protocol: protocol);
        var tracer = new Tracer(cluster);
        cluster.Start();
        cluster.Run(TimeSpan.FromMilliseconds(10));
        return (cluster, tracer);
    }

    private static CommandSegment Command() => CommandSegment.Create(new ClientId(1), 1, [StateMachine.KeyValueCommand.Increment("count"u8, 1)]);
}
