using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>Certificates as lists of Ed25519 signatures: cheapest for small committees, and 64 bytes for each signer.</summary>
public sealed class Ed25519Suite : ISignatureSuite
{
    /// <inheritdoc/>
    public string Name => Ed25519QuorumScheme.SchemeName;

    /// <inheritdoc/>
    public string ShareKeyForm => Ed25519PublicKeys.Allowed;

    /// <inheritdoc/>
    public bool HasCommitments => false;

    /// <inheritdoc/>
    public bool IsShareKey(string key) => Ed25519PublicKeys.IsKey(key);

    /// <inheritdoc/>
    public string? CommitmentProblem(int quorum, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments) =>
        commitments.Count == 0 ? null : $"{commitments.Count}; {Name} has none";

    /// <inheritdoc/>
    public QuorumKeys GenerateKeys(int replicas, int quorum, Func<int, byte[]> random)
    {
        var secrets = Enumerable.Range(0, replicas).Select(_ => random(ReplicaKeys.SecretSize)).ToArray();
        return new QuorumKeys(secrets, [.. secrets.Select(secret => ReplicaKeys.PublicKeyOf(secret))], []);
    }

    /// <inheritdoc/>
    public IShareSigner ImportShare(ReadOnlySpan<byte> secret) => new Signer(ReplicaKeys.Import(secret));

    /// <inheritdoc/>
    public IQuorumScheme CreateScheme(
        Committee committee, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments, IShareCache? known = null) =>
        new Ed25519QuorumScheme(committee, shareKeys, known);

    private sealed class Signer(Key key) : IShareSigner
    {
        public string ShareKey => ReplicaKeys.PublicKeyOf(key);

        public Signature Sign(ReadOnlySpan<byte> statement) => new(SignatureAlgorithm.Ed25519.Sign(key, statement));

        public void Dispose() => key.Dispose();
    }
}
