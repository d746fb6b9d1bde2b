using System.Collections.Immutable;
using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>What an operator publishes in one round, signed with its replica's identity key. Immutable.</summary>
/// <param name="Session">The digest of the roster in 64 hexadecimal digits, so that a message of one ceremony is none of another; empty in the roster itself.</param>
/// <param name="From">Whose it is.</param>
/// <param name="Seen">
/// The digests of the messages of the round before that this one rests on, by replica, empty for those left out: whoever shows different messages to different
/// operators is found out one round later. None where that is no matter: in the roster, the commitments and the confirmations.
/// </param>
/// <param name="Body">What it says.</param>
/// <param name="Signature">Ed25519 over everything else, 128 hexadecimal digits.</param>
public sealed record CeremonyMessage(string Session, ReplicaId From, ImmutableArray<string> Seen, CeremonyBody Body, string Signature)
{
    /// <summary>The round that it belongs to.</summary>
    public CeremonyRound Round => Body.Round;

    /// <summary>SHA-256 of what is signed, 64 hexadecimal digits.</summary>
    internal string Digest => Consensus.Digest.Of(CeremonyMessageFile.SignedBytes(this)).ToString();

    internal static CeremonyMessage Sign(string session, ReplicaId from, ImmutableArray<string> seen, CeremonyBody body, ReadOnlySpan<byte> identitySecret)
    {
        var unsigned = new CeremonyMessage(session, from, seen, body, "");
        using var key = ReplicaKeys.Import(identitySecret);
        return unsigned with { Signature = Convert.ToHexStringLower(SignatureAlgorithm.Ed25519.Sign(key, CeremonyMessageFile.SignedBytes(unsigned))) };
    }

    internal bool IsSignedWith(string identityKey) =>
        Ed25519PublicKeys.IsKey(identityKey)
        && Hexadecimal.TryRead(Signature, Ed25519PublicKeys.SignatureSize) is { } signature
        && new Ed25519PublicKeys([identityKey]).Verify(new ReplicaId(0), CeremonyMessageFile.SignedBytes(this), signature);
}

/// <summary>What a message says, one kind for each round.</summary>
public abstract record CeremonyBody
{
    private CeremonyBody()
    {
    }

    /// <summary>The round that it is for.</summary>
    public abstract CeremonyRound Round { get; }

    /// <summary>Takes part.</summary>
    /// <param name="Terms">What the operator understands that all agree on.</param>
    /// <param name="Address">Where the replica will be reached.</param>
    /// <param name="IdentityKey">The replica's Ed25519 public key: 64 hexadecimal digits, lower case.</param>
    /// <param name="EncryptionKey">An X25519 public key, for this ceremony only: 64 hexadecimal digits, lower case.</param>
    public sealed record Enrolment(CeremonyTerms Terms, ReplicaAddress Address, string IdentityKey, string EncryptionKey) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Roster;
    }

    /// <summary>Commits to a polynomial.</summary>
    /// <param name="Hash">SHA-256 over session, dealer and Feldman commitments, 64 hexadecimal digits.</param>
    public sealed record Commitment(string Hash) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Commit;
    }

    /// <summary>Deals. Whether the texts are what they should be decides whether the dealer qualifies, not whether the message can be read.</summary>
    /// <param name="Commitments">The Feldman commitments: as many points of G2 as make a quorum, that of the secret first.</param>
    /// <param name="Proof">A signature with the dealer's secret over session, dealer and the secret's commitment: without it a dealer could use what it does not know.</param>
    /// <param name="Shares">Each replica's share, encrypted to it (<see cref="SealedShare"/>).</param>
    public sealed record Deal(ImmutableArray<string> Commitments, string Proof, ImmutableArray<string> Shares) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Deal;
    }

    /// <summary>Says whose deals were bad.</summary>
    /// <param name="Against">The dealers; none when all were good.</param>
    public sealed record Complaints(ImmutableArray<ReplicaId> Against) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Complain;
    }

    /// <summary>Answers the complaints about a dealer.</summary>
    /// <param name="Shares">The share of every replica that complained, for all to check.</param>
    public sealed record Justification(ImmutableArray<RevealedShare> Shares) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Justify;
    }

    /// <summary>Signs the result.</summary>
    /// <param name="Genesis">SHA-256 of the genesis file, 64 hexadecimal digits.</param>
    /// <param name="Qualified">The dealers whose polynomials are in the sum.</param>
    /// <param name="Share">The replica's signature share over session and genesis: it shows that its share key works.</param>
    public sealed record Confirmation(string Genesis, ImmutableArray<ReplicaId> Qualified, string Share) : CeremonyBody
    {
        /// <inheritdoc/>
        public override CeremonyRound Round => CeremonyRound.Confirm;
    }
}

/// <summary>A share that its dealer published.</summary>
/// <param name="Receiver">Whose it is.</param>
/// <param name="Share">64 hexadecimal digits.</param>
public readonly record struct RevealedShare(ReplicaId Receiver, string Share);
