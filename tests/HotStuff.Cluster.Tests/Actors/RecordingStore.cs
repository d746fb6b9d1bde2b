using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>A store in memory that says what is written, in order, and can be broken.</summary>
internal sealed class RecordingStore(ChainId chain, Action<string> written) : IReplicaStore
{
    private readonly MemoryStore _store = new(chain);

    /// <summary>What the next write throws.</summary>
    public Exception? Broken { get; set; }

    public Height CommittedHeight => _store.CommittedHeight;

    public SafetyRecord? LoadRecord() => _store.LoadRecord();

    public Block? Find(BlockId id) => _store.Find(id);

    public Block? FindCommitted(Height height) => _store.FindCommitted(height);

    public IReadOnlyList<Block> Uncommitted() => _store.Uncommitted();

    public Height OldestHeight => _store.OldestHeight;

    public IReadOnlyList<Evidence> Evidence => _store.Evidence;

    public ISnapshotStore Snapshots => _store.Snapshots;

    public void Persist(SafetyRecord record, params ReadOnlySpan<Block> blocks)
    {
        Write("persist");
        _store.Persist(record, blocks);
    }

    public void Prune(Height below) => _store.Prune(below);

    public void Restart(Block root) => _store.Restart(root);

    public bool Keep(Evidence evidence) => _store.Keep(evidence);

    public void Put(IReadOnlyList<Block> blocks) => _store.Put(blocks);

    public void Commit(IReadOnlyList<Block> blocks)
    {
        foreach (var block in blocks)
            Write($"commit {block.Height}");
        _store.Commit(blocks);
    }

    public void Dispose() => _store.Dispose();

    private void Write(string what)
    {
        if (Broken is { } exception)
            throw exception;
        written(what);
    }
}
