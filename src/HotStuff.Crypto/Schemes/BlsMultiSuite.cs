using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Certificates as a bitmap of the signers and one BLS12-381 signature of 48 bytes. Everybody makes a key of its own: there is no dealer. A share key is the public key and
/// the proof that its secret is known, without which a replica could choose a key that cancels the others' in a sum.
/// </summary>
public sealed class BlsMultiSuite : ISignatureSuite
{
    private const int ShareKeySize = BlsPublicKey.Size + BlsSignature.CompressedSize;

    /// <inheritdoc/>
    public string Name => BlsMultiScheme.SchemeName;

    /// <inheritdoc/>
    public string ShareKeyForm => $"a point of G2 and the proof of possession of its secret, together {2 * ShareKeySize} hexadecimal digits";

    /// <inheritdoc/>
    public bool HasCommitments => false;

    /// <inheritdoc/>
    public bool IsShareKey(string key) =>
        Hexadecimal.TryRead(key, ShareKeySize) is { } bytes
        && BlsPublicKey.TryRead(bytes.AsSpan(0, BlsPublicKey.Size)) is { } point
        && point.VerifyPossession(bytes.AsSpan(BlsPublicKey.Size));

    /// <inheritdoc/>
    public string? CommitmentProblem(int quorum, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments) =>
        commitments.Count == 0 ? null : $"{commitments.Count}; {Name} has none";

    /// <inheritdoc/>
    public QuorumKeys GenerateKeys(int replicas, int quorum, Func<int, byte[]> random)
    {
        using var source = new BlsKeyText.Source(random);
        var secrets = new List<byte[]>(replicas);
        var shareKeys = new List<string>(replicas);
        for (var i = 0; i < replicas; i++)
        {
            using var key = BlsSecretKey.Generate(source);
            secrets.Add(BlsKeyText.SecretOf(key));
            shareKeys.Add(ShareKeyOf(key));
        }

        return new QuorumKeys(secrets, shareKeys, []);
    }

    /// <inheritdoc/>
    public IShareSigner? ImportShare(ReadOnlySpan<byte> secret) =>
        BlsSecretKey.TryRead(secret) is { } key ? new BlsShareSigner(key, ShareKeyOf, HashedMessage.OfAggregate) : null;

    /// <inheritdoc/>
    public IQuorumScheme CreateScheme(
        Committee committee, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments, IShareCache? known = null) =>
        new BlsMultiScheme(committee, new MultiSignatureKeys(shareKeys.Select(key => BlsKeyText.Read(key[..(2 * BlsPublicKey.Size)])), committee.Quorum));

    private static string ShareKeyOf(BlsSecretKey key)
    {
        Span<byte> proof = stackalloc byte[BlsSignature.CompressedSize];
        key.ProvePossession(proof);
        return BlsKeyText.Of(key.ToPublicKey()) + Convert.ToHexStringLower(proof);
    }
}
