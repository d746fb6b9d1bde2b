using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A certificate says who signed and holds the sum of their BLS12-381 signatures: a <see cref="SignerBitmap"/> of exactly a quorum, then 48 bytes.
/// </summary>
/// <param name="committee">The validators; validator i is participant i + 1.</param>
/// <param name="keys">Theirs, whose possession was proven, with the committee's quorum as threshold.</param>
public sealed class BlsMultiScheme(Committee committee, MultiSignatureKeys keys) : BlsQuorumScheme(committee, keys)
{
    internal const string SchemeName = "bls-multi";

    /// <inheritdoc/>
    public override string Name => SchemeName;

    private int BitmapSize => SignerBitmap.SizeOf(Committee);

    /// <inheritdoc/>
    public override bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined)
    {
        var bytes = combined.Bytes.Span;
        return bytes.Length == BitmapSize + BlsSignature.CompressedSize
            && SignerBitmap.TryRead(Committee, bytes[..BitmapSize]) is { } signers
            && keys.Verify(Hash(statement), [.. signers.Select(ParticipantOf)], bytes[BitmapSize..]);
    }

    private protected override HashedMessage Hash(ReadOnlySpan<byte> statement) => HashedMessage.OfAggregate(statement);

    private protected override byte[] CertificateOf(IEnumerable<ReplicaId> signers, byte[] combined) => [.. SignerBitmap.Of(Committee, signers), .. combined];
}
