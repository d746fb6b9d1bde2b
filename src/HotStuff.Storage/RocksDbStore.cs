using HotStuff.Consensus;
using RocksDbSharp;

namespace HotStuff.Storage;

/// <summary>
/// A replica's store on disk, in RocksDB. One process at a time may have it open. Thread-safe: writes wait for each other, reads wait for nobody.
/// </summary>
/// <remarks>
/// All writes go through one log, in order, and each is atomic; what a crash takes away is the end of that log. So a reopened store is the store as it was
/// after some earlier write: commits are a prefix, and the block that came with the record is there. After <see cref="Durability.Fsync"/>'s
/// <see cref="Persist"/>, that earlier write is this one or a later one.
/// </remarks>
public sealed class RocksDbStore : IReplicaStore
{
    private const int KeySize = 8 + Digest.Size;
    private const int PrunedAtOnce = 256;
    private const long CachedBytes = 16 * 1024 * 1024;
    private static readonly byte[] RecordKey = "record"u8.ToArray();
    private static readonly byte[] GenerationKey = "generation"u8.ToArray();

    private readonly RocksDatabase _database;
    private readonly ChainId _chain;
    private readonly ProtocolLimits _limits;
    private readonly bool _flushes;
    private readonly Block _genesis;
    private readonly BlockCache _recent = new(CachedBytes);
    private readonly Lock _writing = new();
    private readonly UncommittedIds _uncommitted = new();
    private readonly EvidenceList _evidence = new();
    private readonly SnapshotFiles _snapshots;
    private readonly RecordGeneration _generation;
    private BlockId _tip;
    private long _committedHeight;
    private long _oldestHeight = 1;

    private RocksDbStore(RocksDatabase database, ChainId chain, ProtocolLimits limits, bool flushes)
    {
        _database = database;
        _chain = chain;
        _limits = limits;
        _flushes = flushes;
        _genesis = Block.Genesis(chain);
        _tip = _genesis.Id;
        _generation = new RecordGeneration(database.Path, StoredGeneration());
        _snapshots = new SnapshotFiles(Path.Combine(database.Path, "snapshots"), chain, limits, flushes);
    }

    /// <inheritdoc/>
    public Height CommittedHeight => new(Interlocked.Read(ref _committedHeight));

    /// <inheritdoc/>
    public Height OldestHeight => new(Interlocked.Read(ref _oldestHeight));

    /// <inheritdoc/>
    public ISnapshotStore Snapshots => _snapshots;

    /// <inheritdoc/>
    public IReadOnlyList<Evidence> Evidence => _evidence.All;

    /// <summary>Opens the store in a directory, or creates it.</summary>
    /// <param name="path">The directory, created when it does not exist; nothing else may be in it. Its subdirectory <c>snapshots</c> holds the snapshots, its file <c>record.generation</c> how often the record was written.</param>
    /// <param name="chain">The chain that it must be of.</param>
    /// <param name="limits">The chain's limits, which every stored block respects.</param>
    /// <param name="durability"><see cref="Durability.Fsync"/> or <see cref="Durability.Os"/>.</param>
    /// <exception cref="StoreException">It is in use, damaged, of another chain, of a newer format, older than what is known to have been written, or may not be read or written.</exception>
    public static RocksDbStore Open(string path, ChainId chain, ProtocolLimits limits, Durability durability)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(limits);
        if (durability == Durability.Memory)
            throw new ArgumentException($"Durability {durability} is that of {nameof(MemoryStore)}.", nameof(durability));

        var flushes = durability == Durability.Fsync;
        var database = RocksDatabase.Open(path, chain, flushes);
        try
        {
            var store = new RocksDbStore(database, chain, limits, flushes);
            store.Recover();
            return store;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SafetyRecord? LoadRecord() =>
        _database.Get(RecordKey, _database.Record) is { } encoded ? SafetyRecordCodec.Decode(_chain, encoded, _database.Path) : null;

    /// <inheritdoc/>
    public void Persist(SafetyRecord record, params ReadOnlySpan<Block> blocks)
    {
        var encoded = SafetyRecordCodec.Encode(_chain, record);
        lock (_writing)
        {
            using var batch = NewBatch();
            batch.Put(RecordKey, encoded, _database.Record);
            batch.Put(GenerationKey, NumberBytes(_generation.Current + 1), _database.Record);
            Write(batch, NewOf(blocks), _flushes);
            _generation.Advance();
        }
    }

    /// <inheritdoc/>
    public void Put(IReadOnlyList<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        lock (_writing)
        {
            List<Block> added = [.. blocks.Where(IsNew).DistinctBy(block => block.Id)];
            if (added.Count == 0)
                return;
            using var batch = NewBatch();
            Write(batch, added, flush: false);
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<Block> blocks)
    {
        lock (_writing)
        {
            StoreErrors.ThrowUnlessNext(blocks, CommittedHeight, _tip);
            if (blocks.Count == 0)
                return;

            using var batch = NewBatch();
            Span<byte> key = stackalloc byte[KeySize];
            Span<byte> id = stackalloc byte[Digest.Size];
            foreach (var block in blocks)
            {
                block.Id.Hash.CopyTo(id);
                batch.Put(Key(key, block.Height, block.Id)[..8], id, _database.Committed);
            }

            List<(Height Height, BlockId Id)> losers = [.. _uncommitted.Losers(blocks)];
            foreach (var loser in losers)
            {
                Key(key, loser.Height, loser.Id);
                batch.Delete(key, _database.Blocks);
                batch.Delete(key[8..], _database.Heights);
            }

            Write(batch, [.. blocks.Where(IsNew)], flush: false);
            foreach (var loser in losers)
                _recent.Remove(loser.Id);
            _uncommitted.Forget(blocks);
            _tip = blocks[^1].Id;
            Interlocked.Exchange(ref _committedHeight, blocks[^1].Height.Number);
        }
    }

    /// <inheritdoc/>
    public void Prune(Height below)
    {
        var end = below > CommittedHeight ? CommittedHeight : below;
        while (PruneSome(end))
        {
        }

        _database.DropFilesBelow(HeightKey(end), _database.Blocks);
    }

    /// <inheritdoc/>
    public void Restart(Block root)
    {
        lock (_writing)
        {
            StoreErrors.ThrowUnlessAbove(root, CommittedHeight);
            using var batch = NewBatch();
            Forget(batch, Height.Genesis, root.Height.Next);
            Span<byte> key = stackalloc byte[KeySize];
            Span<byte> id = stackalloc byte[Digest.Size];
            root.Id.Hash.CopyTo(id);
            batch.Put(Key(key, root.Height, root.Id)[..8], id, _database.Committed);
            _uncommitted.TakeUpTo(root.Height);
            Interlocked.Exchange(ref _oldestHeight, root.Height.Number);
            Write(batch, [root], _flushes);
            _uncommitted.Forget([root]);
            _tip = root.Id;
            Interlocked.Exchange(ref _committedHeight, root.Height.Number);
            _database.DropFilesBelow(HeightKey(root.Height), _database.Blocks);
        }
    }

    /// <inheritdoc/>
    public bool Keep(Evidence evidence)
    {
        lock (_writing)
        {
            using var batch = NewBatch();
            if (_evidence.Add(evidence) is not { } number)
                return false;
            batch.Put(NumberBytes(number), EvidenceCodec.Encode(_chain, evidence), _database.Evidence);
            _database.Write(batch, flush: false);
            return true;
        }
    }

    /// <inheritdoc/>
    public Block? Find(BlockId id)
    {
        if (id == _genesis.Id)
            return _genesis;
        if (_recent.Find(id) is { } recent)
            return recent;

        Span<byte> key = stackalloc byte[Digest.Size];
        id.Hash.CopyTo(key);
        if (ReadHeight(key) is not { } height)
            return null;
        if (Read(height, id) is { } block)
            return block;

        // Between the two reads it may have lost against a committed block.
        return ReadHeight(key) is null ? null : throw Missing(height, id);
    }

    /// <inheritdoc/>
    public Block? FindCommitted(Height height)
    {
        if (height == Height.Genesis)
            return _genesis;
        if (height > CommittedHeight || height < OldestHeight)
            return null;

        Span<byte> key = stackalloc byte[KeySize];
        if (_database.Get(Key(key, height, default)[..8], _database.Committed) is not { Length: Digest.Size } hash)
        {
            // Between the checks it may have been pruned.
            return height < OldestHeight
                ? null
                : throw StoreErrors.Damaged($"The store in {_database.Path}", $"it does not say what is committed at {height}");
        }

        var id = new BlockId(new Digest(hash));
        return _recent.Find(id) ?? Read(height, id) ?? (height < OldestHeight ? null : throw Missing(height, id));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Block> Uncommitted()
    {
        lock (_writing)
            return [.. _uncommitted.All.Select(at => _recent.Find(at.Id) ?? Read(at.Height, at.Id) ?? throw Missing(at.Height, at.Id))];
    }

    /// <summary>Closes the store. Calls that come later throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _snapshots.Dispose();
        lock (_writing)
        {
            _generation.Note();
            _database.Dispose();
        }
    }

    private void Recover()
    {
        if (_database.Last(_database.Committed) is { } last)
        {
            var height = new Height(new CanonicalReader(last.Key).Int64());
            _committedHeight = height.Number;
            _tip = FindCommitted(height)!.Id;
        }

        if (_database.First(_database.Committed) is { } first)
            _oldestHeight = new CanonicalReader(first).Int64();
        foreach (var kept in _database.Keys(HeightKey(CommittedHeight.Next), null, int.MaxValue, _database.Blocks))
        {
            var reader = new CanonicalReader(kept);
            _uncommitted.Add(new Height(reader.Int64()), new BlockId(reader.Digest()));
        }

        foreach (var piece in _database.Values(_database.Evidence))
            _evidence.Add(EvidenceCodec.TryDecode(_chain, piece) ?? throw StoreErrors.Damaged($"The store in {_database.Path}", "its evidence is malformed"));
    }

    private List<Block> NewOf(ReadOnlySpan<Block> blocks)
    {
        var added = new List<Block>();
        foreach (var block in blocks)
        {
            if (IsNew(block) && added.TrueForAll(other => other.Id != block.Id))
                added.Add(block);
        }

        return added;
    }

    // A block at or below the committed height that is not kept yet lost, and can never be committed.
    private bool IsNew(Block block) => block.Height > CommittedHeight && !_uncommitted.Contains(block.Height, block.Id);

    // Even adding to a batch needs an open database: it reads the native column family.
    private WriteBatch NewBatch()
    {
        _database.ThrowIfClosed();
        return new WriteBatch();
    }

    private void Write(WriteBatch batch, IReadOnlyList<Block> added, bool flush)
    {
        Span<byte> key = stackalloc byte[KeySize];
        foreach (var block in added)
        {
            Key(key, block.Height, block.Id);
            batch.Put(key, block.Encoded.Span, _database.Blocks);
            batch.Put(key[8..], key[..8], _database.Heights);
        }

        _database.Write(batch, flush);
        foreach (var block in added)
        {
            _uncommitted.Add(block.Height, block.Id);
            _recent.Add(block);
        }
    }

    /// <summary>Prunes in steps, so that nobody who wants to write waits long. False when there is nothing below <paramref name="end"/>.</summary>
    private bool PruneSome(Height end)
    {
        lock (_writing)
        {
            // A restart from a checkpoint may have come between two steps.
            if (OldestHeight >= end)
                return false;
            var next = new Height(Math.Min(end.Number, OldestHeight.Number + PrunedAtOnce));
            using var batch = NewBatch();
            Forget(batch, OldestHeight, next);
            // Before the write: who finds nothing must find that it was pruned.
            Interlocked.Exchange(ref _oldestHeight, next.Number);
            _database.Write(batch, flush: false);
            return true;
        }
    }

    /// <summary>Adds to a batch that all blocks from a height up to, not including, another are forgotten, committed or not.</summary>
    private void Forget(WriteBatch batch, Height from, Height end)
    {
        foreach (var key in _database.Keys(HeightKey(from), HeightKey(end), int.MaxValue, _database.Blocks))
        {
            batch.Delete(key, _database.Blocks);
            batch.Delete(key.AsSpan(8), _database.Heights);
            _recent.Remove(new BlockId(new Digest(key.AsSpan(8))));
        }

        foreach (var key in _database.Keys(HeightKey(from), HeightKey(end), int.MaxValue, _database.Committed))
            batch.Delete(key, _database.Committed);
    }

    private static byte[] HeightKey(Height height) => NumberBytes(height.Number);

    private static byte[] NumberBytes(long number)
    {
        var bytes = new byte[8];
        new CanonicalWriter(bytes).Int64(number);
        return bytes;
    }

    private long StoredGeneration()
    {
        if (_database.Get(GenerationKey, _database.Record) is not { } stored)
            return 0;
        var reader = new CanonicalReader(stored);
        var generation = reader.Int64();
        return reader.AtEnd ? generation : throw StoreErrors.Damaged($"The store in {_database.Path}", "it does not say how many records were written");
    }

    private Height? ReadHeight(ReadOnlySpan<byte> id) =>
        _database.Get(id, _database.Heights) is { } height ? new Height(new CanonicalReader(height).Int64()) : null;

    private Block? Read(Height height, BlockId id)
    {
        Span<byte> key = stackalloc byte[KeySize];
        if (_database.Get(Key(key, height, id), _database.Blocks) is not { } encoded)
            return null;
        var block = Block.TryDecode(_chain, _limits, encoded);
        if (block is null || block.Id != id || block.Height != height)
            throw StoreErrors.Damaged($"Block {id} {height} in {_database.Path}", block is null ? "it is malformed" : "it is another block");
        return block;
    }

    private StoreException Missing(Height height, BlockId id) =>
        StoreErrors.Damaged($"The store in {_database.Path}", $"block {id} {height} is missing");

    private static Span<byte> Key(Span<byte> key, Height height, BlockId id)
    {
        var writer = new CanonicalWriter(key);
        writer.Int64(height.Number);
        writer.Digest(id.Hash);
        return key;
    }
}
