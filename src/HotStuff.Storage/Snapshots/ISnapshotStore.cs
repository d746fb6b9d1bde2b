using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>A whole snapshot that is kept.</summary>
/// <param name="Manifest">What it is made of.</param>
/// <param name="Certificate">That a quorum took the same; null while that is not known.</param>
public sealed record StoredSnapshot(SnapshotManifest Manifest, CheckpointCertificate? Certificate)
{
    /// <summary>The height of the last block that is in it.</summary>
    public Height Height => Manifest.Height;
}

/// <summary>
/// Where a replica keeps its snapshots: whole ones, its own and fetched ones, and one that is being fetched. A damaged one counts as missing: it can be taken or fetched again.
/// Thread-safe; what reads or writes pieces takes long.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>Those that are whole, lowest first.</summary>
    IReadOnlyList<StoredSnapshot> All { get; }

    /// <summary>Keeps a snapshot that this replica took, in place of one of the same height. It is durable when this returns.</summary>
    /// <param name="manifest">What it is made of.</param>
    /// <param name="contents">All its bytes.</param>
    /// <exception cref="StoreException">It cannot be written; what was here before still is.</exception>
    StoredSnapshot Write(SnapshotManifest manifest, ReadOnlySequence<byte> contents);

    /// <summary>Notes the certificate of a snapshot; nothing when that snapshot is not here.</summary>
    void Certify(CheckpointCertificate certificate);

    /// <summary>A piece of a whole snapshot; null when it is not here or cannot be read now, or is damaged, in which case the snapshot is not here any more.</summary>
    byte[]? ReadChunk(Digest snapshot, int chunk);

    /// <summary>All bytes of a whole snapshot, every piece checked; null as <see cref="ReadChunk"/>.</summary>
    byte[]? ReadAll(Digest snapshot);

    /// <summary>Begins to put together a snapshot from pieces, or goes on where an earlier process stopped. Another one that was being fetched is given up.</summary>
    IPartialSnapshot Fetch(SnapshotManifest manifest, CheckpointCertificate certificate);

    /// <summary>Forgets the snapshots below a height.</summary>
    void Prune(Height below);

    /// <summary>Forgets one snapshot; nothing when it is not here.</summary>
    void Remove(Digest snapshot);
}

/// <summary>A snapshot that is being fetched: what came before a crash is there after it. Used by one thread at a time.</summary>
public interface IPartialSnapshot : IDisposable
{
    /// <summary>What it is to be made of.</summary>
    SnapshotManifest Manifest { get; }

    /// <summary>The pieces that are not here yet, in order.</summary>
    IEnumerable<int> Missing { get; }

    /// <summary>Takes a piece; false when it is not the one of the manifest.</summary>
    bool Add(int chunk, ReadOnlySpan<byte> bytes);

    /// <summary>With no piece missing: makes it a whole snapshot, durable when this returns.</summary>
    StoredSnapshot Complete();
}
