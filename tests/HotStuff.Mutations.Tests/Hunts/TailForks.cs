using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>One Byzantine leader of four keeps the certificate of the last block before its views to itself.</summary>
internal static class TailForks
{
    private const int Traitor = 3;

    public static void Run() => Run(new Arena("chained"));

    /// <summary>The traitor gives up views early, and one of the others late: timeout certificates are made without its complaints.</summary>
    public static void RunInHaste()
    {
        var arena = new Arena("chained");
        arena.Cluster.Replicas[Traitor].Clock = 2 * SimulatedReplica.RightClock;
        arena.Cluster.Replicas[2].Clock = SimulatedReplica.RightClock / 2;
        Run(arena);
    }

    private static void Run(Arena arena)
    {
        arena.Cluster.Replicas[Traitor].Behaviour = Behaviours.Create("fork-tail", seed: 1);
        arena.Cluster.Start();
        for (var i = 0; i < 5; i++)
        {
            arena.Submit();
            arena.RequireCommit(20 * Arena.Second);
        }
    }
}
