using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// The one way from <see cref="Unverified{T}"/> to <see cref="Verified{T}"/>: checks epochs, members, ranges, signatures and certificates, cheap checks
/// first. Who leads a view and where a block belongs in the tree are the protocol's own questions and not asked here. Safe to use from several
/// threads; never throws on what a peer sent.
/// </summary>
/// <remarks>
/// What verified once is remembered in bounded memory: a certificate by all bytes of its statement and signature, a share also by its signer. So
/// a certificate that comes in every message of a view costs one verification, and the votes that a collector verified cost nothing again
/// when they are combined.
/// </remarks>
public sealed partial class MessageVerifier
{
    private const int MaxCertificates = 1_024;

    // Above all views and heights that will ever be, and far enough from the end that nobody's arithmetic overflows.
    private const long MaxNumber = long.MaxValue / 2;

    private readonly Committee _committee;
    private readonly IQuorumScheme _scheme;
    private readonly IIdentityKeys _identities;
    private readonly IShareCache _shares;
    private readonly QuorumCertificate _genesis;
    private readonly DigestCache _certificates = new(MaxCertificates);
    private long _certificateHits;
    private long _certificateVerifications;

    /// <summary>Verifies for the chain of a genesis file.</summary>
    public MessageVerifier(Genesis genesis)
        : this(genesis, new ShareCache())
    {
    }

    /// <summary>Verifies with a scheme that the caller made.</summary>
    /// <param name="committee">The validators.</param>
    /// <param name="scheme">How their shares become certificates.</param>
    /// <param name="identities">Their identity keys.</param>
    /// <param name="shares">The same cache that the scheme asks, so that what one verified the other knows.</param>
    public MessageVerifier(Committee committee, IQuorumScheme scheme, IIdentityKeys identities, IShareCache shares)
    {
        _committee = committee;
        _scheme = scheme;
        _identities = identities;
        _shares = shares;
        _genesis = Block.GenesisCertificate(committee.Chain);
    }

    private MessageVerifier(Genesis genesis, ShareCache shares)
        : this(genesis.Committee, genesis.CreateScheme(shares), new IdentityKeys(genesis), shares)
    {
    }

    /// <summary>How many certificates were known already.</summary>
    public long CertificateHits => Interlocked.Read(ref _certificateHits);

    /// <summary>How many certificates had to be verified.</summary>
    public long CertificateVerifications => Interlocked.Read(ref _certificateVerifications);

    /// <summary>Verifies a proposal: its proposer's signature, its block's justify and its entry certificate.</summary>
    /// <remarks>The block's payload and its digest were checked when it was decoded (<see cref="Block.TryDecode"/>).</remarks>
    public Verification<Proposal> Verify(Unverified<Proposal> proposal) => new(proposal.Value, Check(proposal.Value));

    /// <summary>Verifies a vote.</summary>
    public Verification<Vote> Verify(Unverified<Vote> vote) => new(vote.Value, Check(vote.Value));

    /// <summary>Verifies a complaint and all that it carries.</summary>
    public Verification<Complaint> Verify(Unverified<Complaint> complaint) => new(complaint.Value, Check(complaint.Value));

    /// <summary>Verifies the certificates of a NextView message, which prove themselves whoever sent them.</summary>
    public Verification<NextView> Verify(Unverified<NextView> nextView) => new(nextView.Value, Check(nextView.Value));

    /// <summary>Verifies a quorum certificate. The genesis certificate is valid by definition, and nothing else of view 0 is.</summary>
    public Verification<QuorumCertificate> Verify(Unverified<QuorumCertificate> certificate) => new(certificate.Value, Check(certificate.Value));

    /// <summary>Verifies a timeout certificate.</summary>
    public Verification<TimeoutCertificate> Verify(Unverified<TimeoutCertificate> certificate) => new(certificate.Value, Check(certificate.Value));

    /// <summary>Whether combining verified shares costs next to nothing (<see cref="IQuorumScheme.CombinesAtOnce"/>).</summary>
    public bool CombinesAtOnce => _scheme.CombinesAtOnce;

    /// <summary>Does what a Combine effect asks for.</summary>
    /// <param name="combine">A <see cref="Effect.CombineVotes"/> or an <see cref="Effect.CombineComplaints"/>.</param>
    /// <returns>The answer that the protocol expects.</returns>
    /// <exception cref="ArgumentException">The effect is another one.</exception>
    public ReplicaEvent Combine(Effect combine)
    {
        switch (combine)
        {
            case Effect.CombineVotes votes:
                var qc = Combine(votes.Statement, votes.Shares);
                return qc.Certificate is { } certified
                    ? new ReplicaEvent.CertificateFormed(certified)
                    : new ReplicaEvent.VotesRefused(votes.Statement, qc.BadSigners);
            case Effect.CombineComplaints complaints:
                var tc = Combine(complaints.Statement, complaints.Shares);
                return tc.Certificate is { } timeout
                    ? new ReplicaEvent.TimeoutCertificateFormed(timeout)
                    : new ReplicaEvent.ComplaintsRefused(complaints.Statement, tc.BadSigners);
            default:
                throw new ArgumentException($"nothing to combine: {combine}", nameof(combine));
        }
    }

    /// <summary>Combines a quorum's votes.</summary>
    /// <param name="statement">What they voted for.</param>
    /// <param name="shares">Their shares: of distinct signers, not fewer than a quorum.</param>
    public Combination<QuorumCertificate> Combine(VoteStatement statement, IReadOnlyList<SignatureShare> shares) =>
        Combine(SignedBytes.Vote(_committee.Chain, statement), shares, signature => new QuorumCertificate(statement, signature));

    /// <summary>Combines a quorum's complaints.</summary>
    /// <param name="statement">What they complained about.</param>
    /// <param name="shares">Their shares: of distinct signers, not fewer than a quorum.</param>
    public Combination<TimeoutCertificate> Combine(ComplaintStatement statement, IReadOnlyList<SignatureShare> shares) =>
        Combine(SignedBytes.Complaint(_committee.Chain, statement), shares, signature => new TimeoutCertificate(statement, signature));

    /// <summary>
    /// Verifies blocks that were fetched: the first must be <paramref name="head"/>, which the caller knows to be certified, each next one the
    /// parent of the one before, one height lower and of an earlier view.
    /// </summary>
    /// <remarks>
    /// No signature needs checking. A certified block got the votes of a quorum, the honest ones among which verified the block's justify before
    /// they voted; the justify is part of the header, which the id is the digest of. So a block with the certified id is certified with all that
    /// its header says, its parent, named and certified by that justify, is so too, and so on down.
    /// </remarks>
    /// <param name="head">The id of a certified block.</param>
    /// <param name="newestFirst">What was fetched, newest first.</param>
    /// <returns>The blocks oldest first, as <see cref="ReplicaEvent.BlocksFetched"/> wants them; null when they are no such chain.</returns>
    public static ImmutableArray<Verified<Block>>? VerifyChain(BlockId head, IReadOnlyList<Block> newestFirst)
    {
        if (newestFirst.Count == 0 || newestFirst[0].Id != head)
            return null;
        for (var i = 1; i < newestFirst.Count; i++)
        {
            var (child, parent) = (newestFirst[i - 1], newestFirst[i]);
            if (child.Parent != parent.Id || child.Height != parent.Height.Next || child.Justify.View != parent.View)
                return null;
        }

        return [.. newestFirst.Reverse().Select(block => new Verified<Block>(block))];
    }

    private static bool IsNumber(long number) => number is > 0 and <= MaxNumber;

    private Refusal? Check(Proposal proposal)
    {
        var block = proposal.Block;
        if (block.Epoch != _committee.Epoch)
            return Refusal.WrongEpoch;
        if (!_committee.Contains(block.Proposer))
            return Refusal.UnknownReplica;
        if (!IsNumber(block.View.Number) || !IsNumber(block.Height.Number))
            return Refusal.Malformed;
        if (block.Justify.View >= block.View)
            return Refusal.WrongParent;
        if (proposal.EntryCertificate is { } entry && entry.View != new View(block.View.Number - 1))
            return Refusal.NoEntryCertificate;
        var statement = SignedBytes.Proposal(_committee.Chain, block.Epoch, block.View, block.Id);
        if (!_identities.Verify(block.Proposer, statement, proposal.Signature))
            return Refusal.BadSignature;
        return Check(block.Justify) ?? CheckOptional(proposal.EntryCertificate);
    }

    private Refusal? Check(Vote vote)
    {
        if (vote.Statement.Epoch != _committee.Epoch)
            return Refusal.WrongEpoch;
        if (!_committee.Contains(vote.Share.Signer))
            return Refusal.UnknownReplica;
        if (!IsNumber(vote.Statement.View.Number) || vote.Statement.Phase > Phase.Commit)
            return Refusal.Malformed;
        return _scheme.VerifyShare(SignedBytes.Vote(_committee.Chain, vote.Statement), vote.Share) ? null : Refusal.BadSignature;
    }

    private Refusal? Check(Complaint complaint)
    {
        var statement = complaint.Statement;
        if (statement.Epoch != _committee.Epoch)
            return Refusal.WrongEpoch;
        if (!_committee.Contains(complaint.Share.Signer))
            return Refusal.UnknownReplica;
        if (!IsNumber(statement.View.Number))
            return Refusal.Malformed;
        if (complaint.LastVote is { } last && last.Share.Signer != complaint.Share.Signer)
            return Refusal.Malformed;
        if (complaint.EntryCertificate is { } entry && entry.View != new View(statement.View.Number - 1))
            return Refusal.NoEntryCertificate;
        if (!_scheme.VerifyShare(SignedBytes.Complaint(_committee.Chain, statement), complaint.Share))
            return Refusal.BadSignature;
        return (complaint.LastVote is { } vote ? Check(vote) : null)
            ?? Check(complaint.HighQc)
            ?? CheckOptional(complaint.EntryCertificate);
    }

    private Refusal? Check(NextView nextView)
    {
        if (!_committee.Contains(nextView.Sender))
            return Refusal.UnknownReplica;
        return Check(nextView.HighQc) ?? CheckOptional(nextView.TimeoutCertificate);
    }

    private Refusal? Check(QuorumCertificate certificate)
    {
        var statement = certificate.Statement;
        if (certificate == _genesis)
            return null;
        if (statement.Epoch != _committee.Epoch)
            return Refusal.WrongEpoch;
        if (!IsNumber(statement.View.Number) || statement.Phase > Phase.Commit)
            return Refusal.BadCertificate;
        return IsCertified(SignedBytes.Vote(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;
    }

    private Refusal? CheckOptional(TimeoutCertificate? certificate) => certificate is null ? null : Check(certificate);

    private Refusal? Check(TimeoutCertificate certificate)
    {
        var statement = certificate.Statement;
        if (statement.Epoch != _committee.Epoch)
            return Refusal.WrongEpoch;
        if (!IsNumber(statement.View.Number))
            return Refusal.BadCertificate;
        return IsCertified(SignedBytes.Complaint(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;
    }

    private bool IsCertified(ReadOnlySpan<byte> statement, Signature signature)
    {
        // Nobody's share and nobody's index: the signers are inside the signature.
        var key = DigestCache.KeyOf(-1, statement, signature.Bytes.Span);
        if (_certificates.Contains(key))
        {
            Interlocked.Increment(ref _certificateHits);
            return true;
        }

        Interlocked.Increment(ref _certificateVerifications);
        if (!_scheme.VerifyCombined(statement, signature))
            return false;
        _certificates.Add(key);
        return true;
    }

    private Combination<T> Combine<T>(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares, Func<Signature, T> certificate)
        where T : class
    {
        switch (_scheme.Combine(statement, shares))
        {
            case CombineResult.BadShares bad:
                return new Combination<T>(bad.Signers);
            case CombineResult.Combined combined:
                _certificates.Add(DigestCache.KeyOf(-1, statement, combined.Signature.Bytes.Span));
                return new Combination<T>(certificate(combined.Signature));
            default:
                throw new InvalidOperationException("the scheme answered with neither a signature nor bad shares");
        }
    }
}
