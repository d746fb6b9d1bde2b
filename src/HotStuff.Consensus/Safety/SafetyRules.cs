namespace HotStuff.Consensus;

/// <summary>
/// The one place that signs votes, complaints and proposals.
/// </summary>
/// <remarks>
/// <para>
/// THEOREM. While at most f of n replicas are Byzantine: (1) in each view and phase at most one block is certified; (2) of two committed blocks one is the
/// other's ancestor.
/// </para>
/// <para>
/// (1) Two certificates of one view and phase need n-f signers each, so they share at least n-2f > f, among them an honest one. An honest replica signs one
/// block per view and phase: <see cref="SignVote"/> refuses views at or below the last one voted in, and repeats its vote when asked for the same again. That
/// holds across a crash, because the record that forbids the second vote is durable before the first signature leaves.
/// </para>
/// <para>
/// (2) Paper, theorem 2 with lemma 1, for the chained rules. Let b commit: b, b', b'' of consecutive views v, v+1, v+2 are certified, each the parent of the next.
/// The quorum that voted for b'' had seen the certificate of b' in it, so each honest member was locked on b or newer from then on. Let w be the block of the
/// lowest view above v+2 that is certified and conflicts with b. An honest replica voted for both b'' and w. Either w extends its lock, a certified block
/// of view v or more, or w's parent was certified in a view above the lock's. Whichever it is: if its view is at most v+2 it is b, b' or b'' by (1), and if it is
/// higher it does not conflict with b, since w was the lowest. So w extends b: a contradiction.
/// </para>
/// <para>
/// Each signature comes together with the record that must be persisted before it leaves (<see cref="Record"/>); <see cref="Replica"/> emits the Persist effect
/// first. A signature that was never sent does no harm.
/// </para>
/// </remarks>
public sealed class SafetyRules(Committee committee, IProtocolRules rules, IReplicaSigner signer, SafetyRecord record)
{
    /// <summary>What must be durable before anything that was signed leaves.</summary>
    public SafetyRecord Record { get; private set; } = record;

    /// <summary>The locked block's certificate.</summary>
    public QuorumCertificate Lock => Record.Lock;

    /// <summary>The highest quorum certificate known.</summary>
    public QuorumCertificate HighQc => Record.HighQc;

    /// <summary>The highest timeout certificate known.</summary>
    public TimeoutCertificate? HighTc => Record.HighTc;

    /// <summary>Takes note of a certificate.</summary>
    public void Observe(QuorumCertificate certificate)
    {
        if (certificate.View > HighQc.View)
            Record = Record with { HighQc = certificate };
    }

    /// <summary>Takes note of a certificate.</summary>
    public void Observe(TimeoutCertificate certificate)
    {
        if (HighTc is null || certificate.View > HighTc.View)
            Record = Record with { HighTc = certificate };
    }

    /// <summary>Moves the lock, as the variant's rules say, after a certificate whose block is in the tree. The lock's view never falls.</summary>
    public void MoveLock(QuorumCertificate seen, BlockTree tree)
    {
        var moved = rules.LockAfter(seen, Lock, tree);
        if (moved.View > Lock.View)
            Record = Record with { Lock = moved };
    }

    /// <summary>
    /// Votes for a block of the current view, or says why not.
    /// </summary>
    /// <param name="block">A block in <paramref name="tree"/>, whose proposer, certificates and parent were checked.</param>
    /// <param name="tree">The block tree.</param>
    /// <param name="vote">The vote; to be sent after <see cref="Record"/> is durable.</param>
    /// <returns>Null when the vote is there, otherwise the reason why it is not.</returns>
    public Refusal? SignVote(Block block, BlockTree tree, out Vote? vote)
    {
        vote = null;
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
        if (Record.LastVote is { } last && block.View <= last.Statement.View)
        {
            // The same vote again is what was already said; anything else would contradict it.
            vote = last.Statement == statement ? last : null;
            return vote is null ? Refusal.AlreadyVoted : null;
        }

        if (block.Epoch != Record.Epoch)
            return Refusal.WrongEpoch;
        if (block.View <= Record.HighestComplaint)
            return Refusal.AlreadyComplained;
        if (!rules.MayVote(block, Lock, tree))
            return Refusal.ConflictsWithLock;

        var signature = signer.SignShare(SignedBytes.Vote(committee.Chain, statement));
        vote = new Vote(statement, new SignatureShare(signer.Replica, signature));
        Record = Record with { LastVote = vote };
        return null;
    }

    /// <summary>Gives up a view: from now on no vote in it or below. Signing it again says the same again.</summary>
    public Complaint SignComplaint(View view)
    {
        var statement = new ComplaintStatement(Record.Epoch, view);
        var signature = signer.SignShare(SignedBytes.Complaint(committee.Chain, statement));
        if (view > Record.HighestComplaint)
            Record = Record with { HighestComplaint = view };
        return new Complaint(
            statement,
            new SignatureShare(signer.Replica, signature),
            HighQc,
            HighQc.View.Next == view ? null : HighTc,
            Record.LastVote);
    }

    /// <summary>
    /// Signs a proposal of the current view. Null when another block was proposed in this view or a later one: an honest leader never equivocates, also
    /// not after a restart.
    /// </summary>
    public Proposal? SignProposal(Block block)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
        if (Record.LastProposal is { } last && (block.View < last.View || (block.View == last.View && statement != last)))
            return null;

        Record = Record with { LastProposal = statement };
        var signature = signer.Sign(SignedBytes.Proposal(committee.Chain, block.Epoch, block.View, block.Id));
        return new Proposal(block, block.Justify.View.Next == block.View ? null : HighTc, signature);
    }
}
