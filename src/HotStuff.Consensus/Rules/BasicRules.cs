namespace HotStuff.Consensus;

/// <summary>
/// Basic HotStuff (paper, algorithm 2): each block goes through prepare, pre-commit and commit in one view, led by one leader.
/// </summary>
/// <remarks>
/// A prepare certificate is what the next block is built on (paper: prepareQC), a pre-commit certificate is the lock (lockedQC), a commit certificate decides.
/// The commit votes go to the next leader, whose proposal carries their certificate: that is the paper's DECIDE, and tells the next leader more than a quorum of
/// NEW-VIEW messages would.
/// <para>
/// Safety (paper, theorem 2): let b be decided in view v. A quorum voted to commit b and was locked on b's pre-commit certificate before. Let w be the block of
/// the lowest view above v with a prepare certificate that conflicts with b. An honest replica did both, and voted for w with a lock of view v or above: w extends
/// the locked block, or w's parent was certified above the lock. A certified block of view v is b, and one between v and w's view does not conflict with
/// b, since w was the lowest. So w extends b: a contradiction.
/// </para>
/// </remarks>
public sealed class BasicRules : IProtocolRules
{
    /// <inheritdoc/>
    public string Name => "basic";

    /// <inheritdoc/>
    public IReadOnlyList<Phase> Phases { get; } = [Phase.Prepare, Phase.PreCommit, Phase.Commit];

    /// <inheritdoc/>
    public bool WaitsAfterTimeout => false;

    /// <inheritdoc/>
    public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) =>
        block.Justify.View > @lock.View || tree.Extends(block, @lock.Block);

    /// <inheritdoc/>
    public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) =>
        seen.Statement.Phase >= Phase.PreCommit && seen.View > @lock.View ? seen : @lock;

    /// <inheritdoc/>
    public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) =>
        seen.Statement.Phase == Phase.Commit ? tree.Find(seen.Block) : null;
}
