using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <content>What replicas ask and answer after a start.</content>
public sealed partial class MessageVerifier
{
    /// <summary>Verifies who asks, by what the sender says: who is answered wrongly learns what others hold of somebody else, and has no use for it.</summary>
    public Verification<Inquiry> Verify(Unverified<Inquiry> inquiry) =>
        new(inquiry.Value, _committee.Contains(inquiry.Value.Sender) ? null : Refusal.UnknownReplica);

    /// <summary>
    /// Verifies an answer: every signature that is said to be held, so that nobody can make a replica silent by inventing one, and the certificates.
    /// </summary>
    public Verification<Recollection> Verify(Unverified<Recollection> recollection) => new(recollection.Value, Check(recollection.Value));

    private Refusal? Check(Recollection recollection) =>
        !_committee.Contains(recollection.Sender) ? Refusal.UnknownReplica
        : Check(recollection.Held) ?? Check(recollection.HighQc) ?? CheckOptional(recollection.HighTc);

    private Refusal? Check(HeldSignatures held)
    {
        if (!_committee.Contains(held.Signer))
            return Refusal.UnknownReplica;
        return (held.Vote is { } vote
                ? Check(vote.Statement.Epoch, vote.Statement.View, vote.From == held.Signer && vote.Statement.Phase <= Phase.Commit && Signed(vote))
                : null)
            ?? (held.Complaint is { } complaint
                ? Check(complaint.Statement.Epoch, complaint.Statement.View, complaint.Share.Signer == held.Signer && Signed(complaint))
                : null)
            ?? (held.Proposal is { } proposal
                ? Check(proposal.Statement.Epoch, proposal.Statement.View, Signed(held.Signer, proposal.Statement, proposal.Signature))
                : null);
    }

    private Refusal? Check(Epoch epoch, View view, bool signed) =>
        epoch != _committee.Epoch ? Refusal.WrongEpoch
        : !IsNumber(view.Number) ? Refusal.Malformed
        : signed ? null
        : Refusal.BadSignature;

    private bool Signed(Vote vote) => _scheme.ProvesShare(SignedBytes.Vote(_committee.Chain, vote.Statement), vote.Share);

    private bool Signed(SignedComplaint complaint) =>
        _scheme.ProvesShare(SignedBytes.Complaint(_committee.Chain, complaint.Statement), complaint.Share);

    private bool Signed(ReplicaId proposer, VoteStatement proposed, Signature signature) => _identities.Verify(
        proposer, SignedBytes.Proposal(_committee.Chain, proposed.Epoch, proposed.View, proposed.Block), signature);
}
