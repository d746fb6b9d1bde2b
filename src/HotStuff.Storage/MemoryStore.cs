using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// A store that keeps everything in memory and survives nothing (<see cref="Durability.Memory"/>). Committed blocks beyond a number of bytes are
/// dropped, oldest first; the last one always stays. Thread-safe.
/// </summary>
public sealed class MemoryStore : IReplicaStore
{
    /// <summary>How many bytes of committed blocks are kept unless told otherwise: 48 MiB.</summary>
    public const long DefaultRetainedBytes = 48L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Block _genesis;
    private readonly long _retainedBytes;
    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly Dictionary<Height, Block> _committed = [];
    private readonly UncommittedIds _uncommitted = new();
    private readonly EvidenceList _evidence = new();
    private SafetyRecord? _record;
    private Block _tip;
    private Height _oldest = Height.Genesis.Next;
    private long _committedBytes;

    /// <summary>An empty store of <paramref name="chain"/>.</summary>
    /// <param name="chain">The chain, whose genesis block is committed from the start.</param>
    /// <param name="retainedBytes">How many bytes of encoded committed blocks are kept at most, 0 or more.</param>
    public MemoryStore(ChainId chain, long retainedBytes = DefaultRetainedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retainedBytes);
        _genesis = Block.Genesis(chain);
        _tip = _genesis;
        _retainedBytes = retainedBytes;
    }

    /// <inheritdoc/>
    public Height CommittedHeight
    {
        get
        {
            lock (_gate)
                return _tip.Height;
        }
    }

    /// <inheritdoc/>
    public Height OldestHeight
    {
        get
        {
            lock (_gate)
                return _oldest;
        }
    }

    /// <inheritdoc/>
    public ISnapshotStore Snapshots { get; } = new MemorySnapshots();

    /// <inheritdoc/>
    public IReadOnlyList<Evidence> Evidence => _evidence.All;

    /// <inheritdoc/>
    public bool Keep(Evidence evidence) => _evidence.Add(evidence) is not null;

    /// <inheritdoc/>
    public SafetyRecord? LoadRecord()
    {
        lock (_gate)
            return _record;
    }

    /// <inheritdoc/>
    public void Persist(SafetyRecord record, params ReadOnlySpan<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            _record = record;
            foreach (var block in blocks)
                Keep(block);
        }
    }

    /// <inheritdoc/>
    public Block? Find(BlockId id)
    {
        if (id == _genesis.Id)
            return _genesis;
        lock (_gate)
            return _blocks.GetValueOrDefault(id);
    }

    /// <inheritdoc/>
    public Block? FindCommitted(Height height)
    {
        if (height == Height.Genesis)
            return _genesis;
        lock (_gate)
            return _committed.GetValueOrDefault(height);
    }

    /// <inheritdoc/>
    public void Put(IReadOnlyList<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        lock (_gate)
        {
            foreach (var block in blocks)
                Keep(block);
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<Block> blocks)
    {
        lock (_gate)
        {
            StoreErrors.ThrowUnlessNext(blocks, _tip.Height, _tip.Id);
            foreach (var (_, id) in _uncommitted.Losers(blocks))
                _blocks.Remove(id);
            _uncommitted.Forget(blocks);
            foreach (var block in blocks)
            {
                _blocks[block.Id] = block;
                _committed.Add(block.Height, block);
                _committedBytes += block.Encoded.Length;
                _tip = block;
            }

            while (_committedBytes > _retainedBytes && _oldest < _tip.Height)
                DropOldest();
        }
    }

    /// <inheritdoc/>
    public void Prune(Height below)
    {
        lock (_gate)
        {
            while (_oldest < below && _oldest < _tip.Height)
                DropOldest();
        }
    }

    /// <inheritdoc/>
    public void Restart(Block root)
    {
        lock (_gate)
        {
            StoreErrors.ThrowUnlessAbove(root, _tip.Height);
            while (_oldest <= _tip.Height)
                DropOldest();
            foreach (var (_, id) in _uncommitted.TakeUpTo(root.Height))
                _blocks.Remove(id);
            _blocks[root.Id] = root;
            _committed.Add(root.Height, root);
            _committedBytes = root.Encoded.Length;
            _tip = root;
            _oldest = root.Height;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Block> Uncommitted()
    {
        lock (_gate)
            return [.. _uncommitted.All.Select(at => _blocks[at.Id])];
    }

    /// <summary>Does nothing: what is kept stays readable, as the memory of a replica that a test stops and starts again.</summary>
    public void Dispose()
    {
    }

    private void Keep(Block block)
    {
        if (block.Height > _tip.Height && _blocks.TryAdd(block.Id, block))
            _uncommitted.Add(block.Height, block.Id);
    }

    private void DropOldest()
    {
        if (_committed.Remove(_oldest, out var block))
        {
            _blocks.Remove(block.Id);
            _committedBytes -= block.Encoded.Length;
        }

        _oldest = _oldest.Next;
    }
}
