using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// What a snapshot is made of: all its bytes in pieces of <see cref="ProtocolLimits.SnapshotChunkBytes"/>, the last one shorter, each with its digest, so that every piece can be checked by
/// itself. Its own <see cref="Digest"/> is what replicas sign.
/// </summary>
/// <param name="Height">The height of the last block that is in the snapshot, 1 or more.</param>
/// <param name="Block">That block.</param>
/// <param name="Length">The bytes of the snapshot, 1 to <see cref="MaxBytes"/>.</param>
/// <param name="ChunkBytes">The bytes of each piece but the last.</param>
/// <param name="Chunks">SHA-256 of each piece, in order.</param>
public sealed record SnapshotManifest(Height Height, BlockId Block, long Length, int ChunkBytes, ImmutableArray<Digest> Chunks)
{
    /// <summary>The largest snapshot: it is restored from one piece of memory.</summary>
    public const int MaxBytes = int.MaxValue - 64;

    /// <summary>SHA-256 of <see cref="Encode"/>.</summary>
    public Digest Digest => throw new NotSupportedException();

    /// <summary>The canonical bytes: tag "hotstuff/snapshot/1", height (8), block (32), length (8), chunk bytes (4), the digests in order.</summary>
    public byte[] Encode() => throw new NotSupportedException();

    /// <summary>Reads what <see cref="Encode"/> wrote, from bytes that may be anything; null unless they are the one encoding of a manifest under these limits.</summary>
    public static SnapshotManifest? TryDecode(ReadOnlySpan<byte> encoded, ProtocolLimits limits) => throw new NotSupportedException();
}
