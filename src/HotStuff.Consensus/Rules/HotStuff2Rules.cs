namespace HotStuff.Consensus;

/// <summary>
/// HotStuff-2 (Malkhi and Nayak, ePrint 2023/397), pipelined: two certified blocks of consecutive views commit the first, one phase less than chained HotStuff.
/// </summary>
/// <remarks>
/// The price is paid after a timeout only: a replica may be locked on a certificate that no other honest one has, so the leader waits until everybody's highest
/// certificate has had time to arrive, and then proposes on one that no honest lock is above.
/// <para>
/// Safety: let b commit, that is b and b' of consecutive views v, v+1 are certified, b the parent of b'. The quorum that voted for b' had seen the certificate of b
/// in it, so each honest member was locked on view v or above from then on. Let w be the block of the lowest view above v+1 that is certified and conflicts with b.
/// An honest replica voted for both b' and w, so w's parent was certified in view v or above. In v or v+1 that is b or b', one block being certified in a
/// view; above it does not conflict with b, since w was the lowest. So w extends b: a contradiction.
/// </para>
/// </remarks>
public sealed class HotStuff2Rules : IProtocolRules
{
    /// <inheritdoc/>
    public string Name => "hotstuff2";

    /// <inheritdoc/>
    public IReadOnlyList<Phase> Phases { get; } = [Phase.Generic];

    /// <inheritdoc/>
    public bool WaitsAfterTimeout => true;

    /// <inheritdoc/>
    public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) => block.Justify.View >= @lock.View;

    /// <inheritdoc/>
    public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) => seen.View > @lock.View ? seen : @lock;

    /// <inheritdoc/>
    public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) =>
        tree.Find(seen.Block) is { } second && tree.ParentOf(second) is { } first && second.View == first.View.Next ? first : null;
}
