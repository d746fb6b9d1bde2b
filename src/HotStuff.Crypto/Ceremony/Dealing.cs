using System.Collections.Immutable;
using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Deals as messages: how a dealer makes its own, and what everybody checks of everybody's.</summary>
internal static class Dealing
{
    private static ReadOnlySpan<byte> ProofTag => "HOTSTUFF_KEYGEN_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_"u8;

    /// <summary>The hash by which a dealer commits to its polynomial before it sees another's.</summary>
    public static CeremonyBody.Commitment CommitTo(Roster roster, ReplicaId dealer, FeldmanCommitments polynomial)
    {
        var buffer = new byte[128 + (polynomial.Threshold * BlsPublicKey.Size)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/keygen/commit/1"u8);
        writer.Digest(roster.SessionDigest);
        writer.Int32(dealer.Index);
        writer.Int32(polynomial.Threshold);
        foreach (var coefficient in polynomial.Coefficients)
            writer.Bytes(BlsKeyText.Bytes(coefficient));
        return new CeremonyBody.Commitment(Digest.Of(buffer.AsSpan(0, writer.Length)).ToString());
    }

    /// <summary>A dealer's deal; the same polynomial gives the same.</summary>
    public static CeremonyBody.Deal Deal(Roster roster, ReplicaId dealer, SecretPolynomial polynomial, ReadOnlySpan<byte> encryptionSecret)
    {
        var commitments = polynomial.Commit();
        var proof = new byte[BlsSignature.CompressedSize];
        using (var secret = polynomial.Secret())
            secret.Sign(ProofStatement(roster, dealer, commitments.GroupKey), proof);

        var shares = ImmutableArray.CreateBuilder<string>(roster.Committee.Size);
        foreach (var receiver in roster.Committee.Members)
        {
            using var share = polynomial.Share(ParticipantOf(receiver));
            shares.Add(SealedShare.Seal(encryptionSecret, roster, dealer, receiver, share));
        }

        return new CeremonyBody.Deal([.. commitments.Coefficients.Select(BlsKeyText.Of)], Convert.ToHexStringLower(proof), shares.MoveToImmutable());
    }

    /// <summary>What everybody can check of a deal; the reason is null when it is good.</summary>
    public static (FeldmanCommitments? Commitments, string? Reason) Check(Roster roster, ReplicaId dealer, CeremonyBody.Commitment commitment, CeremonyBody.Deal deal)
    {
        var committee = roster.Committee;
        if (deal.Commitments.Length != committee.Quorum || deal.Shares.Length != committee.Size)
            return (null, $"{deal.Commitments.Length} commitments and {deal.Shares.Length} shares; {committee.Quorum} and {committee.Size} make a deal");
        var points = deal.Commitments.Select(BlsKeyText.TryRead).ToList();
        if (points.FindIndex(point => point is null) is var bad and >= 0)
            return (null, $"its commitment {bad} is no point of G2");

        var polynomial = new FeldmanCommitments(points!);
        if (CommitTo(roster, dealer, polynomial) != commitment)
            return (null, "it dealt another polynomial than it had committed to");
        if (Hexadecimal.TryRead(deal.Proof, BlsSignature.CompressedSize) is not { } proof
            || !polynomial.GroupKey.Verify(ProofStatement(roster, dealer, polynomial.GroupKey), proof))
        {
            return (null, "it did not prove that it knows its secret");
        }

        return (polynomial, null);
    }

    /// <summary>The share that a dealer encrypted to a receiver, if it is on the dealer's polynomial.</summary>
    public static BlsSecretKey? TryOpen(
        Roster roster, ReplicaId dealer, FeldmanCommitments polynomial, CeremonyBody.Deal deal, ReplicaId receiver, ReadOnlySpan<byte> encryptionSecret) =>
        IfGood(polynomial, receiver, SealedShare.TryOpen(encryptionSecret, roster, dealer, receiver, deal.Shares[receiver.Index]));

    /// <summary>The share of a receiver that its dealer published, if it is on the dealer's polynomial.</summary>
    public static BlsSecretKey? TryRead(FeldmanCommitments polynomial, RevealedShare share) =>
        IfGood(polynomial, share.Receiver, Hexadecimal.TryRead(share.Share, BlsSecretKey.Size) is { } bytes ? BlsSecretKey.TryRead(bytes) : null);

    /// <summary>A dealer's share for a receiver, in plain.</summary>
    public static RevealedShare Reveal(SecretPolynomial polynomial, ReplicaId receiver)
    {
        using var share = polynomial.Share(ParticipantOf(receiver));
        var bytes = new byte[BlsSecretKey.Size];
        share.Write(bytes);
        return new RevealedShare(receiver, Convert.ToHexStringLower(bytes));
    }

    public static int ParticipantOf(ReplicaId replica) => replica.Index + 1;

    private static BlsSecretKey? IfGood(FeldmanCommitments polynomial, ReplicaId receiver, BlsSecretKey? share)
    {
        if (share is null || polynomial.Verify(ParticipantOf(receiver), share))
            return share;
        share.Dispose();
        return null;
    }

    private static HashedMessage ProofStatement(Roster roster, ReplicaId dealer, BlsPublicKey key)
    {
        Span<byte> buffer = stackalloc byte[Digest.Size + sizeof(int) + BlsPublicKey.Size];
        var writer = new CanonicalWriter(buffer);
        writer.Digest(roster.SessionDigest);
        writer.Int32(dealer.Index);
        writer.Bytes(BlsKeyText.Bytes(key));
        return HashedMessage.Of(buffer, ProofTag);
    }
}
