using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Remembers good shares in bounded memory, by SHA-256 over signer, statement and signature.</summary>
public sealed class ShareCache : IShareCache
{
    /// <summary>How many shares are remembered unless said otherwise: several thousand views of a small committee, tens of a large one.</summary>
    public const int DefaultCapacity = 16_384;

    private readonly DigestCache _known;
    private long _hits;

    /// <summary>Remembers at least half of <paramref name="capacity"/> (2 or more) shares and never more than all of it.</summary>
    public ShareCache(int capacity = DefaultCapacity) => _known = new DigestCache(capacity);

    /// <summary>How many verifications this spared.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <inheritdoc/>
    public Digest KeyOf(ReadOnlySpan<byte> statement, SignatureShare share) => DigestCache.KeyOf(share.Signer.Index, statement, share.Signature.Bytes.Span);

    /// <inheritdoc/>
    public bool Contains(Digest key)
    {
        if (!_known.Contains(key))
            return false;
        Interlocked.Increment(ref _hits);
        return true;
    }

    /// <inheritdoc/>
    public void Add(Digest key) => _known.Add(key);
}
