using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <content>What brings a replica up to date: committed blocks, checkpoints and snapshots.</content>
public static partial class WireEncoder
{
    /// <summary>A request for committed blocks by height.</summary>
    public static OutboundFrame Encode(RangeRequest request) => Frame(Manifests.RangeRequest, new Wire.RangeRequest
    {
        Token = ToWire(request.Token),
        From = (uint)request.From.Index,
        Request = (ulong)request.Request,
        First = (ulong)request.First.Number,
        Count = (uint)request.Count,
        MaxBytes = (uint)request.MaxBytes,
    });

    /// <summary>
    /// Committed blocks that were asked for. Together they are not larger than <see cref="WireLimits.MaxBlocksBytes"/>, or the transport drops the frame.
    /// </summary>
    public static OutboundFrame Encode(RangeResponse response)
    {
        var wire = new Wire.RangeResponse
        {
            Token = ToWire(response.Token),
            From = (uint)response.From.Index,
            Request = (ulong)response.Request,
            Certificate = response.Certificate is { } certificate ? ToWire(certificate.Value) : null,
        };
        wire.Blocks.AddRange(response.Blocks.Select(block => ToWire(block.Value.Encoded)));
        return Frame(Manifests.RangeResponse, wire);
    }

    /// <summary>This replica's part of a checkpoint certificate.</summary>
    /// <param name="share">The share.</param>
    /// <param name="token">The token that we put on ours to the receiver.</param>
    public static OutboundFrame Encode(CheckpointShare share, UInt128 token) => Frame(Manifests.CheckpointShare, new Wire.CheckpointShare
    {
        Token = ToWire(token),
        From = (uint)share.Share.Signer.Index,
        Statement = ToWire(share.Statement),
        Share = ToWire(share.Share.Signature.Bytes),
    });

    /// <summary>A checkpoint certificate.</summary>
    public static OutboundFrame Encode(CheckpointNotice notice) => Frame(Manifests.CheckpointNotice, new Wire.CheckpointNotice
    {
        Token = ToWire(notice.Token),
        From = (uint)notice.From.Index,
        Certificate = ToWire(notice.Certificate.Value),
    });

    /// <summary>A request for a piece of a snapshot.</summary>
    public static OutboundFrame Encode(SnapshotRequest request) => Frame(Manifests.SnapshotRequest, new Wire.SnapshotRequest
    {
        Token = ToWire(request.Token),
        From = (uint)request.From.Index,
        Request = (ulong)request.Request,
        Snapshot = ToWire(request.Snapshot.ToArray()),
        Manifest = request.OfManifest,
        Piece = (uint)request.Piece,
    });

    /// <summary>A piece of a snapshot.</summary>
    public static OutboundFrame Encode(SnapshotResponse response) => Frame(Manifests.SnapshotResponse, new Wire.SnapshotResponse
    {
        Token = ToWire(response.Token),
        From = (uint)response.From.Index,
        Request = (ulong)response.Request,
        Piece = ToWire(response.Piece),
        Total = (uint)response.Total,
    });

    private static Wire.CheckpointCertificate ToWire(CheckpointCertificate certificate) => new()
    {
        Statement = ToWire(certificate.Statement),
        Signature = ToWire(certificate.Signature.Bytes),
    };

    private static Wire.CheckpointStatement ToWire(CheckpointStatement statement) => new()
    {
        Epoch = (ulong)statement.Epoch.Number,
        Height = (ulong)statement.Height.Number,
        Block = ToWire(statement.Block),
        Snapshot = ToWire(statement.Snapshot.ToArray()),
    };
}
