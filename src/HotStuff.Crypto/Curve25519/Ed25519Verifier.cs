using System.Buffers;
using System.Security.Cryptography;

namespace HotStuff.Crypto;

/// <summary>Verifies Ed25519 signatures of one key that is known beforehand, several times as fast as without tables. Immutable, and safe to use from several threads.</summary>
/// <remarks>
/// <para>
/// Accepts what libsodium's crypto_sign_verify_detached accepts, and nothing else: S below L; a key that is written in its one way and has no small order; R of no small order, and the
/// bytes of R those of s B - h A. (So there is no cofactor in the equation: RFC 8032, 5.1.7, allows that. Tests compare both with the version of libsodium that NSec brings.)
/// </para>
/// <para>All that it works on is public: how long it takes depends on it.</para>
/// </remarks>
internal sealed class Ed25519Verifier
{
    public const int KeySize = EdwardsPoint.Size;
    public const int SignatureSize = EdwardsPoint.Size + Scalar.Size;

    private const int BaseWidth = 8;
    private const int KeyWidth = 5;
    private const int KeySpacing = 2;

    private static readonly Lazy<WindowTable> BaseTable = new(() => new WindowTable(EdwardsPoint.Base, BaseWidth, 1));

    private readonly byte[] _key;
    private readonly Lazy<WindowTable?> _table;

    /// <summary>Takes a key; one that is none verifies nothing. Its table is made when it is first used.</summary>
    /// <param name="key">32 bytes.</param>
    public Ed25519Verifier(ReadOnlySpan<byte> key)
    {
        _key = key.ToArray();
        _table = new Lazy<WindowTable?>(MakeTable);
    }

    /// <summary>Whether the signature is the key's over the message.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="signature">Any bytes.</param>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        LaneSum.IsSupported ? Verify(new LaneSum(), message, signature) : Verify(new PlainSum(), message, signature);

    /// <summary>Reads a key; false if it verifies nothing.</summary>
    internal static bool TryReadKey(ReadOnlySpan<byte> key, out EdwardsPoint point) =>
        EdwardsPoint.TryRead(key, out point) && FieldElement.IsCanonical(point.Y) && !EdwardsPoint.HasSmallOrder(point);

    /// <summary>The same, with a sum of the caller's choice, which is neutral.</summary>
    internal bool Verify<T>(T sum, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        where T : struct, IPointSum
    {
        if (signature.Length != SignatureSize || !Scalar.TryRead(signature[EdwardsPoint.Size..], out var s) || _table.Value is not { } table)
            return false;

        var commitment = signature[..EdwardsPoint.Size];
        table.AddTo(ref sum, Hash(commitment, message));
        BaseTable.Value.AddTo(ref sum, s);
        sum.ToPoint(out var expected);
        return IsCommitment(expected, commitment);
    }

    private static bool IsCommitment(in EdwardsPoint expected, ReadOnlySpan<byte> commitment)
    {
        FieldElement.Invert(expected.Z, out var inverse);
        return EdwardsPoint.IsEncodedBy(expected, inverse, commitment) && !EdwardsPoint.HasSmallOrder(expected);
    }

    /// <summary>SHA-512 of R, the key and the message, modulo L.</summary>
    private Scalar Hash(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> message)
    {
        const int Small = 512;
        var size = EdwardsPoint.Size + KeySize + message.Length;
        var rented = size > Small ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[Small];
        commitment.CopyTo(buffer);
        _key.CopyTo(buffer[EdwardsPoint.Size..]);
        message.CopyTo(buffer[(EdwardsPoint.Size + KeySize)..]);
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        SHA512.HashData(buffer[..size], hash);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return Scalar.Reduce(hash);
    }

    /// <summary>Multiples of the key's negative; null when the key verifies nothing.</summary>
    private WindowTable? MakeTable()
    {
        if (!TryReadKey(_key, out var point))
            return null;
        EdwardsPoint.Neg(point, out var negative);
        return new WindowTable(negative, KeyWidth, KeySpacing);
    }
}
