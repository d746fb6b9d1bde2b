using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>
/// A replica's private keys as they are generated and kept in its key file: one for shares of certificates, one for everything else.
/// </summary>
public sealed class ReplicaKeys
{
    /// <summary>Bytes of a private key.</summary>
    public const int SecretSize = 32;

    private readonly ISignatureSuite _suite;

    internal ReplicaKeys(ChainId chain, ISignatureSuite suite, ReplicaId replica, byte[] identitySecret, byte[] shareSecret)
    {
        Chain = chain;
        _suite = suite;
        Replica = replica;
        IdentitySecret = identitySecret;
        ShareSecret = shareSecret;
    }

    /// <summary>The chain that the keys are for.</summary>
    public ChainId Chain { get; }

    /// <summary>Whose keys they are.</summary>
    public ReplicaId Replica { get; }

    internal byte[] IdentitySecret { get; }

    internal byte[] ShareSecret { get; }

    /// <summary>Makes the keys ready to sign.</summary>
    /// <exception cref="ConfigurationProblemException">The share secret is no key.</exception>
    public ReplicaSigner CreateSigner() => new(
        Replica, IdentitySecret, _suite.ImportShare(ShareSecret) ?? throw new ConfigurationProblemException($"the share secret of {Replica} is no key of {_suite.Name}"));

    /// <summary>Whose keys these are, without the keys.</summary>
    public override string ToString() => $"keys of {Replica} on {Chain}";

    internal static Key Import(ReadOnlySpan<byte> secret) => Key.Import(SignatureAlgorithm.Ed25519, secret, KeyBlobFormat.RawPrivateKey);

    internal static string PublicKeyOf(ReadOnlySpan<byte> secret)
    {
        using var key = Import(secret);
        return PublicKeyOf(key);
    }

    internal static string PublicKeyOf(Key key) => Convert.ToHexStringLower(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
}
