using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>The <see cref="Scenarios"/> at length, to be watched: four replicas, messages of about ten milliseconds, views that last 200 ms at most.</summary>
public static class Demonstration
{
    private const int Commands = 12;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(14);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly ReplicaOptions Options = new()
    {
        Pacemaker = new PacemakerSettings
        {
            BaseTimeout = TimeSpan.FromMilliseconds(200),
            MaxTimeout = TimeSpan.FromMilliseconds(800),
            ComplaintRetry = TimeSpan.FromMilliseconds(40),
            FetchDelay = TimeSpan.FromMilliseconds(20),
            Delta = TimeSpan.FromMilliseconds(24),
        },
    };

    /// <summary>
    /// Runs one of <see cref="Scenarios.Names"/>: <c>normal</c> is a row of commands without trouble; in <c>view-change</c> the first leader crashes before it proposes, the others go on
    /// without it, and it comes back.
    /// </summary>
    /// <param name="name">One of <see cref="Scenarios.Names"/>.</param>
    /// <param name="protocol">One of <see cref="ProtocolRules.Names"/>.</param>
    /// <param name="watch">Is shown the cluster before it starts.</param>
    public static IReadOnlyList<TraceEvent> Run(string name, string protocol, Action<SimulatedCluster> watch)
    {
        var cluster = new SimulatedCluster(Scenarios.Replicas, Options, protocol: protocol)
        {
            // No two ways are equally long, so that arrows do not lie on each other.
            Latency = envelope => TimeSpan.FromMilliseconds(9 + (((3 * envelope.FromNode) + (5 * envelope.ToNode)) % 4)),
        };
        var tracer = new Tracer(cluster);
        watch(cluster);
        cluster.Start();
        cluster.Run(TimeSpan.FromMilliseconds(30));
        if (name == "normal")
            SubmitAll(cluster, [0, 1, 2, 3], 1, Commands);
        else
            LoseLeader(cluster, tracer);
        cluster.Run(Rest);
        return tracer.Events;
    }

    private static void LoseLeader(SimulatedCluster cluster, Tracer tracer)
    {
        var leader = cluster.Replicas[1];
        leader.Crash();
        tracer.Crashed(leader.Node, 0);
        cluster.Run(TimeSpan.FromMilliseconds(20));
        // The client asks all gateways, as one does that got no answer from the leader.
        foreach (var replica in cluster.Replicas)
            replica.Advance(new ReplicaEvent.CommandsArrived([Command(1)], PassedOn: true));
        SubmitAll(cluster, [0, 2, 3], 2, 4);
        cluster.Run(Rest);
        tracer.Started(leader.Node);
        leader.Start();
        cluster.Run(Rest);
        SubmitAll(cluster, [0, 1, 2, 3], 5, Commands);
    }

    /// <summary>Hands commands to the gateways in turn, one after the other, and waits until all replicas that run have executed all up to the last.</summary>
    private static void SubmitAll(SimulatedCluster cluster, int[] gateways, int first, int last)
    {
        for (var sequence = first; sequence <= last; sequence++)
        {
            cluster.Submit(new ReplicaId(gateways[sequence % gateways.Length]), Command(sequence));
            cluster.Run(Pause);
        }

        cluster.RunUntil(() => cluster.Replicas.All(replica => !replica.IsUp || replica.State.CommandsExecuted >= last), Limit);
    }

    private static CommandSegment Command(int sequence) =>
        CommandSegment.Create(new ClientId(1), sequence, [StateMachine.KeyValueCommand.Increment("count"u8, 1)]);
}
