namespace HotStuff.Consensus;

/// <summary>
/// The latest statements of every other replica that came here with its signature, to be told to it when it starts again. One of each kind for each replica, so that nobody can
/// make it grow. In memory only: what it is for is one replica that lost its record, not all at once.
/// </summary>
internal sealed class Testimony
{
    private readonly Dictionary<ReplicaId, HeldSignatures> _held = [];

    /// <summary>What is held of one replica.</summary>
    public HeldSignatures Of(ReplicaId signer) => _held.GetValueOrDefault(signer) ?? new HeldSignatures(signer, null, null, null);

    public void Note(Vote vote)
    {
        var held = Of(vote.From);
        if (held.Vote is null || vote.Statement.Step > held.Vote.Statement.Step)
            _held[vote.From] = held with { Vote = vote };
    }

    public void Note(Complaint complaint)
    {
        var held = Of(complaint.From);
        if (held.Complaint is null || complaint.Statement.View > held.Complaint.Statement.View)
            _held[complaint.From] = held with { Complaint = new SignedComplaint(complaint.Statement, complaint.Share) };
    }

    public void Note(Proposal proposal)
    {
        var held = Of(proposal.From);
        if (held.Proposal is null || proposal.Block.View > held.Proposal.Statement.View)
            _held[proposal.From] = held with { Proposal = proposal.Signed };
    }
}
