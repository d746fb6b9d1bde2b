using System.Buffers.Binary;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Turns parsed protobuf into the values of the protocol and checks every bound on the way. After the first value that is out of bounds <see cref="Failure"/>
/// says why, and what is returned is to be thrown away.
/// </summary>
internal ref partial struct WireReader(Committee committee, ProtocolLimits limits)
{
    private const int TokenSize = 16;

    /// <summary>Why the message is refused; null while it is fine.</summary>
    public Refusal? Failure { get; private set; }

    /// <param name="block">The block's encoding, which the proposal keeps.</param>
    /// <param name="wire">What else the message says.</param>
    public Proposal? Proposal(ReadOnlyMemory<byte> block, Wire.Proposal wire)
    {
        var entry = OptionalTimeoutCertificate(wire.EntryCertificate);
        var signature = Signature(wire.Signature);
        return Failure is null && Block(block) is { } proposed ? new Proposal(proposed, entry, signature) : null;
    }

    public InboundVote InboundVote(Wire.Vote wire) => new(Token(wire.Token), new Unverified<Vote>(Vote(wire)));

    public InboundComplaint InboundComplaint(Wire.Complaint wire) => new(Token(wire.Token), new Unverified<Complaint>(Complaint(wire)));

    private Vote Vote(Wire.Vote wire) => new(VoteStatement(wire.Statement), new SignatureShare(Replica(wire.Signer), Signature(wire.Share)));

    private Complaint Complaint(Wire.Complaint wire) => new(
        ComplaintStatement(wire.Statement),
        new SignatureShare(Replica(wire.Signer), Signature(wire.Share)),
        QuorumCertificate(wire.HighQc),
        OptionalTimeoutCertificate(wire.EntryCertificate),
        wire.LastVote is { } vote ? Vote(vote) : null);

    public NextView NextView(Wire.NextView wire) =>
        new(Replica(wire.Sender), QuorumCertificate(wire.HighQc), OptionalTimeoutCertificate(wire.TimeoutCertificate));

    public InboundInquiry InboundInquiry(Wire.Inquiry wire) =>
        new(Token(wire.Token), new Unverified<Inquiry>(new Inquiry(Replica(wire.From), Token(wire.Number))));

    public InboundRecollection InboundRecollection(Wire.Recollection wire) => new(Token(wire.Token), new Unverified<Recollection>(new Recollection(
        Replica(wire.From), Token(wire.Number), HeldSignatures(wire), QuorumCertificate(wire.HighQc), OptionalTimeoutCertificate(wire.HighTc))));

    private HeldSignatures HeldSignatures(Wire.Recollection wire)
    {
        var signer = Replica(wire.Signer);
        return new HeldSignatures(
            signer,
            wire.Vote is { } vote ? Vote(vote) : null,
            wire.Complaint is { } complaint
                ? new SignedComplaint(ComplaintStatement(complaint.Statement), new SignatureShare(signer, Signature(complaint.Share)))
                : null,
            wire.Proposal is { } proposal ? new SignedProposal(VoteStatement(proposal.Statement), Signature(proposal.Signature)) : null);
    }

    public PassOn? PassOn(Wire.PassOn wire)
    {
        var (token, from) = (Token(wire.Token), Replica(wire.From));
        if (wire.Segments.IsEmpty || wire.Segments.Length > limits.MaxBlockBytes)
            Fail(Refusal.BadPayload);
        if (Failure is not null)
            return null;
        if (CommandSegment.TryReadAll(wire.Segments.Memory, limits.MaxBlockCommands, limits.MaxCommandBytes) is { } segments)
            return new PassOn(token, from, [.. segments]);
        Fail(Refusal.BadPayload);
        return null;
    }

    public BlockRequest BlockRequest(Wire.BlockRequest wire)
    {
        if (wire.MaxBytes is 0 or > int.MaxValue)
            Fail(Refusal.Malformed);
        return new BlockRequest(
            Token(wire.Token),
            Replica(wire.From),
            Number(wire.Request),
            new BlockId(Digest(wire.Head)),
            new Height(Number(wire.Above)),
            (int)wire.MaxBytes);
    }

    public BlockResponse? BlockResponse(Wire.BlockResponse wire)
    {
        var (token, from, request) = (Token(wire.Token), Replica(wire.From), Number(wire.Request));
        var checkpoint = OptionalCheckpoint(wire.Checkpoint);
        if (wire.More && wire.Blocks.Count == 0)
            Fail(Refusal.Malformed);
        return Blocks(wire.Blocks) is { } blocks ? new BlockResponse(token, from, request, blocks, wire.More, checkpoint) : null;
    }

    public Hello Hello(Wire.Hello wire)
    {
        if (wire.Version is 0 or > int.MaxValue)
            Fail(Refusal.Malformed);
        return new Hello(
            Replica(wire.From), Replica(wire.To), Token(wire.Instance), Token(wire.Nonce), (int)wire.Version, Signature(wire.Signature));
    }

    public LinkProof LinkProof(Wire.LinkProof wire) => new(
        Replica(wire.From), Replica(wire.To), Token(wire.Nonce), Token(wire.Token), Token(wire.Instance), Signature(wire.Signature));

    private Block? Block(ReadOnlyMemory<byte> bytes)
    {
        if (Consensus.Block.TryDecode(committee.Chain, limits, bytes) is not { } block || !IsPlausible(block))
        {
            Fail(Refusal.Malformed);
            return null;
        }

        if (!committee.Contains(block.Proposer))
            Fail(Refusal.UnknownReplica);
        return block;
    }

    private static bool IsPlausible(Block block) =>
        block.Epoch.Number >= 0 && block.View.Number >= 0 && block.Height.Number >= 0
        && block.Justify.Statement.Epoch.Number >= 0 && block.Justify.View.Number >= 0;

    private QuorumCertificate QuorumCertificate(Wire.QuorumCertificate? wire) =>
        new(VoteStatement(wire?.Statement), Signature(wire?.Signature));

    private TimeoutCertificate? OptionalTimeoutCertificate(Wire.TimeoutCertificate? wire) =>
        wire is null ? null : new(ComplaintStatement(wire.Statement), Signature(wire.Signature));

    private VoteStatement VoteStatement(Wire.VoteStatement? wire)
    {
        if (wire is null || wire.Phase > (uint)Phase.Commit)
        {
            Fail(Refusal.Malformed);
            return default;
        }

        return new VoteStatement(
            new Epoch(Number(wire.Epoch)), new View(Number(wire.View)), new BlockId(Digest(wire.Block)), (Phase)wire.Phase);
    }

    private ComplaintStatement ComplaintStatement(Wire.ComplaintStatement? wire)
    {
        if (wire is null)
        {
            Fail(Refusal.Malformed);
            return default;
        }

        return new ComplaintStatement(new Epoch(Number(wire.Epoch)), new View(Number(wire.View)));
    }

    private ReplicaId Replica(uint index)
    {
        var replica = new ReplicaId(index > int.MaxValue ? -1 : (int)index);
        if (!committee.Contains(replica))
            Fail(Refusal.UnknownReplica);
        return replica;
    }

    private Signature Signature(ByteString? bytes)
    {
        if (bytes is null || bytes.Length > Consensus.Signature.MaxSize)
        {
            Fail(Refusal.Malformed);
            return default;
        }

        return new Signature(bytes.Memory);
    }

    private Digest Digest(ByteString bytes)
    {
        if (bytes.Length == Consensus.Digest.Size)
            return new Digest(bytes.Span);
        Fail(Refusal.Malformed);
        return default;
    }

    private UInt128 Token(ByteString bytes)
    {
        if (bytes.Length == TokenSize)
            return BinaryPrimitives.ReadUInt128BigEndian(bytes.Span);
        Fail(Refusal.Malformed);
        return default;
    }

    private long Number(ulong value)
    {
        if (value <= long.MaxValue)
            return (long)value;
        Fail(Refusal.Malformed);
        return default;
    }

    private void Fail(Refusal refusal) => Failure ??= refusal;
}
