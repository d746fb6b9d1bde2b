using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <content>What does not move the protocol: checkpoints of the state, and evidence against replicas.</content>
public sealed partial class MessageVerifier
{
    /// <summary>Verifies a replica's part of a checkpoint certificate.</summary>
    public Verification<CheckpointShare> Verify(Unverified<CheckpointShare> share) => new(share.Value, Check(share.Value));

    /// <summary>Verifies a checkpoint certificate.</summary>
    public Verification<CheckpointCertificate> Verify(Unverified<CheckpointCertificate> certificate) => new(certificate.Value, Check(certificate.Value));

    /// <summary>Combines a quorum's parts.</summary>
    /// <param name="statement">What they said.</param>
    /// <param name="shares">Their shares: of distinct signers, not fewer than a quorum.</param>
    public Combination<CheckpointCertificate> Combine(CheckpointStatement statement, IReadOnlyList<SignatureShare> shares) =>
        Combine(SignedBytes.Checkpoint(_committee.Chain, statement), shares, signature => new CheckpointCertificate(statement, signature));

    /// <summary>Verifies that a block is the one that a checkpoint certificate names; null when it is another.</summary>
    public static Verified<Block>? VerifyRoot(Verified<CheckpointCertificate> certificate, Block block)
    {
        var statement = certificate.Value.Statement;
        return block.Id == statement.Block && block.Height == statement.Height && block.Epoch == statement.Epoch ? new Verified<Block>(block) : null;
    }

    /// <summary>
    /// Verifies blocks that were fetched by height: each the parent of the next, the last one certified, and so all (<see cref="VerifyChain"/>).
    /// </summary>
    /// <param name="first">The height that the first block must have.</param>
    /// <param name="oldestFirst">What was fetched.</param>
    /// <param name="certificate">Of the last block.</param>
    /// <returns>The blocks oldest first; null when they are no such chain.</returns>
    public ImmutableArray<Verified<Block>>? VerifyRange(Height first, IReadOnlyList<Block> oldestFirst, Unverified<QuorumCertificate> certificate) =>
        oldestFirst.Count > 0 && oldestFirst[0].Height == first
        && VerifyChain(certificate.Value.Block, [.. oldestFirst.Reverse()]) is { } chain
        && oldestFirst[^1].View == certificate.Value.View
        && Verify(certificate).Value is not null
            ? chain
            : null;

    /// <summary>
    /// Whether evidence proves what it says, to everybody. What a replica saw with its own eyes only (<see cref="DoubleProcess"/>) proves nothing to others.
    /// </summary>
    public bool Proves(Evidence evidence) => evidence switch
    {
        DoubleVote doubled => Proves(doubled),
        DoubleProposal doubled => Proves(doubled),
        _ => false,
    };

    private bool Proves(DoubleVote votes)
    {
        var (first, second) = (votes.First, votes.Second);
        return first.Statement != second.Statement
            && first.Statement.Epoch == second.Statement.Epoch
            && first.Statement.Step == second.Statement.Step
            && first.From == second.From
            && Signed(first) && Signed(second);
    }

    private bool Proves(DoubleProposal proposals)
    {
        var (first, second) = (proposals.First, proposals.Second);
        return first.Block != second.Block
            && first.Epoch == second.Epoch
            && first.View == second.View
            && _committee.Contains(proposals.Proposer)
            && Signed(proposals.Proposer, first, proposals.FirstSignature) && Signed(proposals.Proposer, second, proposals.SecondSignature);
    }

    private Refusal? Check(CheckpointShare share) =>
        CheckNumbers(share.Statement)
        ?? (!_committee.Contains(share.Share.Signer) ? Refusal.UnknownReplica
            : _scheme.ProvesShare(SignedBytes.Checkpoint(_committee.Chain, share.Statement), share.Share) ? null
            : Refusal.BadSignature);

    private Refusal? Check(CheckpointCertificate certificate) =>
        CheckNumbers(certificate.Statement)
        ?? (IsCertified(SignedBytes.Checkpoint(_committee.Chain, certificate.Statement), certificate.Signature) ? null : Refusal.BadCertificate);

    private Refusal? CheckNumbers(CheckpointStatement statement) =>
        statement.Epoch != _committee.Epoch ? Refusal.WrongEpoch
        : !IsNumber(statement.Height.Number) ? Refusal.Malformed
        : null;
}
