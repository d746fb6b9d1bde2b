using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Where a replica keeps its <see cref="SafetyRecord"/>.</summary>
public interface ISafetyStore
{
    /// <summary>The record last written; null when none ever was.</summary>
    /// <exception cref="StoreException">There is something, but it cannot be read or is not of this chain. The node must not sign.</exception>
    SafetyRecord? LoadRecord();
}

/// <summary>Where a replica keeps blocks. Reads may come from other threads than writes.</summary>
public interface IBlockStore
{
    /// <summary>The block with this id; null when it is not here.</summary>
    Block? Find(BlockId id);

    /// <summary>The committed block at this height; null when nothing is committed there, or it was pruned.</summary>
    Block? FindCommitted(Height height);

    /// <summary>The height of the last committed block; 0 when only the genesis block is.</summary>
    Height CommittedHeight { get; }

    /// <summary>The height of the oldest committed block that is still here, the genesis block apart; above <see cref="CommittedHeight"/> when none is.</summary>
    Height OldestHeight { get; }

    /// <summary>Keeps blocks that are not committed (yet), for example fetched ones, without waiting for the disk.</summary>
    void Put(IReadOnlyList<Block> blocks);

    /// <summary>
    /// Records that blocks are committed, oldest first, continuing at <see cref="CommittedHeight"/>; keeps those that it does not have. Does not wait for the
    /// disk: what is lost here is decided again from the certificates.
    /// </summary>
    void Commit(IReadOnlyList<Block> blocks);

    /// <summary>Blocks that are kept and not committed, above <see cref="CommittedHeight"/>, by height: what to rebuild the block tree from at start.</summary>
    IReadOnlyList<Block> Uncommitted();

    /// <summary>Forgets the committed blocks below a height, but never the last committed one. Costs as much as is forgotten; others may write meanwhile.</summary>
    void Prune(Height below);

    /// <summary>
    /// Goes on from a block that a checkpoint certificate names, above <see cref="CommittedHeight"/>: it becomes the last committed block, and the only one. Blocks at its
    /// height and below are forgotten; higher ones that are not committed stay. Atomic, and flushed as a <see cref="IReplicaStore.Persist"/> is.
    /// </summary>
    /// <exception cref="ArgumentException">The block is not above the last committed one.</exception>
    void Restart(Block root);
}

/// <summary>Where a replica keeps what shows that others broke the protocol.</summary>
public interface IEvidenceStore
{
    /// <summary>How many pieces of evidence are kept of each replica at most: the first ones.</summary>
    const int MaxPerReplica = 100;

    /// <summary>All of it, oldest first.</summary>
    IReadOnlyList<Evidence> Evidence { get; }

    /// <summary>Keeps a piece, unless there is one of the same kind about the same replica and view, or <see cref="MaxPerReplica"/> of this replica. Does not wait for the disk.</summary>
    /// <returns>Whether it is new and kept.</returns>
    bool Keep(Evidence evidence);
}

/// <summary>The stores of a replica, which are one: record and block are written together.</summary>
public interface IReplicaStore : ISafetyStore, IBlockStore, IEvidenceStore, IDisposable
{
    /// <summary>
    /// Writes the record, and the blocks that came with it, in one atomic write, and returns when it is as durable as <see cref="Durability"/> says. What depends on
    /// it may be sent only after.
    /// </summary>
    void Persist(SafetyRecord record, params ReadOnlySpan<Block> blocks);

    /// <summary>The replica's snapshots, which survive what <see cref="Persist"/> does.</summary>
    ISnapshotStore Snapshots { get; }
}

/// <summary>What a replica's writes survive.</summary>
public enum Durability
{
    /// <summary>Flushed to the disk: survives power loss.</summary>
    Fsync,

    /// <summary>Handed to the operating system: survives the death of the process, not of the machine.</summary>
    Os,

    /// <summary>Kept in memory: survives nothing. For tests, and for comparing with implementations that store nothing.</summary>
    Memory,
}

/// <summary>A store cannot be opened, read or written. The message says in one line what, where and what to do.</summary>
public sealed class StoreException : Exception
{
    /// <summary>With a message.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether the directory is the wrong one for this node, or not one that it may use, and what is in it is not at fault.</summary>
    public bool IsWrongDirectory { get; init; }
}
