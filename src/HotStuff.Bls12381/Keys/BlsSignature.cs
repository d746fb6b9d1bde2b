using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>
/// Lengths of signatures, and sums of them. A signature is a point of G1: 48 bytes compressed, or 96 bytes uncompressed, which spares whoever reads it a square root.
/// </summary>
public static class BlsSignature
{
    /// <summary>Bytes of a compressed signature.</summary>
    public const int CompressedSize = G1.CompressedSize;

    /// <summary>Bytes of an uncompressed signature.</summary>
    public const int UncompressedSize = G1.UncompressedSize;

    /// <summary>
    /// The sum of signatures of several keys over one message, to be verified with <see cref="BlsPublicKey.Aggregate"/> of the keys. Sound only for keys whose possession was proven.
    /// </summary>
    /// <param name="signatures">Of either form.</param>
    /// <param name="aggregate">Receives the sum: 48 bytes, or 96 for the uncompressed form.</param>
    /// <returns>False if one of them is no point of the curve, or their sum is infinity.</returns>
    public static bool TryAggregate(IEnumerable<ReadOnlyMemory<byte>> signatures, Span<byte> aggregate)
    {
        var sum = Point<Fp>.Infinity;
        foreach (var signature in signatures)
        {
            if (!TryRead(signature.Span, out var point))
                return false;
            Point<Fp>.Add(sum, Point<Fp>.From(point), out sum);
        }

        return TryWrite(sum, aggregate);
    }

    /// <summary>Reads a point of the curve of either form. The subgroup is not checked.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> signature, out Affine<Fp> point) =>
        signature.Length == CompressedSize ? G1.TryReadCompressed(signature, out point) : G1.TryReadUncompressed(signature, out point);

    /// <summary>Writes the form that fits the length; false for infinity.</summary>
    internal static bool TryWrite(in Point<Fp> point, Span<byte> signature)
    {
        if (!Point<Fp>.TryToAffine(point, out var affine))
            return false;

        switch (signature.Length)
        {
            case CompressedSize:
                G1.WriteCompressed(affine, signature);
                return true;
            case UncompressedSize:
                G1.WriteUncompressed(affine, signature);
                return true;
            default:
                throw new ArgumentException($"{signature.Length} bytes for a signature of {CompressedSize} or {UncompressedSize}", nameof(signature));
        }
    }
}
