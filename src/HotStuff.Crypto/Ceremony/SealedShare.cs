using System.Security.Cryptography;
using HotStuff.Bls12381;
using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>
/// A share on its way from a dealer to its receiver: ChaCha20-Poly1305 under a key from both sides' X25519 keys by HKDF-SHA-256, with session, dealer and receiver as context.
/// </summary>
/// <remarks>
/// Encryption keys serve one ceremony, and the context makes the key that of one dealer and one receiver, so a key encrypts one share only and the nonce is zero. The
/// same share gives the same bytes, so that a dealer that starts again publishes what it published before.
/// </remarks>
internal static class SealedShare
{
    public const int KeySize = 32;

    private const int Size = BlsSecretKey.Size + 16;

    private static readonly KeyAgreementAlgorithm Agreement = KeyAgreementAlgorithm.X25519;
    private static readonly AeadAlgorithm Cipher = AeadAlgorithm.ChaCha20Poly1305;
    private static readonly byte[] Nonce = new byte[12];

    /// <summary>The public encryption key of a secret one.</summary>
    public static string PublicKeyOf(ReadOnlySpan<byte> secret)
    {
        using var key = Key.Import(Agreement, secret, KeyBlobFormat.RawPrivateKey);
        return Convert.ToHexStringLower(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>Whether the text is a key with which others can agree: points of small order are none.</summary>
    public static bool IsEncryptionKey(string text)
    {
        if (TryImport(text) is not { } key)
            return false;
        using var anyone = Key.Create(Agreement);
        using var agreed = Agreement.Agree(anyone, key);
        return agreed is not null;
    }

    /// <summary>Encrypts, with the dealer's secret; 96 hexadecimal digits.</summary>
    public static string Seal(ReadOnlySpan<byte> secret, Roster roster, ReplicaId dealer, ReplicaId receiver, BlsSecretKey share)
    {
        var context = Context(roster, dealer, receiver);
        using var key = Agree(secret, roster.Members[receiver.Index].EncryptionKey, roster, context);
        Span<byte> plain = stackalloc byte[BlsSecretKey.Size];
        share.Write(plain);
        var encrypted = Cipher.Encrypt(key, Nonce, context, plain);
        CryptographicOperations.ZeroMemory(plain);
        return Convert.ToHexStringLower(encrypted);
    }

    /// <summary>Decrypts, with the receiver's secret; null when it is not what this dealer encrypted to this receiver, or no share.</summary>
    public static BlsSecretKey? TryOpen(ReadOnlySpan<byte> secret, Roster roster, ReplicaId dealer, ReplicaId receiver, string encrypted)
    {
        if (Hexadecimal.TryRead(encrypted, Size) is not { } bytes)
            return null;

        var context = Context(roster, dealer, receiver);
        using var key = Agree(secret, roster.Members[dealer.Index].EncryptionKey, roster, context);
        Span<byte> plain = stackalloc byte[BlsSecretKey.Size];
        var share = Cipher.Decrypt(key, Nonce, context, bytes, plain) ? BlsSecretKey.TryRead(plain) : null;
        CryptographicOperations.ZeroMemory(plain);
        return share;
    }

    private static Key Agree(ReadOnlySpan<byte> secret, string other, Roster roster, ReadOnlySpan<byte> context)
    {
        using var own = Key.Import(Agreement, secret, KeyBlobFormat.RawPrivateKey);
        using var agreed = Agreement.Agree(own, TryImport(other)!) ?? throw new ArgumentException("the roster checked that keys agree", nameof(other));
        return KeyDerivationAlgorithm.HkdfSha256.DeriveKey(agreed, roster.SessionDigest.ToArray(), context, Cipher);
    }

    private static PublicKey? TryImport(string text) =>
        Hexadecimal.TryRead(text, KeySize) is { } bytes && PublicKey.TryImport(Agreement, bytes, KeyBlobFormat.RawPublicKey, out var key) ? key : null;

    private static byte[] Context(Roster roster, ReplicaId dealer, ReplicaId receiver)
    {
        Span<byte> buffer = stackalloc byte[64 + Digest.Size];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/keygen/share/1"u8);
        writer.Digest(roster.SessionDigest);
        writer.Int32(dealer.Index);
        writer.Int32(receiver.Index);
        return buffer[..writer.Length].ToArray();
    }
}
