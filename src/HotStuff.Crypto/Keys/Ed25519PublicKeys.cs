using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>The validators' Ed25519 public keys of one kind, of which each is prepared once.</summary>
internal sealed class Ed25519PublicKeys
{
    public const int KeySize = Ed25519Verifier.KeySize;
    public const int SignatureSize = Ed25519Verifier.SignatureSize;
    public const string Allowed = "64 hexadecimal digits";

    private readonly Ed25519Verifier[] _keys;

    /// <summary>Takes keys of which <see cref="IsKey"/> holds.</summary>
    public Ed25519PublicKeys(IEnumerable<string> keys) =>
        _keys = keys.Select(key => new Ed25519Verifier(TryRead(key) ?? throw new ArgumentException("not an Ed25519 public key", nameof(keys)))).ToArray();

    public int Count => _keys.Length;

    public static bool IsKey(string key) => TryRead(key) is not null;

    /// <summary>Whether the signature is the replica's over the message. False for any replica, length and content that is not.</summary>
    public bool Verify(ReplicaId replica, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        (uint)replica.Index < (uint)_keys.Length && _keys[replica.Index].Verify(message, signature);

    private static byte[]? TryRead(string key) =>
        Hexadecimal.TryRead(key, KeySize) is { } bytes && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out _) ? bytes : null;
}
