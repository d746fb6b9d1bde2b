using System.Collections.Immutable;
using System.Security.Cryptography;

namespace HotStuff.Consensus;

/// <summary>
/// A block of the chain, with its encoding: one flat array, made once, that goes to every peer and to the store as it is.
/// </summary>
/// <remarks>
/// Encoding, integers big-endian: version (1 byte, 1), epoch (8), view (8), height (8), proposer (4), number of suspensions (1) and for each
/// replica (4), until (8), failures (1), justify (epoch 8, view 8, block 32, phase 1, signature length 2, signature), payload digest (32), payload length (4), payload. The header is everything before the payload length;
/// the id is SHA-256 of the tag, the chain id and the header. The parent is the block that justify certifies.
/// </remarks>
public sealed class Block
{
    /// <summary>Bytes that a block needs beside its payload, at most.</summary>
    public const int MaxOverhead = FixedHeader + (byte.MaxValue * SuspensionSize) + Signature.MaxSize + 4;

    private const byte Version = 1;
    private const int FixedHeader = 1 + 8 + 8 + 8 + 4 + 1 + (8 + 8 + 32 + 1 + 2) + Digest.Size;
    private const int SuspensionSize = 4 + 8 + 1;

    private Block(
        Epoch epoch,
        View view,
        Height height,
        ReplicaId proposer,
        ImmutableArray<Suspension> suspensions,
        QuorumCertificate justify,
        IReadOnlyList<CommandSegment> segments,
        BlockId id,
        ReadOnlyMemory<byte> encoded)
    {
        Epoch = epoch;
        View = view;
        Height = height;
        Proposer = proposer;
        Suspensions = suspensions;
        Justify = justify;
        Segments = segments;
        Id = id;
        Encoded = encoded;
    }

    /// <summary>The epoch in which it was proposed.</summary>
    public Epoch Epoch { get; }

    /// <summary>The view in which it was proposed.</summary>
    public View View { get; }

    /// <summary>Its parent's height plus one.</summary>
    public Height Height { get; }

    /// <summary>The leader that proposed it.</summary>
    public ReplicaId Proposer { get; }

    /// <summary>Who does not lead for a while (<see cref="ILeaderElection.SuspensionsAfter"/>); at most 255.</summary>
    public ImmutableArray<Suspension> Suspensions { get; }

    /// <summary>The certificate of its parent.</summary>
    public QuorumCertificate Justify { get; }

    /// <summary>The commands that it orders, well-formed and within the limits; none when there was nothing to order.</summary>
    public IReadOnlyList<CommandSegment> Segments { get; }

    /// <summary>SHA-256 of tag, chain and header.</summary>
    public BlockId Id { get; }

    /// <summary>The whole encoding.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The parent's id.</summary>
    public BlockId Parent => Justify.Block;

    /// <summary>How many commands it orders.</summary>
    public int CommandCount => Segments.Sum(segment => segment.Count);

    /// <summary>Whether it orders no command.</summary>
    public bool IsEmpty => Segments.Count == 0;

    /// <summary>The block at height 0 that every replica of the chain starts from; nobody proposed it and it needs no justification.</summary>
    public static Block Genesis(ChainId chain)
    {
        var nothing = new QuorumCertificate(new VoteStatement(Epoch.Genesis, View.Genesis, default, Phase.Generic), Signature.None);
        return Create(chain, Epoch.Genesis, View.Genesis, Height.Genesis, default, nothing, []);
    }

    /// <summary>The certificate of the genesis block, valid by definition.</summary>
    public static QuorumCertificate GenesisCertificate(ChainId chain) =>
        new(new VoteStatement(Epoch.Genesis, View.Genesis, Genesis(chain).Id, Phase.Generic), Signature.None);

    /// <summary>Makes a block and encodes it.</summary>
    public static Block Create(
        ChainId chain,
        Epoch epoch,
        View view,
        Height height,
        ReplicaId proposer,
        QuorumCertificate justify,
        IReadOnlyList<CommandSegment> segments,
        ImmutableArray<Suspension> suspensions = default)
    {
        suspensions = suspensions.IsDefault ? [] : suspensions;
        var signature = justify.Signature.Bytes.Span;
        var header = FixedHeader + (suspensions.Length * SuspensionSize) + signature.Length;
        var payloadLength = segments.Sum(segment => segment.Encoded.Length);
        var encoded = new byte[header + 4 + payloadLength];
        var payload = encoded.AsSpan(header + 4);
        foreach (var segment in segments)
        {
            segment.Encoded.Span.CopyTo(payload);
            payload = payload[segment.Encoded.Length..];
        }

        var writer = new CanonicalWriter(encoded);
        writer.Byte(Version);
        writer.Int64(epoch.Number);
        writer.Int64(view.Number);
        writer.Int64(height.Number);
        writer.Int32(proposer.Index);
        writer.Byte(checked((byte)suspensions.Length));
        foreach (var suspension in suspensions)
        {
            writer.Int32(suspension.Replica.Index);
            writer.Int64(suspension.Until.Number);
            writer.Byte(suspension.Failures);
        }

        writer.Int64(justify.Statement.Epoch.Number);
        writer.Int64(justify.Statement.View.Number);
        writer.Digest(justify.Statement.Block.Hash);
        writer.Byte((byte)justify.Statement.Phase);
        writer.UInt16((ushort)signature.Length);
        writer.Bytes(signature);
        writer.Digest(Digest.Of(encoded.AsSpan(header + 4)));
        writer.Int32(payloadLength);

        var id = IdOf(chain, encoded.AsSpan(0, header));
        return new Block(epoch, view, height, proposer, suspensions, justify, segments, id, encoded);
    }

    /// <summary>
    /// Reads a block from bytes that may be anything. Null when they are not exactly one block whose payload has the digest that its header
    /// states and is a row of well-formed segments within <paramref name="limits"/>. The block keeps slices of <paramref name="encoded"/>,
    /// which nobody may change any more.
    /// </summary>
    public static Block? TryDecode(ChainId chain, ProtocolLimits limits, ReadOnlyMemory<byte> encoded)
    {
        var reader = new CanonicalReader(encoded.Span);
        var version = reader.Byte();
        var epoch = new Epoch(reader.Int64());
        var view = new View(reader.Int64());
        var height = new Height(reader.Int64());
        var proposer = new ReplicaId(reader.Int32());
        var suspensions = ReadSuspensions(ref reader);
        var certified = new VoteStatement(
            new Epoch(reader.Int64()), new View(reader.Int64()), new BlockId(reader.Digest()), (Phase)reader.Byte());
        var signatureLength = reader.UInt16();
        var signatureStart = reader.Position;
        reader.Take(signatureLength);
        var payloadDigest = reader.Digest();
        var header = reader.Position;
        var payloadLength = reader.Int32();
        var payloadStart = reader.Position;
        reader.Take(payloadLength);
        if (!reader.AtEnd || version != Version || signatureLength > Signature.MaxSize || certified.Phase > Phase.Commit
            || payloadLength > limits.MaxBlockBytes)
        {
            return null;
        }

        var payload = encoded.Slice(payloadStart, payloadLength);
        if (Digest.Of(payload.Span) != payloadDigest)
            return null;
        if (CommandSegment.TryReadAll(payload, limits.MaxBlockCommands, limits.MaxCommandBytes) is not { } segments)
            return null;

        var justify = new QuorumCertificate(certified, new Signature(encoded.Slice(signatureStart, signatureLength)));
        var id = IdOf(chain, encoded.Span[..header]);
        return new Block(epoch, view, height, proposer, suspensions, justify, segments, id, encoded);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {View} {Height}";

    private static ImmutableArray<Suspension> ReadSuspensions(ref CanonicalReader reader)
    {
        var count = reader.Byte();
        if (count == 0)
            return [];
        var suspensions = ImmutableArray.CreateBuilder<Suspension>(count);
        for (var i = 0; i < count; i++)
            suspensions.Add(new Suspension(new ReplicaId(reader.Int32()), new View(reader.Int64()), reader.Byte()));
        return suspensions.MoveToImmutable();
    }

    private static BlockId IdOf(ChainId chain, ReadOnlySpan<byte> header)
    {
        Span<byte> prefix = stackalloc byte[1 + 16 + Digest.Size];
        var writer = new CanonicalWriter(prefix);
        writer.Tag("hotstuff/block/1"u8);
        writer.Digest(chain.Hash);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(prefix[..writer.Length]);
        hash.AppendData(header);
        Span<byte> id = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(id);
        return new BlockId(new Digest(id));
    }
}
