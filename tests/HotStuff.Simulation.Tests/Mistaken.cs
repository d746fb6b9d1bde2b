using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>A variant with a mistake in its rules.</summary>
internal sealed class Mistaken(IProtocolRules rules) : IProtocolRules
{
    public Func<Block, QuorumCertificate, BlockTree, bool> MayVoteFor { get; init; } = rules.MayVote;

    public Func<QuorumCertificate, QuorumCertificate, BlockTree, QuorumCertificate> LocksAfter { get; init; } = rules.LockAfter;

    public Func<QuorumCertificate, BlockTree, Block?> CommitsAfter { get; init; } = rules.CommitAfter;

    public string Name => rules.Name;

    public IReadOnlyList<Phase> Phases => rules.Phases;

    public bool WaitsAfterTimeout { get; init; } = rules.WaitsAfterTimeout;

    public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) => MayVoteFor(block, @lock, tree);

    public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) => LocksAfter(seen, @lock, tree);

    public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) => CommitsAfter(seen, tree);
}
