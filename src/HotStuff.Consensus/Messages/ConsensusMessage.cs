namespace HotStuff.Consensus;

/// <summary>What replicas say to each other in the protocol.</summary>
public abstract record ConsensusMessage
{
    /// <summary>Who says it. Certain once the message is <see cref="Verified{T}"/>, except for <see cref="NextView"/>, whose content needs no author.</summary>
    public abstract ReplicaId From { get; }
}

/// <summary>A leader's block for its view (paper, algorithm 3: GENERIC).</summary>
/// <param name="Block">The block, whose justify certifies its parent.</param>
/// <param name="EntryCertificate">The certificate of the view before, when that is not the block's justify.</param>
/// <param name="Signature">The proposer's signature over <see cref="SignedBytes.Proposal"/>.</param>
public sealed record Proposal(Block Block, TimeoutCertificate? EntryCertificate, Signature Signature) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Block.Proposer;

    /// <summary>What is signed, without the block.</summary>
    public SignedProposal Signed => new(new VoteStatement(Block.Epoch, Block.View, Block.Id, Phase.Generic), Signature);
}

/// <summary>A replica's vote, sent to the leader that collects it.</summary>
/// <param name="Statement">What is voted for.</param>
/// <param name="Share">The partial signature over <see cref="SignedBytes.Vote"/>.</param>
public sealed record Vote(VoteStatement Statement, SignatureShare Share) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Share.Signer;
}

/// <summary>
/// A replica gives up a view (the paper's NEW-VIEW message, made into a vote against the view).
/// </summary>
/// <param name="Statement">The view that is given up.</param>
/// <param name="Share">The partial signature over <see cref="SignedBytes.Complaint"/>.</param>
/// <param name="HighQc">The highest quorum certificate that the sender knows.</param>
/// <param name="EntryCertificate">The certificate of the view before, when <paramref name="HighQc"/> is not it.</param>
/// <param name="LastVote">The sender's last vote, so that whoever collects complaints can form the certificate that a crashed collector lost.</param>
public sealed record Complaint(
    ComplaintStatement Statement,
    SignatureShare Share,
    QuorumCertificate HighQc,
    TimeoutCertificate? EntryCertificate,
    Vote? LastVote) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Share.Signer;
}

/// <summary>
/// The certificates that show how far the protocol is: broadcast by whoever formed a timeout certificate, and sent to a replica whose complaint shows that it is
/// behind. In basic HotStuff also the leader's announcement of a phase's certificate (paper, algorithm 2: PRE-COMMIT and COMMIT).
/// </summary>
/// <param name="Sender">Who sent it; the certificates prove themselves.</param>
/// <param name="HighQc">The highest quorum certificate that the sender knows.</param>
/// <param name="TimeoutCertificate">The highest timeout certificate that the sender knows, if it is of a later view than <paramref name="HighQc"/>.</param>
public sealed record NextView(ReplicaId Sender, QuorumCertificate HighQc, TimeoutCertificate? TimeoutCertificate) : ConsensusMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Sender;
}
