using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>
/// What a simulated replica's disk holds, as a write-ahead log does: <see cref="Persist"/> flushes itself and all writes before it; those after the last flush
/// may be lost with the power, the newest first.
/// </summary>
/// <param name="chain">The chain, whose genesis block is committed from the start.</param>
public sealed class SimulatedDisk(ChainId chain)
{
    private readonly Block _genesis = Block.Genesis(chain);
    private readonly Dictionary<BlockId, Block> _blocks = [];
    private readonly List<Block> _committed = [];
    private readonly List<Write> _unflushed = [];

    /// <summary>The record last written; null when none ever was.</summary>
    public SafetyRecord? Record { get; private set; }

    /// <summary>The committed blocks, oldest first, without the genesis block.</summary>
    public IReadOnlyList<Block> Committed => _committed;

    /// <summary>How many writes would be lost with the power.</summary>
    public int Unflushed => _unflushed.Count;

    /// <summary>Writes the record, and the block if there is one, and flushes.</summary>
    public void Persist(SafetyRecord record, Block? block)
    {
        Record = record;
        if (block is not null)
            _blocks.TryAdd(block.Id, block);
        _unflushed.Clear();
    }

    /// <summary>Writes a block, without waiting for the flush.</summary>
    public void Keep(Block block)
    {
        if (_blocks.TryAdd(block.Id, block))
            _unflushed.Add(new Write([block], [], _committed.Count));
    }

    /// <summary>Writes that blocks are committed, oldest first, and forgets those that lost, without waiting for the flush.</summary>
    public void Commit(IReadOnlyList<Block> blocks)
    {
        var before = _committed.Count;
        var added = new List<Block>();
        foreach (var block in blocks)
        {
            _committed.Add(block);
            if (_blocks.TryAdd(block.Id, block))
                added.Add(block);
        }

        var losers = new List<Block>();
        foreach (var block in _blocks.Values)
        {
            var height = (int)block.Height.Number;
            if (height > before && height <= _committed.Count && _committed[height - 1].Id != block.Id)
                losers.Add(block);
        }

        foreach (var loser in losers)
            _blocks.Remove(loser.Id);
        _unflushed.Add(new Write(added, losers, before));
    }

    /// <summary>The power fails: the last <paramref name="writes"/> of the <see cref="Unflushed"/> ones are gone.</summary>
    public void Lose(int writes)
    {
        for (; writes > 0; writes--)
        {
            var write = _unflushed[^1];
            _unflushed.RemoveAt(_unflushed.Count - 1);
            foreach (var block in write.Added)
                _blocks.Remove(block.Id);
            foreach (var block in write.Removed)
                _blocks.Add(block.Id, block);
            _committed.RemoveRange(write.CommittedBefore, _committed.Count - write.CommittedBefore);
        }
    }

    /// <summary>All that it holds now, flushed or not.</summary>
    public SimulatedDisk Copy()
    {
        var copy = new SimulatedDisk(chain) { Record = Record };
        foreach (var (id, block) in _blocks)
            copy._blocks.Add(id, block);
        copy._committed.AddRange(_committed);
        return copy;
    }

    /// <summary>A kept block; null when it is not here.</summary>
    public Block? Find(BlockId id) => _blocks.TryGetValue(id, out var block) ? block : id == _genesis.Id ? _genesis : null;

    /// <summary>What a replica finds when it starts.</summary>
    public RecoveredState Recover()
    {
        var last = _committed.Count > 0 ? _committed[^1] : _genesis;
        var uncommitted = new List<Block>();
        foreach (var block in _blocks.Values)
        {
            if (block.Height > last.Height)
                uncommitted.Add(block);
        }

        // By height, as a store gives them; by view where several are of one height, so that the order is a function of what is here.
        uncommitted.Sort((left, right) => left.Height != right.Height ? left.Height.CompareTo(right.Height) : left.View.CompareTo(right.View));
        return new RecoveredState(Record ?? SafetyRecord.Initial(Block.GenesisCertificate(chain)), last, uncommitted);
    }

    private sealed record Write(IReadOnlyList<Block> Added, IReadOnlyList<Block> Removed, int CommittedBefore);
}
