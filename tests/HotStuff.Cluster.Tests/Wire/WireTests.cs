using System.Runtime.InteropServices;
using CsCheck;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

public sealed class WireTests
{
    private static readonly Gen<Signature> Signatures = Gen.Byte.Array[0, 200].Select(bytes => new Signature(bytes));
    private static readonly Gen<ReplicaId> Replicas = Gen.Int[0, 3].Select(index => new ReplicaId(index));
    private static readonly Gen<View> Views = Gen.Long[0, long.MaxValue].Select(number => new View(number));
    private static readonly Gen<BlockId> BlockIds = Gen.Byte.Array[32].Select(bytes => new BlockId(new Digest(bytes)));
    private static readonly Gen<SignatureShare> Shares = Gen.Select(Replicas, Signatures, (signer, signature) => new SignatureShare(signer, signature));

    private static readonly Gen<VoteStatement> VoteStatements = Gen.Select(
        Views, BlockIds, Gen.Int[0, 3], (view, block, phase) => new VoteStatement(Epoch.Genesis, view, block, (Phase)phase));

    private static readonly Gen<QuorumCertificate> Qcs = Gen.Select(VoteStatements, Signatures, (said, signature) => new QuorumCertificate(said, signature));

    private static readonly Gen<TimeoutCertificate?> Tcs = Gen.Select(
        Gen.Bool, Views, Signatures, (some, view, signature) => some ? new TimeoutCertificate(new(Epoch.Genesis, view), signature) : null);

    private static readonly Gen<Vote> Votes = Gen.Select(VoteStatements, Shares, (said, share) => new Vote(said, share));

    private static readonly Gen<CommandSegment> Segments = Gen.Select(
        Gen.ULong,
        Gen.Long[1, 1_000_000],
        Gen.Byte.Array[0, 20].Array[1, 5],
        (client, first, commands) => CommandSegment.Create(new ClientId(client), first, [.. commands.Select(c => new ReadOnlyMemory<byte>(c))]));

    private static readonly Gen<Block> Blocks = Gen.Select(
        Views, Replicas, Qcs, Segments.Array[0, 4],
        (view, proposer, justify, segments) => Block.Create(Samples.Chain, Epoch.Genesis, view, new Height(3), proposer, justify, segments));

    private static readonly Gen<ConsensusMessage> Messages = Gen.OneOf(
        Gen.Select(Blocks, Tcs, Signatures, (block, tc, signature) => (ConsensusMessage)new Proposal(block, tc, signature)),
        Votes.Select(vote => (ConsensusMessage)vote),
        Gen.Select(Views, Shares, Qcs, Tcs, Votes.Null(), (view, share, qc, tc, vote) =>
            (ConsensusMessage)new Complaint(new ComplaintStatement(Epoch.Genesis, view), share, qc, tc, vote)),
        Gen.Select(Replicas, Qcs, Tcs, (sender, qc, tc) => (ConsensusMessage)new NextView(sender, qc, tc)));

    [Fact]
    public void What_is_decoded_is_what_was_encoded() => Messages.Sample(message =>
    {
        object? decoded = Samples.Decode(WireEncoder.Encode(message, 0x77)) switch
        {
            InboundProposal { Message.Value: var proposal } => proposal,
            InboundVote { Message.Value: var vote } => vote,
            InboundComplaint { Message.Value: var complaint } => complaint,
            InboundNextView { Message.Value: var nextView } => nextView,
            var other => other,
        };
        if (message is not Proposal expected)
            return message.Equals(decoded);
        return decoded is Proposal actual && expected.Block.Id == actual.Block.Id && expected.Block.Encoded.Span.SequenceEqual(actual.Block.Encoded.Span)
            && Equals(expected.EntryCertificate, actual.EntryCertificate) && expected.Signature == actual.Signature;
    });

    [Fact]
    public void Every_kind_of_frame_is_the_same_when_encoded_again() => Assert.All(Samples.Frames, frame =>
    {
        var message = Samples.Decode(frame);
        Assert.NotNull(message);
        Assert.Equal(frame.Bytes, Samples.Encode(message).Bytes);
    });

    [Fact]
    public void Links_and_requests_are_decoded_with_all_their_fields()
    {
        Assert.Equal(Samples.Hello, Samples.Decode(WireEncoder.Encode(Samples.Hello)));
        Assert.Equal(Samples.LinkProof, Samples.Decode(WireEncoder.Encode(Samples.LinkProof)));
        Assert.Equal(Samples.RangeRequest, Samples.Decode(WireEncoder.Encode(Samples.RangeRequest)));
        Assert.Equal(Samples.CheckpointShare, Assert.IsType<InboundCheckpointShare>(Samples.Decode(WireEncoder.Encode(Samples.CheckpointShare, 0xcc))).Message.Value);
        Assert.Equal(Samples.CheckpointNotice, Samples.Decode(WireEncoder.Encode(Samples.CheckpointNotice)));
        Assert.Equal(Samples.SnapshotRequest, Samples.Decode(WireEncoder.Encode(Samples.SnapshotRequest)));
        Assert.Equal(Samples.SnapshotResponse, Samples.Decode(WireEncoder.Encode(Samples.SnapshotResponse)));
        var range = Assert.IsType<RangeResponse>(Samples.Decode(WireEncoder.Encode(Samples.RangeResponse)));
        Assert.Equal((Samples.Block.Id, Samples.Qc), (Assert.Single(range.Blocks).Value.Id, range.Certificate!.Value.Value));
        Assert.Equal(Samples.Inquiry, Assert.IsType<InboundInquiry>(Samples.Decode(WireEncoder.Encode(Samples.Inquiry, 0xaa))).Message.Value);
        Assert.Equal(Samples.Recollection, Assert.IsType<InboundRecollection>(Samples.Decode(WireEncoder.Encode(Samples.Recollection, 0xbb))).Message.Value);
        Assert.Equal(Samples.BlockRequest, Samples.Decode(WireEncoder.Encode(Samples.BlockRequest)));
        var response = Assert.IsType<BlockResponse>(Samples.Decode(WireEncoder.Encode(Samples.BlockResponse)));
        Assert.Equal((Samples.BlockResponse.Token, 77L, true), (response.Token, response.Request, response.More));
        Assert.Equal(Samples.Block.Id, Assert.Single(response.Blocks).Value.Id);
        var passOn = Assert.IsType<PassOn>(Samples.Decode(WireEncoder.Encode(Samples.PassOn, Samples.Limits).Single()));
        Assert.Equal([Samples.Segment.Key, Samples.Segment.Key], passOn.Segments.Select(segment => segment.Key));
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_and_never_throw() =>
        Gen.Select(Gen.OneOf([.. Manifests.All.Append("X9").Select(Gen.Const)]), Gen.Byte.Array[0, 300])
            .Sample(
                (manifest, bytes) => Samples.Decoder.TryDecode(new InboundFrame(manifest, bytes), out var message, out _) == (message is not null),
                iter: 20_000);

    [Fact]
    public void Mutated_frames_are_refused_or_read_and_never_throw() =>
        Gen.Select(Gen.OneOf([.. Samples.Frames.Select(Gen.Const)]), Gen.Int[0, 10_000].Array[1, 4], Gen.Byte.Array[4]).Sample(
            (frame, positions, values) =>
            {
                var bytes = frame.Bytes.ToArray();
                for (var i = 0; i < positions.Length; i++)
                    bytes[positions[i] % bytes.Length] = values[i];
                return Samples.Decoder.TryDecode(new InboundFrame(frame.Manifest, bytes), out var message, out _) == (message is not null);
            },
            iter: 20_000);

    [Fact]
    public void Truncated_frames_never_throw_and_never_pass_for_the_whole() => Assert.All(Samples.Frames, frame =>
    {
        for (var length = 0; length < frame.Bytes.Length; length++)
        {
            if (Samples.Decoder.TryDecode(new InboundFrame(frame.Manifest, frame.Bytes.AsMemory(0, length)), out var message, out _))
                Assert.NotEqual(frame.Bytes, Samples.Encode(message).Bytes);
        }
    });

    [Theory]
    [InlineData(1, true)]
    [InlineData(10, false)]
    public void A_block_keeps_the_bytes_that_it_came_in_but_not_many_more(int times, bool keeps)
    {
        var frame = Samples.Frames[0];
        var buffer = new byte[frame.Bytes.Length * times];
        frame.Bytes.CopyTo(buffer, 0);

        Assert.True(Samples.Decoder.TryDecode(new InboundFrame(frame.Manifest, buffer.AsMemory(0, frame.Bytes.Length)), out var message, out _));

        var block = ((InboundProposal)message).Message.Value.Block;
        Assert.Equal(Samples.Block.Id, block.Id);
        Assert.True(MemoryMarshal.TryGetArray(block.Segments[0].Encoded, out var kept));
        Assert.Equal(keeps, kept.Array == buffer);
    }

    [Fact]
    public void A_block_that_is_not_where_it_belongs_in_a_proposal_is_refused()
    {
        var frame = Samples.Frames[0];
        // Twice the block: the parser takes the last for the only one.
        byte[] twice = [.. frame.Bytes, .. frame.Bytes];

        Assert.Equal(Refusal.Malformed, Samples.RefusalOf(frame.Manifest, twice));
    }

    [Fact]
    public void A_frame_of_an_unknown_kind_is_refused() => Assert.Equal(Refusal.Malformed, Samples.RefusalOf("P2", Samples.Frames[0].Bytes));

    [Theory]
    [InlineData(4)]
    [InlineData(256)]
    [InlineData(-1)]
    public void A_replica_that_is_no_member_of_the_committee_is_refused(int index)
    {
        var stranger = new ReplicaId(index);
        Assert.Equal(Refusal.UnknownReplica, RefusalOf(WireEncoder.Encode(Samples.Vote with { Share = new(stranger, Samples.Bytes(1)) }, 0x77)));
        Assert.Equal(Refusal.UnknownReplica, RefusalOf(WireEncoder.Encode(new Hello(stranger, new ReplicaId(0), 0x11, 0x22, Hello.CurrentVersion, Signature.None))));
        Assert.Equal(Refusal.UnknownReplica, RefusalOf(WireEncoder.Encode(Samples.LinkProof with { To = stranger })));
        Assert.Equal(Refusal.UnknownReplica, RefusalOf(WireEncoder.Encode(new BlockRequest(0x44, stranger, 77, Samples.Block.Id, new Height(2), 1000))));
        var block = Block.Create(Samples.Chain, Epoch.Genesis, new View(8), new Height(5), stranger, Samples.Qc, []);
        Assert.Equal(Refusal.UnknownReplica, RefusalOf(WireEncoder.Encode(new Proposal(block, null, Samples.Bytes(1)))));
    }

    [Fact]
    public void A_signature_longer_than_any_scheme_makes_is_refused()
    {
        var longest = new Signature(new byte[Signature.MaxSize]);
        var longer = new Signature(new byte[Signature.MaxSize + 1]);
        Assert.NotNull(Samples.Decode(WireEncoder.Encode(Samples.Vote with { Share = new(new ReplicaId(0), longest) }, 0x77)));
        Assert.Equal(Refusal.Malformed, RefusalOf(WireEncoder.Encode(Samples.Vote with { Share = new(new ReplicaId(0), longer) }, 0x77)));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        var statement = new Wire.VoteStatement { View = ulong.MaxValue, Block = ByteString.CopyFrom(new byte[32]) };
        Assert.Equal(Refusal.Malformed, RefusalOf(Manifests.Vote, new Wire.Vote { Statement = statement }));
        statement = new Wire.VoteStatement { View = 1, Block = ByteString.CopyFrom(new byte[31]) };
        Assert.Equal(Refusal.Malformed, RefusalOf(Manifests.Vote, new Wire.Vote { Statement = statement }));
        statement = new Wire.VoteStatement { View = 1, Phase = 4, Block = ByteString.CopyFrom(new byte[32]) };
        Assert.Equal(Refusal.Malformed, RefusalOf(Manifests.Vote, new Wire.Vote { Statement = statement }));
        Assert.Equal(Refusal.Malformed, RefusalOf(Manifests.Vote, new Wire.Vote()));
        Assert.Equal(Refusal.Malformed, RefusalOf(Manifests.NextView, new Wire.NextView()));
        Assert.Equal(Refusal.Malformed, RefusalOf(WireEncoder.Encode(Samples.BlockRequest with { MaxBytes = 0 })));
        Assert.Equal(Refusal.Malformed, RefusalOf(WireEncoder.Encode(Samples.BlockResponse with { Blocks = [], More = true })));
    }

    [Fact]
    public void A_block_of_negative_height_is_refused()
    {
        var block = Block.Create(Samples.Chain, Epoch.Genesis, new View(8), new Height(-1), new ReplicaId(0), Samples.Qc, []);
        Assert.Equal(Refusal.Malformed, RefusalOf(WireEncoder.Encode(new Proposal(block, null, Samples.Bytes(1)))));
    }

    [Fact]
    public void Commands_to_pass_on_are_cut_into_frames_that_a_peer_accepts()
    {
        var commands = Enumerable.Repeat(new ReadOnlyMemory<byte>(new byte[50]), 10).ToList();
        var segments = Enumerable.Range(0, 30).Select(i => CommandSegment.Create(new ClientId(1), 1 + (10 * i), commands));
        var passOn = Samples.PassOn with { Segments = [.. segments] };
        var decoded = WireEncoder.Encode(passOn, Samples.Limits).Select(frame => Assert.IsType<PassOn>(Samples.Decode(frame))).ToList();
        Assert.True(decoded.Count > 1);
        Assert.Equal(passOn.Segments.Select(segment => segment.Key), decoded.SelectMany(part => part.Segments).Select(segment => segment.Key));
    }

    [Fact]
    public void More_commands_than_a_block_holds_are_refused()
    {
        var segments = CommandSegment.Create(new ClientId(1), 1, [.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, Samples.Limits.MaxBlockCommands + 1)]);
        Assert.Equal(Refusal.BadPayload, RefusalOf(WireEncoder.Encode(Samples.PassOn with { Segments = [segments] }, Samples.Limits).Single()));
    }

    private static Refusal? RefusalOf(OutboundFrame frame) => Samples.RefusalOf(frame.Manifest, frame.Bytes);

    private static Refusal? RefusalOf(string manifest, IMessage message) => Samples.RefusalOf(manifest, message.ToByteArray());
}
