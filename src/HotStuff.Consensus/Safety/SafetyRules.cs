using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// The one place that signs votes, complaints and proposals.
/// </summary>
/// <remarks>
/// <para>
/// THEOREM. While at most f of n replicas are Byzantine: (1) in each view at most one block is certified; (2) of two committed blocks one is the
/// other's ancestor.
/// </para>
/// <para>
/// (1) Two certificates of one view and phase need n-f signers each, so they share at least n-2f > f, among them an honest one. An honest replica signs one
/// block per view and phase: <see cref="SignVote"/> refuses what is not after its last vote, and repeats that vote when asked for the same again. That
/// holds across a crash, because the record that forbids the second vote is durable before the first signature leaves. In a view of several phases an honest
/// replica votes in a later one only for what is certified in the one before (<see cref="SignNextVote"/>), so all certificates of the view are of one block.
/// </para>
/// <para>
/// (2) From (1) and the lock: each variant's own argument stands at its rules (<see cref="ChainedRules"/>, <see cref="HotStuff2Rules"/>, <see cref="BasicRules"/>).
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

    /// <summary>
    /// The own votes above the highest quorum certificate, oldest first: the latest f+1, so that f Byzantine leaders in a row, each of whom gets a vote for a block that is never
    /// certified, do not push out the vote that was given before them. Not in the record, but for the last: forgetting the others contradicts nothing.
    /// </summary>
    public ImmutableArray<Vote> UncertifiedVotes { get; private set; } =
        record.LastVote is { } last && last.Statement.Step > record.HighQc.Step ? [last] : [];

    /// <summary>The locked block's certificate.</summary>
    public QuorumCertificate Lock => Record.Lock;

    /// <summary>The highest quorum certificate known.</summary>
    public QuorumCertificate HighQc => Record.HighQc;

    /// <summary>The highest timeout certificate known.</summary>
    public TimeoutCertificate? HighTc => Record.HighTc;

    /// <summary>The highest view of what is held of this replica and not in its record: it was signed under a later record. Null when there is nothing.</summary>
    public View? Forgotten(HeldSignatures held)
    {
        View? forgotten = null;
        if (held.Vote is { Statement: var voted } && (Record.LastVote is null || voted.Step > Record.LastVote.Statement.Step))
            Note(voted.View);
        if (held.Complaint is { Statement.View: var complained } && complained > Record.HighestComplaint)
            Note(complained);
        if (held.Proposal is { Statement.View: var proposed } && (Record.LastProposal is null || proposed > Record.LastProposal.Value.View))
            Note(proposed);
        return forgotten;

        void Note(View view)
        {
            if (view > Record.Floor && (forgotten is null || view > forgotten))
                forgotten = view;
        }
    }

    /// <summary>Whether a block of this replica's own is later than all that its record knows of.</summary>
    public bool HasForgotten(Block own) => own.View > Record.Floor && (Record.LastProposal is null || own.View > Record.LastProposal.Value.View);

    /// <summary>
    /// An earlier record was lost: from now on nothing is signed up to two views above what others show. With the signatures the lock was lost, so no block is voted for that
    /// does not prove by a justify above the floor that a quorum which forgot nothing went on from there.
    /// </summary>
    /// <remarks>
    /// Safety as if nothing had been lost: let w, at most the floor, be the last view in which this replica voted, and X a block committed with the help of its votes, all in views up to w. Of the blocks that
    /// conflict with X and are certified in a later view take the first. Its justify is of an earlier view than the floor, or else it certifies a block of a view above w that does not conflict with X, and nor
    /// would this one. So this replica did not vote for it, and the other honest replicas of the two quorums did not either, by their locks.
    /// </remarks>
    public void RaiseFloor(View shown)
    {
        var highest = HighQc.View > shown ? HighQc.View : shown;
        if (HighTc is { } tc && tc.View > highest)
            highest = tc.View;
        Record = Record with { Floor = new View(highest.Number + 2) };
    }

    /// <summary>Takes note of a certificate.</summary>
    public void Observe(QuorumCertificate certificate)
    {
        if (certificate.Step <= HighQc.Step)
            return;
        Record = Record with { HighQc = certificate };
        UncertifiedVotes = UncertifiedVotes.RemoveAll(vote => vote.Statement.Step <= certificate.Step);
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
    /// Votes for a block of the current view in the first phase, or says why not.
    /// </summary>
    /// <param name="block">A block in <paramref name="tree"/>, whose proposer, certificates and parent were checked.</param>
    /// <param name="tree">The block tree.</param>
    /// <param name="vote">The vote; to be sent after <see cref="Record"/> is durable.</param>
    /// <returns>Null when the vote is there, otherwise the reason why it is not.</returns>
    public Refusal? SignVote(Block block, BlockTree tree, out Vote? vote)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[0]);
        if (Record.LastVote is { } last && last.Statement == statement)
        {
            // The same vote again is what was already said.
            vote = last;
            return null;
        }

        vote = null;
        if (WhyNot(statement) is { } refusal)
            return refusal;
        if (Record.Floor > View.Genesis && block.Justify.View <= Record.Floor)
            return Refusal.BelowFloor;
        if (!rules.MayVote(block, Lock, tree))
            return Refusal.ConflictsWithLock;
        vote = Sign(statement);
        return null;
    }

    /// <summary>
    /// Votes in the phase after <paramref name="certified"/>'s for the block that it certifies (paper, algorithm 2, lines 20 and 27). Null when its view has no
    /// further phase, or the replica has voted in it already, or given up the view.
    /// </summary>
    public Vote? SignNextVote(QuorumCertificate certified)
    {
        if (rules.PhaseAfter(certified.Statement.Phase) is not { } phase)
            return null;
        var statement = certified.Statement with { Phase = phase };
        return WhyNot(statement) is null ? Sign(statement) : null;
    }

    /// <summary>Gives up a view: from now on no vote in it or below. Signing it again says the same again. Null below the floor.</summary>
    public Complaint? SignComplaint(View view)
    {
        if (view <= Record.Floor)
            return null;
        var statement = new ComplaintStatement(Record.Epoch, view);
        var signature = signer.SignShare(SignedBytes.Complaint(committee.Chain, statement));
        if (view > Record.HighestComplaint)
            Record = Record with { HighestComplaint = view };
        return new Complaint(
            statement,
            new SignatureShare(signer.Replica, signature),
            HighQc,
            rules.ViewOpenedBy(HighQc) == view ? null : HighTc,
            Record.LastVote);
    }

    /// <summary>
    /// Signs a proposal of the current view. Null when another block was proposed in this view or a later one: an honest leader never equivocates, also
    /// not after a restart.
    /// </summary>
    public Proposal? SignProposal(Block block)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[0]);
        if (block.View <= Record.Floor)
            return null;
        if (Record.LastProposal is { } last && (block.View < last.View || (block.View == last.View && statement != last)))
            return null;

        Record = Record with { LastProposal = statement };
        var signature = signer.Sign(SignedBytes.Proposal(committee.Chain, block.Epoch, block.View, block.Id));
        return new Proposal(block, rules.ViewOpenedBy(block.Justify) == block.View ? null : HighTc, signature);
    }

    private Refusal? WhyNot(VoteStatement statement) =>
        statement.Epoch != Record.Epoch ? Refusal.WrongEpoch
        : Record.LastVote is { } last && statement.Step <= last.Statement.Step ? Refusal.AlreadyVoted
        : statement.View <= Record.HighestComplaint ? Refusal.AlreadyComplained
        : statement.View <= Record.Floor ? Refusal.BelowFloor
        : null;

    private Vote Sign(VoteStatement statement)
    {
        var signature = signer.SignShare(SignedBytes.Vote(committee.Chain, statement));
        var vote = new Vote(statement, new SignatureShare(signer.Replica, signature));
        Record = Record with { LastVote = vote };
        UncertifiedVotes = [.. UncertifiedVotes.TakeLast(committee.MaxFaulty), vote];
        return vote;
    }
}
