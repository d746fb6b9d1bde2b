using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>A chain of four, and messages of every kind with fixed contents.</summary>
internal static class Samples
{
    public static readonly ChainId Chain = new(Digest.Of("samples"u8));
    public static readonly ProtocolLimits Limits = new() { MaxBlockCommands = 100, MaxBlockBytes = 4096, MaxCommandBytes = 512 };
    public static readonly Committee Committee = new(Chain, Epoch.Genesis, 4);
    public static readonly WireDecoder Decoder = new(Committee, Limits);

    public static readonly VoteStatement VoteStatement = new(Epoch.Genesis, new View(7), new BlockId(Digest.Of("block"u8)), Phase.Generic);
    public static readonly ComplaintStatement ComplaintStatement = new(Epoch.Genesis, new View(6));
    public static readonly QuorumCertificate Qc = new(VoteStatement, Bytes(1, 2, 3));
    public static readonly TimeoutCertificate Tc = new(ComplaintStatement, Bytes(4, 5));
    public static readonly Vote Vote = new(VoteStatement, new SignatureShare(new ReplicaId(2), Bytes(6)));

    public static readonly CommandSegment Segment =
        CommandSegment.Create(new ClientId(0x0102030405060708), 9, [new byte[] { 10, 11 }, new byte[] { 12 }]);

    public static readonly Block Block = Block.Create(
        Chain, Epoch.Genesis, new View(8), new Height(5), new ReplicaId(0), Qc, [Segment]);

    public static readonly Hello Hello = new(new ReplicaId(1), new ReplicaId(3), 0x11, 0x22, Hello.CurrentVersion, Bytes(15, 16));
    public static readonly LinkProof LinkProof = new(new ReplicaId(1), new ReplicaId(3), 0x22, 0x33, 0x11, Bytes(7, 8, 9));
    public static readonly Inquiry Inquiry = new(new ReplicaId(2), 0x99);

    public static readonly Recollection Recollection = new(
        new ReplicaId(1),
        0x99,
        new HeldSignatures(
            new ReplicaId(2),
            Vote,
            new SignedComplaint(ComplaintStatement, new SignatureShare(new ReplicaId(2), Bytes(17))),
            new SignedProposal(VoteStatement, Bytes(18))),
        Qc,
        Tc);

    public static readonly CheckpointCertificate Checkpoint = new(
        new CheckpointStatement(Epoch.Genesis, new Height(20), Block.Id, Digest.Of("snapshot"u8)), Bytes(19));

    public static readonly RangeRequest RangeRequest = new(0x45, new ReplicaId(3), 78, new Height(3), 64, 1000);

    public static readonly RangeResponse RangeResponse =
        new(0x56, new ReplicaId(0), 78, [new Unverified<Block>(Block)], new Unverified<QuorumCertificate>(Qc));

    public static readonly CheckpointShare CheckpointShare = new(Checkpoint.Statement, new SignatureShare(new ReplicaId(2), Bytes(20)));

    public static readonly CheckpointNotice CheckpointNotice = new(0x57, new ReplicaId(1), new Unverified<CheckpointCertificate>(Checkpoint));

    public static readonly SnapshotRequest SnapshotRequest = new(0x58, new ReplicaId(3), 79, Checkpoint.Statement.Snapshot, OfManifest: true, 2);

    public static readonly SnapshotResponse SnapshotResponse = new(0x59, new ReplicaId(0), 79, new byte[] { 21, 22 }, 40);

    public static readonly BlockRequest BlockRequest = new(0x44, new ReplicaId(3), 77, Block.Id, new Height(2), 1000);
    public static readonly BlockResponse BlockResponse = new(0x55, new ReplicaId(0), 77, [new Unverified<Block>(Block)], More: true, new Unverified<CheckpointCertificate>(Checkpoint));
    public static readonly PassOn PassOn = new(0x66, new ReplicaId(2), [Segment, Segment]);

    /// <summary>One frame of each kind.</summary>
    public static readonly ImmutableArray<OutboundFrame> Frames =
    [
        WireEncoder.Encode(new Proposal(Block, Tc, Bytes(13))),
        WireEncoder.Encode(Vote, 0x77),
        WireEncoder.Encode(new Complaint(ComplaintStatement, new SignatureShare(new ReplicaId(3), Bytes(14)), Qc, Tc, Vote), 0x88),
        WireEncoder.Encode(new NextView(new ReplicaId(1), Qc, Tc)),
        .. WireEncoder.Encode(PassOn, Limits),
        WireEncoder.Encode(BlockRequest),
        WireEncoder.Encode(BlockResponse),
        WireEncoder.Encode(RangeRequest),
        WireEncoder.Encode(RangeResponse),
        WireEncoder.Encode(CheckpointShare, 0xcc),
        WireEncoder.Encode(CheckpointNotice),
        WireEncoder.Encode(SnapshotRequest),
        WireEncoder.Encode(SnapshotResponse),
        WireEncoder.Encode(Inquiry, 0xaa),
        WireEncoder.Encode(Recollection, 0xbb),
        WireEncoder.Encode(Hello),
        WireEncoder.Encode(LinkProof),
    ];

    public static Signature Bytes(params byte[] bytes) => new(bytes);

    public static PeerMessage? Decode(OutboundFrame frame) => Decoder.TryDecode(frame.Received(), out var message, out _) ? message : null;

    public static Refusal? RefusalOf(string manifest, ReadOnlyMemory<byte> bytes) =>
        Decoder.TryDecode(new InboundFrame(manifest, bytes), out _, out var refusal) ? null : refusal;

    /// <summary>Encodes again what was decoded.</summary>
    public static OutboundFrame Encode(PeerMessage message) => message switch
    {
        InboundProposal proposal => WireEncoder.Encode(proposal.Message.Value),
        InboundVote vote => WireEncoder.Encode(vote.Message.Value, vote.Token),
        InboundComplaint complaint => WireEncoder.Encode(complaint.Message.Value, complaint.Token),
        InboundNextView nextView => WireEncoder.Encode(nextView.Message.Value),
        RangeRequest request => WireEncoder.Encode(request),
        RangeResponse response => WireEncoder.Encode(response),
        InboundCheckpointShare share => WireEncoder.Encode(share.Message.Value, share.Token),
        CheckpointNotice notice => WireEncoder.Encode(notice),
        SnapshotRequest request => WireEncoder.Encode(request),
        SnapshotResponse response => WireEncoder.Encode(response),
        InboundInquiry inquiry => WireEncoder.Encode(inquiry.Message.Value, inquiry.Token),
        InboundRecollection recollection => WireEncoder.Encode(recollection.Message.Value, recollection.Token),
        PassOn passOn => WireEncoder.Encode(passOn, Limits).Single(),
        BlockRequest request => WireEncoder.Encode(request),
        BlockResponse response => WireEncoder.Encode(response),
        Hello hello => WireEncoder.Encode(hello),
        LinkProof proof => WireEncoder.Encode(proof),
        _ => throw new ArgumentException($"{message} is new here", nameof(message)),
    };
}
