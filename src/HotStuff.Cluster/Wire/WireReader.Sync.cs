using System.Collections.Immutable;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <content>What brings a replica up to date: committed blocks, checkpoints and snapshots.</content>
internal ref partial struct WireReader
{
    public RangeRequest RangeRequest(Wire.RangeRequest wire)
    {
        if (wire.MaxBytes is 0 or > int.MaxValue || wire.Count is 0 or > int.MaxValue)
            Fail(Refusal.Malformed);
        return new RangeRequest(
            Token(wire.Token), Replica(wire.From), Number(wire.Request), new Height(Number(wire.First)), (int)wire.Count, (int)wire.MaxBytes);
    }

    public RangeResponse? RangeResponse(Wire.RangeResponse wire)
    {
        var (token, from, request) = (Token(wire.Token), Replica(wire.From), Number(wire.Request));
        Unverified<QuorumCertificate>? certificate =
            wire.Certificate is null ? null : new Unverified<QuorumCertificate>(QuorumCertificate(wire.Certificate));
        if (certificate is null != (wire.Blocks.Count == 0))
            Fail(Refusal.Malformed);
        return Blocks(wire.Blocks) is { } blocks ? new RangeResponse(token, from, request, blocks, certificate) : null;
    }

    public InboundCheckpointShare InboundCheckpointShare(Wire.CheckpointShare wire) => new(
        Token(wire.Token),
        new Unverified<CheckpointShare>(new CheckpointShare(CheckpointStatement(wire.Statement), new SignatureShare(Replica(wire.From), Signature(wire.Share)))));

    public CheckpointNotice CheckpointNotice(Wire.CheckpointNotice wire)
    {
        var (token, from) = (Token(wire.Token), Replica(wire.From));
        if (wire.Certificate is null)
            Fail(Refusal.Malformed);
        return new CheckpointNotice(token, from, OptionalCheckpoint(wire.Certificate) ?? default);
    }

    public SnapshotRequest SnapshotRequest(Wire.SnapshotRequest wire)
    {
        if (wire.Piece > int.MaxValue)
            Fail(Refusal.Malformed);
        return new SnapshotRequest(
            Token(wire.Token), Replica(wire.From), Number(wire.Request), Digest(wire.Snapshot), wire.Manifest, (int)wire.Piece);
    }

    public SnapshotResponse SnapshotResponse(Wire.SnapshotResponse wire)
    {
        if (wire.Total > int.MaxValue || wire.Piece.Length > limits.SnapshotChunkBytes)
            Fail(Refusal.Malformed);
        return new SnapshotResponse(Token(wire.Token), Replica(wire.From), Number(wire.Request), wire.Piece.Memory, (int)wire.Total);
    }

    private ImmutableArray<Unverified<Block>>? Blocks(IReadOnlyList<ByteString> wire)
    {
        if (Failure is not null)
            return null;
        var blocks = ImmutableArray.CreateBuilder<Unverified<Block>>();
        foreach (var encoded in wire)
        {
            if (Block(encoded.Memory) is not { } block)
                return null;
            blocks.Add(new Unverified<Block>(block));
        }

        return blocks.ToImmutable();
    }

    private Unverified<CheckpointCertificate>? OptionalCheckpoint(Wire.CheckpointCertificate? wire) => wire is null
        ? null
        : new Unverified<CheckpointCertificate>(new CheckpointCertificate(CheckpointStatement(wire.Statement), Signature(wire.Signature)));

    private CheckpointStatement CheckpointStatement(Wire.CheckpointStatement? wire)
    {
        if (wire is null)
        {
            Fail(Refusal.Malformed);
            return default;
        }

        return new CheckpointStatement(
            new Epoch(Number(wire.Epoch)), new Height(Number(wire.Height)), new BlockId(Digest(wire.Block)), Digest(wire.Snapshot));
    }
}
