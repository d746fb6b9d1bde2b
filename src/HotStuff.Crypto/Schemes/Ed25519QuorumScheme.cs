using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A certificate is the list of a quorum's Ed25519 signatures.
/// </summary>
/// <remarks>
/// Combined signature: a <see cref="SignerBitmap"/> of exactly a quorum, then one signature of 64 bytes for each bit that is set, in the order of the validators. So there is
/// one encoding for a given set of shares.
/// </remarks>
public sealed class Ed25519QuorumScheme : IQuorumScheme
{
    internal const string SchemeName = "ed25519";

    private const int ShareSize = Ed25519PublicKeys.SignatureSize;

    private readonly Committee _committee;
    private readonly Ed25519PublicKeys _keys;
    private readonly IShareCache? _known;
    private long _verifications;

    /// <summary>Imports the validators' keys.</summary>
    /// <param name="committee">The validators.</param>
    /// <param name="shareKeys">Their public share keys, each 64 hexadecimal digits, in order.</param>
    /// <param name="known">Shares that need no second verification; none when null.</param>
    public Ed25519QuorumScheme(Committee committee, IReadOnlyList<string> shareKeys, IShareCache? known = null)
    {
        if (shareKeys.Count != committee.Size)
            throw new ArgumentException($"{shareKeys.Count} keys for {committee.Size} validators", nameof(shareKeys));
        _committee = committee;
        _keys = new Ed25519PublicKeys(shareKeys);
        _known = known;
    }

    /// <inheritdoc/>
    public string Name => SchemeName;

    /// <inheritdoc/>
    public bool CombinesAtOnce => _known is not null;

    /// <summary>How many Ed25519 signatures were verified; those that were known are not among them.</summary>
    public long Verifications => Interlocked.Read(ref _verifications);

    private int BitmapSize => SignerBitmap.SizeOf(_committee);

    /// <inheritdoc/>
    public bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share)
    {
        if (!_committee.Contains(share.Signer) || share.Signature.Bytes.Length != ShareSize)
            return false;
        var key = _known?.KeyOf(statement, share) ?? default;
        if (_known is not null && _known.Contains(key))
            return true;

        Interlocked.Increment(ref _verifications);
        if (!_keys.Verify(share.Signer, statement, share.Signature.Bytes.Span))
            return false;
        _known?.Add(key);
        return true;
    }

    /// <inheritdoc/>
    public bool ProvesShare(ReadOnlySpan<byte> statement, SignatureShare share) => VerifyShare(statement, share);

    /// <inheritdoc/>
    /// <remarks>Verifies every share, so that all bad ones are blamed at once; takes the first quorum of them in the order of the validators.</remarks>
    public CombineResult Combine(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares)
    {
        var good = new ReadOnlyMemory<byte>?[_committee.Size];
        var bad = new List<ReplicaId>();
        foreach (var share in shares)
        {
            if (VerifyShare(statement, share))
                good[share.Signer.Index] = share.Signature.Bytes;
            else
                bad.Add(share.Signer);
        }

        if (bad.Count > 0)
            return new CombineResult.BadShares(bad);

        ReplicaId[] signers = [.. _committee.Members.Where(signer => good[signer.Index] is not null).Take(_committee.Quorum)];
        if (signers.Length < _committee.Quorum)
            throw new ArgumentException($"shares of {signers.Length} signers, {_committee.Quorum} are needed", nameof(shares));

        var combined = new byte[BitmapSize + (_committee.Quorum * ShareSize)];
        SignerBitmap.Of(_committee, signers).CopyTo(combined, 0);
        for (var i = 0; i < signers.Length; i++)
            good[signers[i].Index]!.Value.Span.CopyTo(combined.AsSpan(BitmapSize + (i * ShareSize)));
        return new CombineResult.Combined(new Signature(combined));
    }

    /// <inheritdoc/>
    /// <remarks>Verifies all shares that are not known together, for that is cheaper, and remembers the good ones even when others are bad.</remarks>
    public bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined)
    {
        if (combined.Bytes.Length != BitmapSize + (_committee.Quorum * ShareSize))
            return false;

        if (SignerBitmap.TryRead(_committee, combined.Bytes.Span[..BitmapSize]) is not { } signers)
            return false;

        var (shares, keys) = (new List<SignatureShare>(signers.Count), new List<Digest>(signers.Count));
        for (var i = 0; i < signers.Count; i++)
        {
            var share = new SignatureShare(signers[i], new Signature(combined.Bytes.Slice(BitmapSize + (i * ShareSize), ShareSize)));
            var key = _known?.KeyOf(statement, share) ?? default;
            if (_known is not null && _known.Contains(key))
                continue;
            shares.Add(share);
            keys.Add(key);
        }

        if (shares.Count == 0)
            return true;

        Interlocked.Add(ref _verifications, shares.Count);
        var isGood = _keys.VerifyEach(statement, shares);
        for (var i = 0; i < isGood.Length; i++)
        {
            if (isGood[i])
                _known?.Add(keys[i]);
        }

        return !isGood.Contains(false);
    }
}
