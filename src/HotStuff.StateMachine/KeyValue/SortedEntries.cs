using System.Diagnostics.CodeAnalysis;

namespace HotStuff.StateMachine;

/// <summary>
/// Keys and values in memory: a hash table for single keys, found by span without allocating, and a balanced tree over the same entries
/// for what needs the keys in order. The tree changes only when a key comes or goes.
/// </summary>
internal sealed class SortedEntries
{
    private readonly Dictionary<byte[], Entry> _byKey = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly SortedSet<Entry> _inOrder = new(Comparer<Entry>.Create((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key)));

    public SortedEntries() => _lookup = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _byKey.Count;

    /// <summary>All entries, in ascending order of their keys' bytes.</summary>
    public IEnumerable<Entry> All => _inOrder;

    public bool TryGet(ReadOnlySpan<byte> key, [MaybeNullWhen(false)] out Entry entry) => _lookup.TryGetValue(key, out entry);

    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_lookup.TryGetValue(key, out var entry))
        {
            entry.Set(value);
            return;
        }

        entry = new Entry(key.ToArray(), value.ToArray());
        _byKey.Add(entry.Key, entry);
        _inOrder.Add(entry);
    }

    public bool Remove(ReadOnlySpan<byte> key)
    {
        if (!_lookup.Remove(key, out _, out var entry))
            return false;
        _inOrder.Remove(entry);
        return true;
    }

    /// <summary>
    /// The entries from <paramref name="start"/> up to, not including, <paramref name="end"/> (empty: to the last), in order.
    /// </summary>
    public IEnumerable<Entry> Range(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        var first = new Entry(start.ToArray(), []);
        var last = end.IsEmpty ? _inOrder.Max : new Entry(end.ToArray(), []);
        if (last is null || _inOrder.Comparer.Compare(first, last) > 0)
            return [];

        var range = _inOrder.GetViewBetween(first, last);
        return end.IsEmpty ? range : range.TakeWhile(entry => _inOrder.Comparer.Compare(entry, last) < 0);
    }

    internal sealed class Entry(byte[] key, byte[] value)
    {
        public byte[] Key { get; } = key;

        public byte[] Value { get; private set; } = value;

        /// <summary>Replaces the value, in place when the size allows.</summary>
        public void Set(ReadOnlySpan<byte> value)
        {
            if (value.Length == Value.Length)
                value.CopyTo(Value);
            else
                Value = value.ToArray();
        }
    }
}
