using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>The validators' Ed25519 public keys of one kind, imported once.</summary>
internal sealed class Ed25519PublicKeys
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;
    public const string Allowed = "64 hexadecimal digits";

    private static readonly SignatureAlgorithm Algorithm = SignatureAlgorithm.Ed25519;

    private readonly PublicKey[] _keys;

    /// <summary>Imports keys of which <see cref="IsKey"/> holds.</summary>
    public Ed25519PublicKeys(IEnumerable<string> keys) =>
        _keys = keys.Select(key => TryImport(key) ?? throw new ArgumentException("not an Ed25519 public key", nameof(keys))).ToArray();

    public int Count => _keys.Length;

    public static bool IsKey(string key) => TryImport(key) is not null;

    /// <summary>Whether the signature is the replica's over the message. False for any replica, length and content that is not.</summary>
    public bool Verify(ReplicaId replica, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        (uint)replica.Index < (uint)_keys.Length
        && signature.Length == SignatureSize
        && Algorithm.Verify(_keys[replica.Index], message, signature);

    private static PublicKey? TryImport(string key) =>
        Hexadecimal.TryRead(key, KeySize) is { } bytes && PublicKey.TryImport(Algorithm, bytes, KeyBlobFormat.RawPublicKey, out var imported)
            ? imported
            : null;
}
