namespace HotStuff.Consensus;

/// <summary>
/// The bytes of <see cref="Evidence"/>, on disk, on the wire to clients, and in files that are handed on.
/// </summary>
/// <remarks>
/// Integers big-endian: tag "hotstuff/evidence", version (1 byte, 1), chain (32), kind (1 byte: 1 two proposals, 2 two votes, 3 two processes), culprit (4). Proposals and votes: twice epoch (8), view (8), block (32),
/// phase (1), length of the signature (2), signature. Processes: two numbers (16 each).
/// </remarks>
public static class EvidenceCodec
{
    private const byte Version = 1;
    private const int Statement = 8 + 8 + Digest.Size + 1 + 2;
    private const int Header = 1 + 32 + 1 + Digest.Size + 1 + 4;

    private static ReadOnlySpan<byte> Tag => "hotstuff/evidence"u8;

    /// <summary>Encodes evidence of <paramref name="chain"/>.</summary>
    public static byte[] Encode(ChainId chain, Evidence evidence)
    {
        var buffer = new byte[Header + (2 * (Statement + Signature.MaxSize))];
        var writer = new CanonicalWriter(buffer);
        writer.Tag(Tag);
        writer.Byte(Version);
        writer.Digest(chain.Hash);
        switch (evidence)
        {
            case DoubleProposal proposals:
                Begin(ref writer, 1, proposals.Culprit);
                Write(ref writer, proposals.First, proposals.FirstSignature);
                Write(ref writer, proposals.Second, proposals.SecondSignature);
                break;
            case DoubleVote votes:
                Begin(ref writer, 2, votes.Culprit);
                Write(ref writer, votes.First.Statement, votes.First.Share.Signature);
                Write(ref writer, votes.Second.Statement, votes.Second.Share.Signature);
                break;
            case DoubleProcess processes:
                Begin(ref writer, 3, processes.Culprit);
                writer.UInt128(processes.First);
                writer.UInt128(processes.Second);
                break;
            default:
                throw new ArgumentException($"{evidence.GetType().Name} has no encoding", nameof(evidence));
        }

        return buffer[..writer.Length];
    }

    /// <summary>Decodes bytes that may be anything; null unless they are the one encoding of evidence of <paramref name="chain"/>. Whether it proves anything is still to be checked.</summary>
    public static Evidence? TryDecode(ChainId chain, ReadOnlyMemory<byte> encoded)
    {
        var reader = new CanonicalReader(encoded.Span);
        if (!reader.Take(reader.Byte()).SequenceEqual(Tag) || reader.Byte() != Version || new ChainId(reader.Digest()) != chain)
            return null;
        var kind = reader.Byte();
        var culprit = new ReplicaId(reader.Int32());
        Evidence? evidence = kind switch
        {
            1 => new DoubleProposal(culprit, ReadStatement(ref reader), ReadSignature(ref reader, encoded), ReadStatement(ref reader), ReadSignature(ref reader, encoded)),
            2 => new DoubleVote(Vote(ref reader, encoded, culprit), Vote(ref reader, encoded, culprit)),
            3 => new DoubleProcess(culprit, reader.UInt128(), reader.UInt128()),
            _ => null,
        };
        return reader.AtEnd && evidence is not null && encoded.Span.SequenceEqual(Encode(chain, evidence)) ? evidence : null;
    }

    private static void Begin(ref CanonicalWriter writer, byte kind, ReplicaId culprit)
    {
        writer.Byte(kind);
        writer.Int32(culprit.Index);
    }

    private static void Write(ref CanonicalWriter writer, VoteStatement statement, Signature signature)
    {
        writer.Int64(statement.Epoch.Number);
        writer.Int64(statement.View.Number);
        writer.Digest(statement.Block.Hash);
        writer.Byte((byte)statement.Phase);
        writer.UInt16(checked((ushort)signature.Bytes.Length));
        writer.Bytes(signature.Bytes.Span);
    }

    private static Vote Vote(ref CanonicalReader reader, ReadOnlyMemory<byte> encoded, ReplicaId signer)
    {
        var statement = ReadStatement(ref reader);
        return new Vote(statement, new SignatureShare(signer, ReadSignature(ref reader, encoded)));
    }

    private static VoteStatement ReadStatement(ref CanonicalReader reader) =>
        new(new Epoch(reader.Int64()), new View(reader.Int64()), new BlockId(reader.Digest()), (Phase)reader.Byte());

    private static Signature ReadSignature(ref CanonicalReader reader, ReadOnlyMemory<byte> encoded)
    {
        var length = reader.UInt16();
        var start = reader.Position;
        return length <= Signature.MaxSize && reader.Take(length).Length == length ? new Signature(encoded.Slice(start, length)) : Signature.None;
    }
}
