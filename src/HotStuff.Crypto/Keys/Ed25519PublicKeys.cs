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

    /// <summary>Which of several signatures over one message are their signers'; cheaper than one by one.</summary>
    public bool[] VerifyEach(ReadOnlySpan<byte> message, IReadOnlyList<SignatureShare> shares)
    {
        var expected = new EdwardsPoint[shares.Count];
        var isGood = new bool[shares.Count];
        for (var i = 0; i < shares.Count; i++)
        {
            var signer = shares[i].Signer.Index;
            isGood[i] = (uint)signer < (uint)_keys.Length && _keys[signer].TryExpect(message, shares[i].Signature.Bytes.Span, out expected[i]);
            if (!isGood[i])
                expected[i] = EdwardsPoint.Neutral;
        }

        var inverses = new FieldElement[shares.Count];
        EdwardsPoint.InvertZ(expected, inverses);
        for (var i = 0; i < shares.Count; i++)
            isGood[i] = isGood[i] && Ed25519Verifier.IsCommitment(expected[i], inverses[i], shares[i].Signature.Bytes.Span);
        return isGood;
    }

    private static byte[]? TryRead(string key) =>
        Hexadecimal.TryRead(key, KeySize) is { } bytes && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out _) ? bytes : null;
}
