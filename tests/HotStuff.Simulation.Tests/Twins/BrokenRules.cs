using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>The rules of a variant with one of them replaced by a wrong one.</summary>
/// <param name="rules">The variant.</param>
/// <param name="name">The variant whose certificates a commit needs.</param>
internal sealed class BrokenRules(IProtocolRules rules, string name) : IProtocolRules
{
    public string Name => name;

    public IReadOnlyList<Phase> Phases => rules.Phases;

    public bool WaitsAfterTimeout => rules.WaitsAfterTimeout;

    /// <summary>Whether the lock is ignored when voting.</summary>
    public bool VotesForAll { get; init; }

    /// <summary>Whose lock is taken instead; its own where null.</summary>
    public IProtocolRules? LockOf { get; init; }

    /// <summary>By whose rule it commits instead; its own where null.</summary>
    public IProtocolRules? CommitOf { get; init; }

    public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) => VotesForAll || rules.MayVote(block, @lock, tree);

    public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) => (LockOf ?? rules).LockAfter(seen, @lock, tree);

    public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) => (CommitOf ?? rules).CommitAfter(seen, tree);
}
