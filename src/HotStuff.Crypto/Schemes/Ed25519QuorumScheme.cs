using System.Numerics;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A certificate is the list of a quorum's Ed25519 signatures.
/// </summary>
/// <remarks>
/// Combined signature: a bitmap of ceil(n/8) bytes (bit i, least significant first, stands for validator i), then one signature of 64 bytes for each
/// bit that is set, in the order of the validators. Exactly a quorum of bits is set and none at n or above. So there is one encoding for a given
/// set of shares, and signers are distinct because a bit cannot be set twice.
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

    private int BitmapSize => (_committee.Size + 7) / 8;

    /// <inheritdoc/>
    public bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share)
    {
        if (!_committee.Contains(share.Signer) || share.Signature.Bytes.Length != ShareSize)
            return false;
        if (_known is not null && _known.Contains(statement, share))
            return true;

        Interlocked.Increment(ref _verifications);
        if (!_keys.Verify(share.Signer, statement, share.Signature.Bytes.Span))
            return false;
        _known?.Add(statement, share);
        return true;
    }

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

        var combined = new byte[BitmapSize + (_committee.Quorum * ShareSize)];
        var count = 0;
        for (var i = 0; i < good.Length && count < _committee.Quorum; i++)
        {
            if (good[i] is not { } share)
                continue;
            combined[i / 8] |= (byte)(1 << (i % 8));
            share.Span.CopyTo(combined.AsSpan(BitmapSize + (count * ShareSize)));
            count++;
        }

        if (count < _committee.Quorum)
            throw new ArgumentException($"shares of {count} signers, {_committee.Quorum} are needed", nameof(shares));
        return new CombineResult.Combined(new Signature(combined));
    }

    /// <inheritdoc/>
    public bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined)
    {
        if (combined.Bytes.Length != BitmapSize + (_committee.Quorum * ShareSize))
            return false;

        var bitmap = combined.Bytes.Span[..BitmapSize];
        var signers = 0;
        foreach (var bits in bitmap)
            signers += BitOperations.PopCount(bits);
        if (signers != _committee.Quorum)
            return false;

        var position = BitmapSize;
        for (var i = 0; i < 8 * BitmapSize; i++)
        {
            if ((bitmap[i / 8] & (1 << (i % 8))) == 0)
                continue;

            // A bit at n or above names nobody, and its share is refused for that.
            var share = new SignatureShare(new ReplicaId(i), new Signature(combined.Bytes.Slice(position, ShareSize)));
            if (!VerifyShare(statement, share))
                return false;
            position += ShareSize;
        }

        return true;
    }
}
