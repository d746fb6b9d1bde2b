using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A certificate is one BLS12-381 signature of the group: 48 bytes at any number of replicas. Any quorum of shares gives the same one.
/// </summary>
/// <remarks>
/// Verifying a share costs as much as verifying a certificate, so a share that looks like one is taken as it comes and only what a quorum of them combines to is verified.
/// When that is not good the bad shares are found and blamed, and from then on shares of those signers are verified when they come.
/// The signer of a share must therefore be known otherwise: from the link that it came over.
/// </remarks>
public sealed class BlsThresholdScheme : IQuorumScheme
{
    internal const string SchemeName = "bls";

    private readonly Committee _committee;
    private readonly ThresholdKeys _keys;

    /// <summary>With the group's public keys.</summary>
    /// <param name="committee">The validators; validator i is participant i + 1.</param>
    /// <param name="keys">Of as many participants, with the committee's quorum as threshold.</param>
    public BlsThresholdScheme(Committee committee, ThresholdKeys keys)
    {
        if (keys.Participants != committee.Size || keys.Threshold != committee.Quorum)
        {
            throw new ArgumentException(
                $"keys of {keys.Threshold} of {keys.Participants} for a committee of {committee.Quorum} of {committee.Size}", nameof(keys));
        }

        _committee = committee;
        _keys = keys;
    }

    /// <inheritdoc/>
    public string Name => SchemeName;

    /// <inheritdoc/>
    public bool CombinesAtOnce => false;

    /// <inheritdoc/>
    public bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share) =>
        _committee.Contains(share.Signer)
        && share.Signature.Bytes.Length == BlsSignature.UncompressedSize
        && (!_keys.IsSuspect(ParticipantOf(share.Signer)) || _keys.VerifyShare(HashedMessage.Of(statement), ShareOf(share)));

    /// <inheritdoc/>
    public CombineResult Combine(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares)
    {
        var combined = new byte[BlsSignature.CompressedSize];
        var bad = new List<int>();
        return _keys.TryCombine(HashedMessage.Of(statement), [.. shares.Select(ShareOf)], combined, bad)
            ? new CombineResult.Combined(new Signature(combined))
            : new CombineResult.BadShares([.. bad.Select(participant => new ReplicaId(participant - 1))]);
    }

    /// <inheritdoc/>
    public bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined) =>
        combined.Bytes.Length == BlsSignature.CompressedSize && _keys.Verify(HashedMessage.Of(statement), combined.Bytes.Span);

    private static int ParticipantOf(ReplicaId replica) => replica.Index + 1;

    private static ThresholdShare ShareOf(SignatureShare share) => new(ParticipantOf(share.Signer), share.Signature.Bytes);
}
