using System.Buffers;
using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// What a snapshot is made of: all its bytes in pieces of <see cref="ProtocolLimits.SnapshotChunkBytes"/>, the last one shorter, each with its digest, so that every piece can be checked by
/// itself. Its own <see cref="Digest"/> is what replicas sign.
/// </summary>
public sealed class SnapshotManifest
{
    /// <summary>The largest snapshot: it is restored from one piece of memory.</summary>
    public const int MaxBytes = int.MaxValue - 64;

    private const int Header = 1 + 19 + 8 + Digest.Size + 8 + 4;

    private SnapshotManifest(Height height, BlockId block, int length, int chunkBytes, ImmutableArray<Digest> chunks)
    {
        Height = height;
        Block = block;
        Length = length;
        ChunkBytes = chunkBytes;
        Chunks = chunks;
        Digest = Digest.Of(Encode());
    }

    /// <summary>The height of the last block that is in the snapshot, 1 or more.</summary>
    public Height Height { get; }

    /// <summary>That block.</summary>
    public BlockId Block { get; }

    /// <summary>The bytes of the snapshot, 1 to <see cref="MaxBytes"/>.</summary>
    public int Length { get; }

    /// <summary>The bytes of each piece but the last.</summary>
    public int ChunkBytes { get; }

    /// <summary>SHA-256 of each piece, in order.</summary>
    public ImmutableArray<Digest> Chunks { get; }

    /// <summary>SHA-256 of <see cref="Encode"/>.</summary>
    public Digest Digest { get; }

    private static ReadOnlySpan<byte> Tag => "hotstuff/snapshot/1"u8;

    /// <summary>The manifest of a snapshot.</summary>
    /// <param name="block">The last block that is in it.</param>
    /// <param name="contents">All its bytes, 1 to <see cref="MaxBytes"/>.</param>
    /// <param name="chunkBytes">The bytes of each piece but the last.</param>
    public static SnapshotManifest Of(Block block, ReadOnlySequence<byte> contents, int chunkBytes)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentOutOfRangeException.ThrowIfZero(contents.Length, nameof(contents));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contents.Length, MaxBytes, nameof(contents));
        var chunks = ImmutableArray.CreateBuilder<Digest>();
        var buffer = new byte[chunkBytes];
        for (var rest = contents; !rest.IsEmpty;)
        {
            var chunk = rest.Slice(0, Math.Min(chunkBytes, rest.Length));
            chunk.CopyTo(buffer);
            chunks.Add(Digest.Of(buffer.AsSpan(0, (int)chunk.Length)));
            rest = rest.Slice(chunk.Length);
        }

        return new SnapshotManifest(block.Height, block.Id, (int)contents.Length, chunkBytes, chunks.ToImmutable());
    }

    /// <summary>Where a piece begins in the snapshot, and how long it is.</summary>
    public (int Start, int Length) RangeOf(int chunk) => (chunk * ChunkBytes, Math.Min(ChunkBytes, Length - (chunk * ChunkBytes)));

    /// <summary>Whether these bytes are the piece.</summary>
    public bool IsChunk(int chunk, ReadOnlySpan<byte> bytes) =>
        (uint)chunk < (uint)Chunks.Length && bytes.Length == RangeOf(chunk).Length && Digest.Of(bytes) == Chunks[chunk];

    /// <summary>The most bytes that <see cref="Encode"/> makes under these limits: those of a snapshot of <see cref="MaxBytes"/>.</summary>
    public static int MaxEncodedBytes(ProtocolLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return Header + (((MaxBytes / limits.SnapshotChunkBytes) + 1) * Digest.Size);
    }

    /// <summary>The canonical bytes: tag "hotstuff/snapshot/1", height (8), block (32), length (8), chunk bytes (4), the digests in order.</summary>
    public byte[] Encode()
    {
        var buffer = new byte[Header + (Chunks.Length * Digest.Size)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag(Tag);
        writer.Int64(Height.Number);
        writer.Digest(Block.Hash);
        writer.Int64(Length);
        writer.Int32(ChunkBytes);
        foreach (var chunk in Chunks)
            writer.Digest(chunk);
        return buffer;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote, from bytes that may be anything; null unless they are the one encoding of a manifest under these limits.</summary>
    public static SnapshotManifest? TryDecode(ReadOnlySpan<byte> encoded, ProtocolLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var reader = new CanonicalReader(encoded);
        var tagged = reader.Take(reader.Byte()).SequenceEqual(Tag);
        var height = new Height(reader.Int64());
        var block = new BlockId(reader.Digest());
        var length = reader.Int64();
        var chunkBytes = reader.Int32();
        if (!tagged || reader.Failed || height < Height.Genesis.Next || length is < 1 or > MaxBytes || chunkBytes != limits.SnapshotChunkBytes)
            return null;

        // The digests that are here decide how many there are, not what the manifest says.
        var count = (length + chunkBytes - 1) / chunkBytes;
        if (reader.Remaining != count * Digest.Size)
            return null;
        var chunks = ImmutableArray.CreateBuilder<Digest>((int)count);
        for (var i = 0; i < count; i++)
            chunks.Add(reader.Digest());
        return new SnapshotManifest(height, block, (int)length, chunkBytes, chunks.MoveToImmutable());
    }

    /// <inheritdoc/>
    public override string ToString() => $"snapshot {Height} of {Length} bytes";
}
