using HotStuff.Consensus;
using HotStuff.Simulation;
using HotStuff.StateMachine;

namespace HotStuff.Mutations.Tests;

/// <summary>Situations without a traitor in which one rule is what keeps the cluster going, or within its bounds.</summary>
internal static class Hardships
{
    public static void OneDead(int size, string protocol, params int[] dead)
    {
        var arena = new Arena(protocol, size);
        foreach (var replica in arena.Cluster.Replicas.Where(replica => !dead.Contains(replica.Node)))
            replica.Start();
        for (var i = 0; i < 5; i++)
        {
            arena.Submit();
            arena.RequireCommit(20 * Arena.Second);
        }
    }

    /// <summary>The leader is dead, and only one replica was told of the command.</summary>
    public static void OneGateway()
    {
        var arena = new Arena("chained");
        foreach (var replica in arena.Cluster.Replicas.Where(replica => replica.Node != 1))
            replica.Start();
        arena.Submit(0);
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>Messages take longer than views last at first.</summary>
    public static void SlowNetwork()
    {
        var arena = new Arena("chained");
        arena.Cluster.Latency = _ => 2 * Arena.Quick.Pacemaker.BaseTimeout;
        arena.Cluster.Start();
        arena.Submit();
        arena.RequireCommit(60 * Arena.Second);
    }

    /// <summary>A replica comes back when all the others rest, and nobody has anything to say to it but that it is there.</summary>
    public static void Laggard()
    {
        var arena = new Arena("chained");
        arena.Cluster.Start();
        arena.Cluster.Replicas[3].Crash();
        for (var i = 0; i < 5; i++)
            arena.Submit();
        arena.RequireCommit(20 * Arena.Second);
        arena.Run(20 * Arena.Second);
        arena.Cluster.Replicas[3].Start();
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>Only two of three know that there is something to do, in a block whose leader is gone with its vote.</summary>
    public static void TroubledMinority()
    {
        var arena = new Arena("chained");
        var cluster = arena.Cluster;
        cluster.Start();
        cluster.Deliver = envelope => envelope.Message is not (Vote or Effect.PassOn) && (envelope.Message is not Proposal || envelope.ToNode != 0);
        arena.Submit(1);
        cluster.Replicas[1].Crash();
        cluster.RunUntil(() => cluster.Replicas[3].Status.UncommittedBlocks > 0, Arena.Second);
        cluster.Deliver = _ => true;
        RequireRest(arena, 60 * Arena.Second);
    }

    /// <summary>A command that fits no block comes after one that is executed: it is refused, and all rest.</summary>
    public static void UnfitCommand()
    {
        var arena = new Arena("chained", options: Arena.Quick with { Limits = new ProtocolLimits { MaxBlockCommands = 2 } });
        arena.Cluster.Start();
        arena.Submit();
        arena.RequireCommit(20 * Arena.Second);
        foreach (var replica in arena.Cluster.Replicas)
            arena.Cluster.Submit(replica.Id, Commands(3, client: 2));
        RequireRest(arena, 5 * Arena.Second);
    }

    /// <summary>Views that grew long while no proposal came through are short again after some commits: a dead leader is soon replaced.</summary>
    public static void AfterSlowTime()
    {
        var arena = new Arena("chained");
        arena.Cluster.Deliver = envelope => envelope.Message is not Proposal;
        arena.Cluster.Start();
        arena.Submit();
        arena.Run(60 * Arena.Second);
        arena.Cluster.Deliver = _ => true;
        for (var i = 0; i < 5; i++)
        {
            arena.Submit();
            arena.RequireCommit(20 * Arena.Second);
        }

        arena.Cluster.Replicas[arena.Cluster.Replicas[0].Status.Leader.Index].Crash();
        arena.Submit();
        arena.RequireCommit(10 * Arena.Quick.Pacemaker.BaseTimeout);
    }

    /// <summary>One command comes again together with another.</summary>
    public static void RepeatedCommand()
    {
        var arena = new Arena("chained");
        arena.Cluster.Start();
        arena.Cluster.Submit(new ReplicaId(0), Commands(1));
        arena.Run(Arena.Second);
        arena.Cluster.Submit(new ReplicaId(1), Commands(2));
        arena.Run(Arena.Second);
        arena.Invariants.CheckExecuted();
    }

    /// <summary>More commands than a replica keeps.</summary>
    public static void Flood()
    {
        var arena = new Arena("chained", options: Arena.Quick with { MempoolCommands = 8 });
        arena.Cluster.Replicas[0].Start();
        for (var i = 0; i < 20; i++)
            arena.Submit(0);
    }

    /// <summary>View after view a block of commands reaches one other replica only, and loses.</summary>
    public static void ManyLostBlocks()
    {
        var arena = new Arena("chained", options: Arena.Quick with { UncommittedBlocks = 8 });
        arena.Cluster.Deliver = envelope => envelope.Message is not Proposal || envelope.ToNode == (envelope.FromNode + 1) % 4;
        arena.Cluster.Start();
        arena.Submit();
        arena.Run(60 * Arena.Second);
        arena.Cluster.Deliver = _ => true;
        arena.RequireCommit(20 * Arena.Second);
    }

    /// <summary>Rest: after a while nobody says anything.</summary>
    private static void RequireRest(Arena arena, TimeSpan time)
    {
        arena.Run(time);
        var said = 0;
        arena.Cluster.Watch += _ => said++;
        arena.Run(time);
        if (said > 0)
            throw new InvariantBrokenException("Rest", $"{said} messages in {time}, for nothing");
    }

    private static CommandSegment Commands(int count, int client = 1) => CommandSegment.Create(
        new ClientId((UInt128)client), 1, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)KeyValueCommand.Increment("n"u8, 1), count)]);
}
