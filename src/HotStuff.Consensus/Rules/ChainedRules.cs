namespace HotStuff.Consensus;

/// <summary>
/// Chained HotStuff (paper, algorithm 3): one vote per view, each block's certificate is a phase for its ancestors.
/// </summary>
/// <remarks>
/// With the paper's names, for a certificate of b'': b'' carries the certificate of b' (its justify), b' that of b.
/// The lock moves to b' (two-chain); b commits when b, b', b'' are of consecutive views (three-chain).
/// The paper links by parents and fills skipped views with dummy blocks; here the parent is the justified block, so that "consecutive views" says the same.
/// </remarks>
public sealed class ChainedRules : IProtocolRules
{
    /// <inheritdoc/>
    public string Name => "chained";

    /// <inheritdoc/>
    public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) =>
        block.Justify.View > @lock.View || tree.Extends(block, @lock.Block);

    /// <inheritdoc/>
    public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) =>
        tree.Find(seen.Block) is { } certified && certified.Justify.View > @lock.View ? certified.Justify : @lock;

    /// <inheritdoc/>
    public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) =>
        tree.Find(seen.Block) is { } third
        && tree.ParentOf(third) is { } second
        && tree.ParentOf(second) is { } first
        && third.View == second.View.Next
        && second.View == first.View.Next
            ? first
            : null;
}
