using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// A replica votes for a block of a Byzantine leader, loses its disk, or gets an old copy, and comes back while the view still lasts: the leader has another block for it.
/// </summary>
internal static class RestoredCopy
{
    // The leader of view 1; the votes of view 1 go to replica 2.
    private const int Traitor = 1;
    private const int Victim = 3;

    public static void Run(string protocol)
    {
        foreach (var empty in (bool[])[true, false])
        {
            foreach (var late in (int[])[0, 2])
                Run(protocol, empty, late);
        }
    }

    private static void Run(string protocol, bool empty, int late)
    {
        // Not in an arena: there a lock that falls is a mistake whatever became of the disk.
        var cluster = new SimulatedCluster(4, Arena.Quick, protocol: protocol);
        var invariants = new Invariants(cluster);
        var chain = cluster.Keys.Committee.Chain;
        // The one who holds the vote answers last.
        cluster.Latency = envelope => Arena.Ms(envelope is { Message: Recollection, FromNode: 2 } ? 5 : 1);
        cluster.Start();
        cluster.Run(Arena.Second);
        var victim = cluster.Replicas[Victim];
        var copy = empty ? new SimulatedDisk(chain) : victim.Disk.Copy();
        Propose(cluster, command: 1);
        cluster.Run(Arena.Ms(4));
        victim.Crash();
        victim.Replace(copy);
        invariants.Forgets(victim);
        victim.Start();
        cluster.Run(Arena.Ms(late));
        Propose(cluster, command: 2);
        cluster.Run(Arena.Ms(40));
    }

    private static void Propose(SimulatedCluster cluster, byte command)
    {
        var chain = cluster.Keys.Committee.Chain;
        var segment = CommandSegment.Create(new ClientId(1), 1, [new[] { command }]);
        var block = Block.Create(chain, Epoch.Genesis, new View(1), new Height(1), new ReplicaId(Traitor), Block.GenesisCertificate(chain), [segment]);
        var signature = cluster.Keys.Signers[Traitor].Sign(SignedBytes.Proposal(chain, block.Epoch, block.View, block.Id));
        cluster.Send(new ReplicaId(Traitor), new ReplicaId(Victim), new Proposal(block, null, signature));
    }
}
