using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// The small file beside a snapshot's bytes: its manifest, and its certificate when there is one.
/// </summary>
/// <remarks>
/// Integers big-endian: tag "hotstuff/snapshot-head", version (1 byte, 1), chain (32), length of the manifest (4), manifest, presence of the certificate (1 byte); its epoch (8), height (8), block (32),
/// snapshot (32), length of the signature (2), signature; SHA-256 of everything before (32). Later versions keep tag, version and checksum where they are.
/// </remarks>
internal static class SnapshotHead
{
    private const byte Version = 1;
    private const int Statement = 8 + 8 + Digest.Size + Digest.Size;

    private static ReadOnlySpan<byte> Tag => "hotstuff/snapshot-head"u8;

    /// <summary>The longest head of a snapshot under these limits, in bytes.</summary>
    public static long MaxSize(ProtocolLimits limits) =>
        1024 + Signature.MaxSize + (((SnapshotManifest.MaxBytes / limits.SnapshotChunkBytes) + 1L) * Digest.Size);

    public static byte[] Encode(ChainId chain, StoredSnapshot snapshot)
    {
        var manifest = snapshot.Manifest.Encode();
        var certificate = snapshot.Certificate;
        var buffer = new byte[1 + Tag.Length + 1 + Digest.Size + 4 + manifest.Length + 1 + Statement + 2 + (certificate?.Signature.Bytes.Length ?? 0) + Digest.Size];
        var writer = new CanonicalWriter(buffer);
        writer.Tag(Tag);
        writer.Byte(Version);
        writer.Digest(chain.Hash);
        writer.Int32(manifest.Length);
        writer.Bytes(manifest);
        writer.Byte(certificate is null ? (byte)0 : (byte)1);
        if (certificate is not null)
        {
            writer.Int64(certificate.Statement.Epoch.Number);
            writer.Int64(certificate.Statement.Height.Number);
            writer.Digest(certificate.Statement.Block.Hash);
            writer.Digest(certificate.Statement.Snapshot);
            writer.UInt16(checked((ushort)certificate.Signature.Bytes.Length));
            writer.Bytes(certificate.Signature.Bytes.Span);
        }

        writer.Digest(Digest.Of(buffer.AsSpan(0, writer.Length)));
        return buffer[..writer.Length];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote for the same chain; null for anything else.</summary>
    /// <exception cref="StoreException">A newer program wrote it.</exception>
    public static StoredSnapshot? TryDecode(ChainId chain, ProtocolLimits limits, ReadOnlyMemory<byte> encoded, string file)
    {
        var bytes = encoded.Span;
        if (bytes.Length < Digest.Size || Digest.Of(bytes[..^Digest.Size]) != new Digest(bytes[^Digest.Size..]))
            return null;
        var body = encoded[..^Digest.Size];
        var reader = new CanonicalReader(body.Span);
        if (!reader.Take(reader.Byte()).SequenceEqual(Tag))
            return null;
        if (reader.Byte() is var version and > Version)
            throw new StoreException($"The snapshot {file} has version {version}, this program reads up to {Version}: start the newer program that wrote it.");
        if (new ChainId(reader.Digest()) != chain || SnapshotManifest.TryDecode(reader.Take(reader.Int32()), limits) is not { } manifest)
            return null;
        var certificate = reader.Byte() switch { 1 => ReadCertificate(ref reader, body), _ => null };
        return reader.AtEnd && (certificate is null || certificate.Statement.Snapshot == manifest.Digest) ? new StoredSnapshot(manifest, certificate) : null;
    }

    private static CheckpointCertificate ReadCertificate(ref CanonicalReader reader, ReadOnlyMemory<byte> body)
    {
        var statement = new CheckpointStatement(
            new Epoch(reader.Int64()), new Height(reader.Int64()), new BlockId(reader.Digest()), reader.Digest());
        var length = reader.UInt16();
        var start = reader.Position;
        return new CheckpointCertificate(statement, reader.Take(length).Length == length ? new Signature(body.Slice(start, length)) : Signature.None);
    }
}
