using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Pairing;

namespace HotStuff.Bls12381;

/// <summary>
/// A public key: a point of G2 of order r. The lines that verification needs, about 15 KB, are computed at first use and kept. Immutable; safe to use from several threads.
/// </summary>
public sealed class BlsPublicKey : IEquatable<BlsPublicKey>
{
    /// <summary>Bytes of the encoding: compressed.</summary>
    public const int Size = G2.CompressedSize;

    private readonly byte[] _encoded = new byte[Size];
    private readonly Lazy<PreparedG2> _prepared;

    private BlsPublicKey(in Affine<Fp2> point)
    {
        var copy = point;
        Point = point;
        G2.WriteCompressed(point, _encoded);
        _prepared = new Lazy<PreparedG2>(() => new PreparedG2(copy));
    }

    internal Affine<Fp2> Point { get; }

    internal PreparedG2 Prepared => _prepared.Value;

    /// <summary>Reads 96 bytes; null unless they are the one encoding of a point of the group other than infinity.</summary>
    public static BlsPublicKey? TryRead(ReadOnlySpan<byte> source) =>
        G2.TryReadCompressed(source, out var point) && G2.IsInSubgroup(point) ? new BlsPublicKey(point) : null;

    /// <summary>The sum of keys, to verify <see cref="BlsSignature.TryAggregate"/> of their signatures with. Sound only for keys whose possession was proven.</summary>
    /// <exception cref="ArgumentException">There is no key, or they cancel each other.</exception>
    public static BlsPublicKey Aggregate(IEnumerable<BlsPublicKey> keys)
    {
        var sum = Point<Fp2>.Infinity;
        foreach (var key in keys)
            Point<Fp2>.Add(sum, Point<Fp2>.From(key.Point), out sum);
        return FromPoint(sum);
    }

    /// <summary>Writes 96 bytes.</summary>
    public void Write(Span<byte> destination) => _encoded.CopyTo(destination);

    /// <summary>Whether <paramref name="signature"/>, 48 or 96 bytes, is this key's over <paramref name="message"/>. No bytes make it throw.</summary>
    public bool Verify(in HashedMessage message, ReadOnlySpan<byte> signature) =>
        BlsSignature.TryRead(signature, out var point) && G1.IsInSubgroup(point) && Verify(message, Point<Fp>.From(point));

    /// <summary>Whether <paramref name="proof"/> shows that whoever made it knows the secret key. Never throws.</summary>
    public bool VerifyPossession(ReadOnlySpan<byte> proof) => Verify(HashedMessage.OfKey(_encoded), proof);

    /// <inheritdoc/>
    public bool Equals(BlsPublicKey? other) => other is not null && _encoded.AsSpan().SequenceEqual(other._encoded);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as BlsPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_encoded, Size - sizeof(int));

    internal static BlsPublicKey FromPoint(in Point<Fp2> point) =>
        Point<Fp2>.TryToAffine(point, out var affine) ? new BlsPublicKey(affine) : throw new ArgumentException("infinity is no public key", nameof(point));

    /// <summary>e(signature, generator) = e(message, key), for a signature of the group.</summary>
    internal bool Verify(in HashedMessage message, in Point<Fp> signature)
    {
        Point<Fp>.Neg(signature, out var negative);
        AtePairing.PairProduct(negative, PreparedG2.Generator, message.Point, Prepared, out var value);
        return Fp12.IsOne(value);
    }
}
