using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Decodes frames, which may hold anything. Nothing here throws, indexes by, or allocates by what a peer claims. Costs the hashing of a block's payload, so it
/// belongs to the actor that checks signatures, not to the remoting threads. Immutable; safe to use from several threads.
/// </summary>
/// <param name="committee">Who may speak.</param>
/// <param name="limits">How large a block may be.</param>
public sealed class WireDecoder(Committee committee, ProtocolLimits limits)
{
    // The buffer of a long frame is up to twice as long as the frame (FrameReader).
    private const int MostKept = 3;

    private const int BlockTag = (Wire.Proposal.BlockFieldNumber << 3) | (int)WireFormat.WireType.LengthDelimited;

    /// <summary>
    /// Decodes a frame. False, with the reason to count, when it is not one well-formed message of a known kind within all bounds.
    /// </summary>
    public bool TryDecode(InboundFrame frame, [NotNullWhen(true)] out PeerMessage? message, out Refusal refusal)
    {
        var reader = new WireReader(committee, limits);
        try
        {
            message = Decode(frame.Manifest, frame.Bytes, ref reader);
        }
        catch (InvalidProtocolBufferException)
        {
            // The parser's only way to say that bytes are no message.
            message = null;
        }

        refusal = reader.Failure ?? Refusal.Malformed;
        if (reader.Failure is not null)
            message = null;
        return message is not null;
    }

    /// <summary>
    /// A proposal is little more than its block. The parser would copy that; the block, which comes first, keeps the bytes that it came in instead, unless those are
    /// mostly something else: a peer's padding, which nobody counts, would stay in memory for as long as the block.
    /// </summary>
    private static InboundProposal? Proposal(ReadOnlyMemory<byte> frame, ref WireReader reader)
    {
        var rest = frame.Span;
        if (!Varint.TryRead(ref rest, out var tag) || tag != BlockTag || !Varint.TryRead(ref rest, out var length) || length > rest.Length)
            return null;
        var block = frame.Slice(frame.Length - rest.Length, length);
        if (!MemoryMarshal.TryGetArray(block, out var kept) || kept.Array!.Length > MostKept * (long)length)
            block = block.ToArray();
        var others = Parsers.Proposal.ParseFrom(rest[length..]);
        return others.Block.IsEmpty && reader.Proposal(block, others) is { } proposal ? new InboundProposal(new(proposal)) : null;
    }

    private static PeerMessage? Decode(string manifest, ReadOnlyMemory<byte> frame, ref WireReader reader)
    {
        var bytes = frame.Span;
        return manifest switch
        {
            Manifests.Proposal => Proposal(frame, ref reader),
            Manifests.Vote => reader.InboundVote(Parsers.Vote.ParseFrom(bytes)),
            Manifests.Complaint => reader.InboundComplaint(Parsers.Complaint.ParseFrom(bytes)),
            Manifests.NextView => new InboundNextView(new(reader.NextView(Parsers.NextView.ParseFrom(bytes)))),
            Manifests.PassOn => reader.PassOn(Parsers.PassOn.ParseFrom(bytes)),
            Manifests.BlockRequest => reader.BlockRequest(Parsers.BlockRequest.ParseFrom(bytes)),
            Manifests.BlockResponse => reader.BlockResponse(Parsers.BlockResponse.ParseFrom(bytes)),
            Manifests.RangeRequest => reader.RangeRequest(Parsers.RangeRequest.ParseFrom(bytes)),
            Manifests.RangeResponse => reader.RangeResponse(Parsers.RangeResponse.ParseFrom(bytes)),
            Manifests.CheckpointShare => reader.InboundCheckpointShare(Parsers.CheckpointShare.ParseFrom(bytes)),
            Manifests.CheckpointNotice => reader.CheckpointNotice(Parsers.CheckpointNotice.ParseFrom(bytes)),
            Manifests.SnapshotRequest => reader.SnapshotRequest(Parsers.SnapshotRequest.ParseFrom(bytes)),
            Manifests.SnapshotResponse => reader.SnapshotResponse(Parsers.SnapshotResponse.ParseFrom(bytes)),
            Manifests.Inquiry => reader.InboundInquiry(Parsers.Inquiry.ParseFrom(bytes)),
            Manifests.Recollection => reader.InboundRecollection(Parsers.Recollection.ParseFrom(bytes)),
            Manifests.Hello => reader.Hello(Parsers.Hello.ParseFrom(bytes)),
            Manifests.LinkProof => reader.LinkProof(Parsers.LinkProof.ParseFrom(bytes)),
            _ => null,
        };
    }

    /// <summary>Parsers that forget fields which this version does not know, instead of keeping a peer's bytes alive.</summary>
    private static class Parsers
    {
        public static readonly MessageParser<Wire.Proposal> Proposal = Wire.Proposal.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.Vote> Vote = Wire.Vote.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.Complaint> Complaint = Wire.Complaint.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.NextView> NextView = Wire.NextView.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.PassOn> PassOn = Wire.PassOn.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.BlockRequest> BlockRequest = Wire.BlockRequest.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.BlockResponse> BlockResponse = Wire.BlockResponse.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.RangeRequest> RangeRequest = Wire.RangeRequest.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.RangeResponse> RangeResponse = Wire.RangeResponse.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.CheckpointShare> CheckpointShare = Wire.CheckpointShare.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.CheckpointNotice> CheckpointNotice = Wire.CheckpointNotice.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.SnapshotRequest> SnapshotRequest = Wire.SnapshotRequest.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.SnapshotResponse> SnapshotResponse = Wire.SnapshotResponse.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.Inquiry> Inquiry = Wire.Inquiry.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.Recollection> Recollection = Wire.Recollection.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.Hello> Hello = Wire.Hello.Parser.WithDiscardUnknownFields(true);
        public static readonly MessageParser<Wire.LinkProof> LinkProof = Wire.LinkProof.Parser.WithDiscardUnknownFields(true);
    }
}
