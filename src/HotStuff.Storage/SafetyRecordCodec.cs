using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>
/// The bytes of a <see cref="SafetyRecord"/> on disk. One record has one encoding, and every flipped bit is noticed: a replica that
/// signs from a damaged record could contradict itself.
/// </summary>
/// <remarks>
/// Integers big-endian: tag "hotstuff/safety-record", version (1 byte, 2), chain (32), epoch (8), last vote (presence byte; statement,
/// signer 4, signature), last proposal (presence byte; statement), highest complaint (8), lock (statement, signature), highest quorum
/// certificate (the same), highest timeout certificate (presence byte; epoch 8, view 8, signature), floor (8; not in version 1), SHA-256 of everything before (32).
/// A statement is epoch (8), view (8), block (32), phase (1); a signature is its length (2) and its bytes. Later versions keep tag,
/// version and checksum where they are.
/// </remarks>
public static class SafetyRecordCodec
{
    private const byte Version = 2;
    private const int Header = 32 + 1 + Digest.Size;
    private const int Statement = 8 + 8 + Digest.Size + 1;

    private static ReadOnlySpan<byte> Tag => "hotstuff/safety-record"u8;

    /// <summary>Encodes a record of <paramref name="chain"/>.</summary>
    public static byte[] Encode(ChainId chain, SafetyRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var buffer = new byte[SizeBound(record)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag(Tag);
        writer.Byte(Version);
        writer.Digest(chain.Hash);
        writer.Int64(record.Epoch.Number);
        if (Present(ref writer, record.LastVote))
        {
            Write(ref writer, record.LastVote!.Statement);
            writer.Int32(record.LastVote.Share.Signer.Index);
            Write(ref writer, record.LastVote.Share.Signature);
        }

        if (Present(ref writer, record.LastProposal))
            Write(ref writer, record.LastProposal!.Value);

        writer.Int64(record.HighestComplaint.Number);
        Write(ref writer, record.Lock);
        Write(ref writer, record.HighQc);
        if (Present(ref writer, record.HighTc))
        {
            writer.Int64(record.HighTc!.Statement.Epoch.Number);
            writer.Int64(record.HighTc.Statement.View.Number);
            Write(ref writer, record.HighTc.Signature);
        }

        writer.Int64(record.Floor.Number);
        writer.Digest(Digest.Of(buffer.AsSpan(0, writer.Length)));
        return buffer[..writer.Length];
    }

    /// <summary>Decodes a record that <see cref="Encode"/> made for the same chain.</summary>
    /// <param name="chain">The chain that the record must be of.</param>
    /// <param name="encoded">What was read; the record keeps slices of it.</param>
    /// <param name="store">Where it was read, for the message, for example a directory.</param>
    /// <exception cref="StoreException">It is damaged, of a newer version or of another chain.</exception>
    public static SafetyRecord Decode(ChainId chain, ReadOnlyMemory<byte> encoded, string store)
    {
        var bytes = encoded.Span;
        if (bytes.Length < Digest.Size || Digest.Of(bytes[..^Digest.Size]) != new Digest(bytes[^Digest.Size..]))
            throw Damaged(store, "its checksum is wrong");

        var body = encoded[..^Digest.Size];
        var reader = new CanonicalReader(body.Span);
        if (!reader.Take(reader.Byte()).SequenceEqual(Tag))
            throw Damaged(store, "it is something else");

        var version = reader.Byte();
        if (version > Version)
        {
            throw new StoreException(
                $"The safety record in {store} has version {version}, this program reads up to {Version}: start the newer program that wrote it.");
        }

        var owner = new ChainId(reader.Digest());
        if (owner != chain)
            throw StoreErrors.WrongChain($"The safety record in {store}", owner, chain);

        var record = ReadBody(ref reader, body, version, out var wellFormed);
        return wellFormed && reader.AtEnd && version > 0 ? record : throw Damaged(store, "its fields are malformed");
    }

    private static SafetyRecord ReadBody(ref CanonicalReader reader, ReadOnlyMemory<byte> body, byte version, out bool wellFormed)
    {
        wellFormed = true;
        var epoch = new Epoch(reader.Int64());
        var lastVote = ReadPresence(ref reader, ref wellFormed)
            ? new Vote(
                ReadStatement(ref reader, ref wellFormed),
                new SignatureShare(new ReplicaId(reader.Int32()), ReadSignature(ref reader, body, ref wellFormed)))
            : null;
        VoteStatement? lastProposal = ReadPresence(ref reader, ref wellFormed) ? ReadStatement(ref reader, ref wellFormed) : null;
        var highestComplaint = new View(reader.Int64());
        var locked = ReadCertificate(ref reader, body, ref wellFormed);
        var highQc = ReadCertificate(ref reader, body, ref wellFormed);
        var highTc = ReadPresence(ref reader, ref wellFormed)
            ? new TimeoutCertificate(
                new ComplaintStatement(new Epoch(reader.Int64()), new View(reader.Int64())), ReadSignature(ref reader, body, ref wellFormed))
            : null;
        var floor = version > 1 ? new View(reader.Int64()) : View.Genesis;
        return new SafetyRecord(epoch, lastVote, lastProposal, highestComplaint, locked, highQc, highTc, floor);
    }

    private static QuorumCertificate ReadCertificate(ref CanonicalReader reader, ReadOnlyMemory<byte> body, ref bool wellFormed) =>
        new(ReadStatement(ref reader, ref wellFormed), ReadSignature(ref reader, body, ref wellFormed));

    private static VoteStatement ReadStatement(ref CanonicalReader reader, ref bool wellFormed)
    {
        var statement = new VoteStatement(
            new Epoch(reader.Int64()), new View(reader.Int64()), new BlockId(reader.Digest()), (Phase)reader.Byte());
        wellFormed &= statement.Phase <= Phase.Commit;
        return statement;
    }

    private static Signature ReadSignature(ref CanonicalReader reader, ReadOnlyMemory<byte> body, ref bool wellFormed)
    {
        var length = reader.UInt16();
        var start = reader.Position;
        wellFormed &= length <= Signature.MaxSize && reader.Take(length).Length == length;
        return wellFormed ? new Signature(body.Slice(start, length)) : Signature.None;
    }

    private static bool ReadPresence(ref CanonicalReader reader, ref bool wellFormed)
    {
        var presence = reader.Byte();
        wellFormed &= presence <= 1;
        return presence == 1;
    }

    private static bool Present<T>(ref CanonicalWriter writer, T? part)
    {
        writer.Byte(part is null ? (byte)0 : (byte)1);
        return part is not null;
    }

    private static void Write(ref CanonicalWriter writer, QuorumCertificate certificate)
    {
        Write(ref writer, certificate.Statement);
        Write(ref writer, certificate.Signature);
    }

    private static void Write(ref CanonicalWriter writer, VoteStatement statement)
    {
        writer.Int64(statement.Epoch.Number);
        writer.Int64(statement.View.Number);
        writer.Digest(statement.Block.Hash);
        writer.Byte((byte)statement.Phase);
    }

    private static void Write(ref CanonicalWriter writer, Signature signature)
    {
        writer.UInt16(checked((ushort)signature.Bytes.Length));
        writer.Bytes(signature.Bytes.Span);
    }

    private static int SizeBound(SafetyRecord record) =>
        Header + (4 * sizeof(long)) + (4 * Statement) + 64 + Digest.Size
        + (record.LastVote?.Share.Signature.Bytes.Length ?? 0) + record.Lock.Signature.Bytes.Length
        + record.HighQc.Signature.Bytes.Length + (record.HighTc?.Signature.Bytes.Length ?? 0);

    private static StoreException Damaged(string store, string how) => StoreErrors.Damaged($"The safety record in {store}", how);
}
