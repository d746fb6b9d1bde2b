namespace HotStuff.Consensus;

/// <summary>A replica that has just started asks: "what is the latest that you hold with my signature, and how far is the protocol?"</summary>
/// <param name="Sender">Who asks.</param>
/// <param name="Number">The asker's number for this start, repeated in the answer, so that an answer to an earlier life is not taken for one to this.</param>
public sealed record Inquiry(ReplicaId Sender, UInt128 Number) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Sender;
}

/// <summary>Answers an <see cref="Inquiry"/>.</summary>
/// <param name="Sender">Who answers.</param>
/// <param name="Number">The inquiry's.</param>
/// <param name="Held">What the sender holds of the asker.</param>
/// <param name="HighQc">The highest quorum certificate that the sender knows.</param>
/// <param name="HighTc">The highest timeout certificate that the sender knows.</param>
public sealed record Recollection(
    ReplicaId Sender, UInt128 Number, HeldSignatures Held, QuorumCertificate HighQc, TimeoutCertificate? HighTc) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Sender;
}

/// <summary>The latest statements of one replica that another holds, each with the signature that proves it.</summary>
/// <param name="Signer">Whose they are.</param>
/// <param name="Vote">Its vote of the highest step; null for none.</param>
/// <param name="Complaint">Its complaint about the highest view; null for none.</param>
/// <param name="Proposal">Its proposal of the highest view; null for none.</param>
public sealed record HeldSignatures(ReplicaId Signer, Vote? Vote, SignedComplaint? Complaint, SignedProposal? Proposal);

/// <summary>A complaint without what it carried.</summary>
/// <param name="Statement">What was given up.</param>
/// <param name="Share">The signature over <see cref="SignedBytes.Complaint"/>.</param>
public sealed record SignedComplaint(ComplaintStatement Statement, SignatureShare Share);

/// <summary>A proposal without its block.</summary>
/// <param name="Statement">What was proposed; the phase says nothing.</param>
/// <param name="Signature">The signature over <see cref="SignedBytes.Proposal"/>.</param>
public sealed record SignedProposal(VoteStatement Statement, Signature Signature);
