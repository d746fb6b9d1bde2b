using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What a Byzantine replica has to work with: its own keys and its own state, and nobody else's.</summary>
/// <param name="Committee">The validators.</param>
/// <param name="Rules">The rules of the variant.</param>
/// <param name="Leaders">How leaders are chosen.</param>
/// <param name="Signer">Its own keys.</param>
/// <param name="Replica">What an honest replica in its place would be: its state is up to date.</param>
/// <param name="Options">How the replica runs.</param>
public sealed record ByzantineContext(
    Committee Committee, IProtocolRules Rules, ILeaderElection Leaders, IReplicaSigner Signer, Replica Replica, ReplicaOptions Options);

/// <summary>What a Byzantine replica does with what an honest one would do in its place. Knows no simulator, so that a real node can misbehave in the same way.</summary>
public interface IBehaviour
{
    /// <summary>How often it did something else than the protocol says.</summary>
    long Acts { get; }

    /// <summary>What is done instead of <paramref name="effects"/>; the same for what the behaviour leaves alone.</summary>
    /// <param name="self">The replica.</param>
    /// <param name="happened">What happened to it.</param>
    /// <param name="effects">What the protocol wants done.</param>
    IEnumerable<Effect> Instead(ByzantineContext self, ReplicaEvent happened, ImmutableArray<Effect> effects);

    /// <summary>What is answered to somebody who asks for a block.</summary>
    /// <param name="id">What is asked for.</param>
    /// <param name="block">The block, if it is here.</param>
    Block? Answer(BlockId id, Block? block) => block;
}

/// <summary>An effect of behaviours alone: do another one later, unless the replica has stopped by then.</summary>
/// <param name="After">How much later; 0 and more.</param>
/// <param name="Effect">What to do then.</param>
public sealed record Later(TimeSpan After, Effect Effect) : Effect;
