using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>The blocks that were written last, up to a number of bytes, so that they need not be read and decoded again. Thread-safe.</summary>
internal sealed class BlockCache(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly Queue<Block> _order = [];
    private long _bytes;

    public Block? Find(BlockId id)
    {
        lock (_gate)
            return _blocks.GetValueOrDefault(id);
    }

    public void Add(Block block)
    {
        lock (_gate)
        {
            if (!_blocks.TryAdd(block.Id, block))
                return;
            _order.Enqueue(block);
            _bytes += block.Encoded.Length;
            while (_bytes > maxBytes)
            {
                var oldest = _order.Dequeue();
                _bytes -= oldest.Encoded.Length;

                // A removed block that came again is in the queue twice; only its own entry may be dropped.
                if (_blocks.TryGetValue(oldest.Id, out var current) && ReferenceEquals(current, oldest))
                    _blocks.Remove(oldest.Id);
            }
        }
    }

    /// <summary>Forgets a block; its bytes count until it would have been dropped anyway.</summary>
    public void Remove(BlockId id)
    {
        lock (_gate)
            _blocks.Remove(id);
    }
}
