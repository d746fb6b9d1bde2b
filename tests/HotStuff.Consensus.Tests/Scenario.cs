using HotStuff.Simulation;

namespace HotStuff.Consensus.Tests;

/// <summary>What the scenarios of this project share: clients with numbered commands, and what must hold of every run.</summary>
internal static class Scenario
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Each variant of the protocol with each way to choose leaders.</summary>
    public static TheoryData<string, string> Variants
    {
        get
        {
            var variants = new TheoryData<string, string>();
            foreach (var (protocol, leaders) in Pairs)
                variants.Add(protocol, leaders);
            return variants;
        }
    }

    /// <summary>As <see cref="Variants"/>.</summary>
    public static IEnumerable<(string Protocol, string Leaders)> Pairs =>
        ProtocolRules.Names.SelectMany(protocol => LeaderElections.Names.Select(leaders => (protocol, leaders)));

    public static SimulatedCluster Cluster(int size, string protocol, string leaders, ReplicaOptions? options = null) =>
        new(size, options, protocol: protocol, leaders: committee => LeaderElections.Create(leaders, committee)!);

    public static CommandSegment Commands(int client, long first, int count = 1) =>
        CommandSegment.Create(
            new ClientId((UInt128)client),
            first,
            [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>)StateMachine.KeyValueCommand.Increment("count"u8.ToArray(), 1))]);

    /// <summary>Blocks of a replica that order commands.</summary>
    public static IEnumerable<CommandSegment> CommittedSegments(this SimulatedReplica replica) =>
        replica.Committed.SelectMany(block => block.Segments);

    public static bool HasExecuted(this SimulatedReplica replica, long commands) => replica.IsUp && replica.State.CommandsExecuted >= commands;

    /// <summary>CommitsLinear, CommitOldestFirst and NoCommitWithoutChain, of protocol.md.</summary>
    public static void AssertSafe(this SimulatedCluster cluster)
    {
        var longest = cluster.Replicas.MaxBy(replica => replica.Committed.Count)!.Committed;
        foreach (var replica in cluster.Replicas)
        {
            Assert.Equal(longest.Take(replica.Committed.Count).Select(block => block.Id), replica.Committed.Select(block => block.Id));
            Assert.Equal(Enumerable.Range(1, replica.Committed.Count), replica.Committed.Select(block => (int)block.Height.Number));
        }
    }

    public static void AssertSameState(this SimulatedCluster cluster) =>
        Assert.Single(cluster.Replicas.Where(replica => replica.IsUp).Select(replica => replica.State.Digest()).Distinct());
}
