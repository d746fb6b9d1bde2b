using System.Security.Cryptography;
using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Certificates as one BLS12-381 signature of 48 bytes, verified with one group key, at any number of replicas. Keys come from a dealer, who is trusted to forget the group's
/// secret, or from all operators together (<see cref="Ceremony"/>); commitments let everybody check that all shares belong to one group of the right threshold, n-f.
/// </summary>
public sealed class BlsThresholdSuite : ISignatureSuite
{
    /// <inheritdoc/>
    public string Name => BlsThresholdScheme.SchemeName;

    /// <inheritdoc/>
    public string ShareKeyForm => $"a point of G2, {2 * BlsPublicKey.Size} hexadecimal digits";

    /// <inheritdoc/>
    public bool HasCommitments => true;

    /// <inheritdoc/>
    public bool IsShareKey(string key) => BlsKeyText.TryRead(key) is not null;

    /// <inheritdoc/>
    public string? CommitmentProblem(int quorum, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments)
    {
        if (shareKeys.Count > ThresholdKeys.MaxParticipants)
            return $"for {shareKeys.Count} validators; {Name} serves up to {ThresholdKeys.MaxParticipants}";
        if (commitments.Count != quorum)
            return $"{commitments.Count}; {quorum} make the threshold of {shareKeys.Count} validators";
        var points = commitments.Select(BlsKeyText.TryRead).ToList();
        if (points.FindIndex(point => point is null) is var bad and >= 0)
            return $"no point of G2 at position {bad}";
        var feldman = new FeldmanCommitments(points!);
        for (var i = 0; i < shareKeys.Count; i++)
        {
            if (!feldman.Verify(i + 1, BlsKeyText.TryRead(shareKeys[i])!))
                return $"of another group than the share key of validator {i}";
        }

        return null;
    }

    /// <inheritdoc/>
    public QuorumKeys GenerateKeys(int replicas, int quorum, Func<int, byte[]> random)
    {
        using var source = new Source(random);
        using var deal = ThresholdDealer.Deal(quorum, replicas, source);
        return new QuorumKeys(
            [.. deal.Shares.Select(BytesOf)],
            [.. deal.Shares.Select(share => BlsKeyText.Write(share.ToPublicKey()))],
            [.. deal.Commitments.Coefficients.Select(BlsKeyText.Write)]);
    }

    /// <inheritdoc/>
    public IShareSigner? ImportShare(ReadOnlySpan<byte> secret) => BlsSecretKey.TryRead(secret) is { } key ? new Signer(key) : null;

    /// <inheritdoc/>
    public IQuorumScheme CreateScheme(
        Committee committee, IReadOnlyList<string> shareKeys, IReadOnlyList<string> commitments, IShareCache? known = null) =>
        new BlsThresholdScheme(committee, new ThresholdKeys(new FeldmanCommitments(commitments.Select(BlsKeyText.Read)), shareKeys.Count));

    private static byte[] BytesOf(BlsSecretKey share)
    {
        var bytes = new byte[BlsSecretKey.Size];
        share.Write(bytes);
        return bytes;
    }

    /// <summary>Shares travel uncompressed: whoever combines them is spared a square root for each.</summary>
    private sealed class Signer(BlsSecretKey key) : IShareSigner
    {
        public string ShareKey => BlsKeyText.Write(key.ToPublicKey());

        public Signature Sign(ReadOnlySpan<byte> statement)
        {
            var signature = new byte[BlsSignature.UncompressedSize];
            key.Sign(HashedMessage.Of(statement), signature);
            return new Signature(signature);
        }

        public void Dispose() => key.Dispose();
    }

    /// <summary>The caller's random numbers in the form that the dealer takes.</summary>
    private sealed class Source(Func<int, byte[]> random) : RandomNumberGenerator
    {
        public override void GetBytes(byte[] data) => random(data.Length).CopyTo(data, 0);
    }
}
