using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A certificate is one BLS12-381 signature of the group: 48 bytes at any number of replicas. Any quorum of shares gives the same one.
/// </summary>
/// <param name="committee">The validators; validator i is participant i + 1.</param>
/// <param name="keys">Of as many participants, with the committee's quorum as threshold.</param>
public sealed class BlsThresholdScheme(Committee committee, ThresholdKeys keys) : BlsQuorumScheme(committee, keys)
{
    internal const string SchemeName = "bls";

    /// <inheritdoc/>
    public override string Name => SchemeName;

    /// <inheritdoc/>
    public override bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined) =>
        combined.Bytes.Length == BlsSignature.CompressedSize && keys.Verify(Hash(statement), combined.Bytes.Span);

    private protected override HashedMessage Hash(ReadOnlySpan<byte> statement) => HashedMessage.Of(statement);

    private protected override byte[] CertificateOf(IEnumerable<ReplicaId> signers, byte[] combined) => combined;
}
