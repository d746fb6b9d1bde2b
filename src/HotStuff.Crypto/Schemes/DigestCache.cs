using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// A bounded set of digests in two generations: when the young one is full it becomes the old one, and the old one is forgotten. Cheaper than
/// exact ages, and what was just added stays for at least half a capacity of additions.
/// </summary>
internal sealed class DigestCache
{
    private readonly Lock _lock = new();
    private readonly int _generation;
    private HashSet<Digest> _young = [];
    private HashSet<Digest> _old = [];

    public DigestCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _generation = capacity / 2;
    }

    /// <summary>How many digests are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _young.Count + _old.Count;
        }
    }

    /// <summary>The digest of a statement, who signed it and the signature. Lengths are part of it: two different triples never hash the same bytes.</summary>
    public static Digest KeyOf(int signer, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature)
    {
        const int Small = 512;
        var size = 4 + 4 + statement.Length + signature.Length;
        var rented = size > Small ? ArrayPool<byte>.Shared.Rent(size) : null;
        var buffer = rented ?? stackalloc byte[Small];
        var writer = new CanonicalWriter(buffer);
        writer.Int32(signer);
        writer.Int32(statement.Length);
        writer.Bytes(statement);
        writer.Bytes(signature);
        var key = Digest.Of(buffer[..writer.Length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return key;
    }

    public bool Contains(Digest digest)
    {
        lock (_lock)
            return _young.Contains(digest) || _old.Contains(digest);
    }

    public void Add(Digest digest)
    {
        lock (_lock)
        {
            if (_young.Count == _generation)
            {
                (_young, _old) = (_old, _young);
                _young.Clear();
            }

            _young.Add(digest);
        }
    }
}
