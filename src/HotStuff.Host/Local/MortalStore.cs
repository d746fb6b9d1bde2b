using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Host.Local;

/// <summary>
/// A store whose process dies at one of its writes, by SIGKILL, between what was written before and what would have been said after: the moments that a kill from outside
/// hardly ever meets.
/// </summary>
/// <param name="store">Does the work.</param>
/// <param name="death">When.</param>
/// <param name="die">Ends the process; does not return.</param>
internal sealed class MortalStore(IReplicaStore store, DeathPoint death, Action die) : IReplicaStore
{
    private int _left = death.Number;

    public Height CommittedHeight => store.CommittedHeight;

    public Height OldestHeight => store.OldestHeight;

    public ISnapshotStore Snapshots => store.Snapshots;

    public IReadOnlyList<Evidence> Evidence => store.Evidence;

    public void Persist(SafetyRecord record, params ReadOnlySpan<Block> blocks)
    {
        Pass(PersistencePoint.BeforePersist);
        store.Persist(record, blocks);
        Pass(PersistencePoint.AfterPersist);
    }

    public void Commit(IReadOnlyList<Block> blocks)
    {
        Pass(PersistencePoint.BeforeCommit);
        store.Commit(blocks);
        Pass(PersistencePoint.AfterCommit);
    }

    public void Put(IReadOnlyList<Block> blocks)
    {
        Pass(PersistencePoint.BeforePut);
        store.Put(blocks);
    }

    public SafetyRecord? LoadRecord() => store.LoadRecord();

    public Block? Find(BlockId id) => store.Find(id);

    public Block? FindCommitted(Height height) => store.FindCommitted(height);

    public IReadOnlyList<Block> Uncommitted() => store.Uncommitted();

    public void Prune(Height below) => store.Prune(below);

    public void Restart(Block root) => store.Restart(root);

    public bool Keep(Evidence evidence) => store.Keep(evidence);

    public void Dispose() => store.Dispose();

    private void Pass(PersistencePoint point)
    {
        if (point == death.Point && Interlocked.Decrement(ref _left) == 0)
            die();
    }
}
