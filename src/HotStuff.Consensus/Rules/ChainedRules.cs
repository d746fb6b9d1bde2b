namespace HotStuff.Consensus;

/// <summary>
/// Chained HotStuff (paper, algorithm 3): one vote per view, each block's certificate is a phase for its ancestors.
/// </summary>
/// <remarks>
/// With the paper's names, for a certificate of b'': b'' carries the certificate of b' (its justify), b' that of b.
/// The lock moves to b' (two-chain); b commits when b, b', b'' are of consecutive views (three-chain).
/// The paper links by parents and fills skipped views with dummy blocks; here the parent is the justified block, so that "consecutive views" says the same.
/// <para>
/// Safety (paper, theorem 2 with lemma 1): let b commit, that is b, b', b'' of consecutive views v, v+1, v+2 are certified, each the parent of the next.
/// The quorum that voted for b'' had seen the certificate of b' in it, so each honest member was locked on b or newer from then on. Let w be the block of the
/// lowest view above v+2 that is certified and conflicts with b. An honest replica voted for both b'' and w. Either w extends its lock, a certified block
/// of view v or more, or w's parent was certified in a view above the lock's. Whichever it is: if its view is at most v+2 it is b, b' or b'', one block being
/// certified in a view, and if it is higher it does not conflict with b, since w was the lowest. So w extends b: a contradiction.
/// </para>
/// </remarks>
public sealed class ChainedRules : IProtocolRules
{
    /// <inheritdoc/>
    public string Name => "chained";

    /// <inheritdoc/>
    public IReadOnlyList<Phase> Phases { get; } = [Phase.Generic];

    /// <inheritdoc/>
    public bool WaitsAfterTimeout => false;

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
