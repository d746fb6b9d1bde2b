using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Hashing;

namespace HotStuff.Bls12381;

/// <summary>A message as the point of G1 that is signed. Hash once, and use it for all shares and certificates of the message.</summary>
/// <remarks>The default value is no message: to sign or to verify it is a mistake and throws <see cref="ArgumentException"/>.</remarks>
public readonly struct HashedMessage
{
    internal readonly Point<Fp> Point;

    internal HashedMessage(in Point<Fp> point) => Point = point;

    // The ciphersuites of the BLS signature draft (draft-irtf-cfrg-bls-signature, section 4.2) with signatures in G1: the basic scheme's, and those of the scheme whose
    // aggregates are safe because possession of keys is proven.
    private static ReadOnlySpan<byte> SignatureTag => "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"u8;

    private static ReadOnlySpan<byte> AggregateTag => "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_"u8;

    private static ReadOnlySpan<byte> PossessionTag => "BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_"u8;

    /// <summary>Hashes a message of any length under the suite's standard tag, <c>BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_</c>.</summary>
    public static HashedMessage Of(ReadOnlySpan<byte> message) => Of(message, SignatureTag);

    /// <summary>
    /// Hashes a message of any length whose signatures are to be added up (<see cref="MultiSignatureKeys"/>), under the standard tag of keys whose possession is proven,
    /// <c>BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_</c>.
    /// </summary>
    public static HashedMessage OfAggregate(ReadOnlySpan<byte> message) => Of(message, AggregateTag);

    /// <summary>Hashes a message of any length under a tag of the application's own.</summary>
    public static HashedMessage Of(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag)
    {
        HashToCurve.ToG1(message, tag, out var point);
        return new HashedMessage(point);
    }

    /// <summary>Hashes a public key for the proof that its secret is known: under a tag of its own, so that no signature is such a proof.</summary>
    internal static HashedMessage OfKey(ReadOnlySpan<byte> publicKey) => Of(publicKey, PossessionTag);
}
