using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>What the schemes over BLS12-381 have in common: how shares are taken and combined.</summary>
/// <remarks>
/// Verifying a share costs as much as verifying a certificate, so a share that looks like one is taken as it comes and only what a quorum of them combines to is verified.
/// When that is not good the bad shares are found and blamed, and from then on shares of those signers are verified when they come.
/// The signer of a share must therefore be known otherwise: from the link that it came over.
/// </remarks>
public abstract class BlsQuorumScheme : IQuorumScheme
{
    private readonly ParticipantKeys _keys;

    private protected BlsQuorumScheme(Committee committee, ParticipantKeys keys)
    {
        if (keys.Participants != committee.Size || keys.Threshold != committee.Quorum)
        {
            throw new ArgumentException(
                $"keys of {keys.Threshold} of {keys.Participants} for a committee of {committee.Quorum} of {committee.Size}", nameof(keys));
        }

        Committee = committee;
        _keys = keys;
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public bool CombinesAtOnce => false;

    private protected Committee Committee { get; }

    /// <inheritdoc/>
    public bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share) =>
        Committee.Contains(share.Signer)
        && share.Signature.Bytes.Length == BlsSignature.UncompressedSize
        && (!_keys.IsSuspect(ParticipantOf(share.Signer)) || _keys.VerifyShare(Hash(statement), ShareOf(share)));

    /// <inheritdoc/>
    public bool ProvesShare(ReadOnlySpan<byte> statement, SignatureShare share) =>
        Committee.Contains(share.Signer)
        && share.Signature.Bytes.Length == BlsSignature.UncompressedSize
        && _keys.VerifyShare(Hash(statement), ShareOf(share));

    /// <inheritdoc/>
    public CombineResult Combine(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares)
    {
        var combined = new byte[BlsSignature.CompressedSize];
        var bad = new List<int>();
        return _keys.TryCombine(Hash(statement), [.. shares.Select(ShareOf)], combined, bad)
            ? new CombineResult.Combined(new Signature(CertificateOf(shares.Take(Committee.Quorum).Select(share => share.Signer), combined)))
            : new CombineResult.BadShares([.. bad.Select(participant => new ReplicaId(participant - 1))]);
    }

    /// <inheritdoc/>
    public abstract bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined);

    /// <summary>Replica i is participant i + 1.</summary>
    private protected static int ParticipantOf(ReplicaId replica) => replica.Index + 1;

    /// <summary>The statement as what is signed.</summary>
    private protected abstract HashedMessage Hash(ReadOnlySpan<byte> statement);

    /// <summary>The bytes of a certificate.</summary>
    /// <param name="signers">The quorum whose shares were combined, in any order.</param>
    /// <param name="combined">What they combine to: 48 bytes.</param>
    private protected abstract byte[] CertificateOf(IEnumerable<ReplicaId> signers, byte[] combined);

    private static ThresholdShare ShareOf(SignatureShare share) => new(ParticipantOf(share.Signer), share.Signature.Bytes);
}
