namespace HotStuff.Consensus;

/// <summary>
/// What distinguishes a variant of HotStuff: when to vote, what to lock, what to commit. Pure functions of certificates and the block tree; everything
/// else (collection, certificates, sync, leaders, pacemaker) is shared.
/// </summary>
public interface IProtocolRules
{
    /// <summary>The name in the genesis file and on the command line, for example <c>chained</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the block may be voted for with this lock (paper: safeNode). View, leader, earlier votes and complaints are checked elsewhere.
    /// </summary>
    bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree);

    /// <summary>The lock after seeing <paramref name="seen"/>, a certificate of a block in the tree; never one of an earlier view.</summary>
    QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree);

    /// <summary>The newest block that <paramref name="seen"/>, a certificate of a block in the tree, commits together with its ancestors; null when none.</summary>
    Block? CommitAfter(QuorumCertificate seen, BlockTree tree);
}
