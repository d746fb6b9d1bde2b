using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What a Byzantine replica does with what an honest one would do in its place.</summary>
public interface IBehaviour
{
    /// <summary>What is done instead of <paramref name="effects"/>; the same for what the behaviour leaves alone.</summary>
    /// <param name="self">The replica, whose keys it may use (<see cref="SimulatedCluster.Keys"/>), but nobody else's.</param>
    /// <param name="happened">What happened to it.</param>
    /// <param name="effects">What the protocol wants done.</param>
    IEnumerable<Effect> Instead(SimulatedReplica self, ReplicaEvent happened, ImmutableArray<Effect> effects);

    /// <summary>What is answered to somebody who asks for a block.</summary>
    /// <param name="self">The replica.</param>
    /// <param name="id">What is asked for.</param>
    /// <param name="block">The block, if it is here.</param>
    Block? Answer(SimulatedReplica self, BlockId id, Block? block) => block;
}
