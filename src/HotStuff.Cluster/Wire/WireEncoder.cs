using System.Buffers.Binary;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>Encodes what this replica sends: once for each message, however many replicas it goes to.</summary>
public static partial class WireEncoder
{
    /// <summary>A message of the protocol that goes to one replica.</summary>
    /// <param name="message">What is said.</param>
    /// <param name="token">The token that we put on ours to it (<see cref="PeerLink.Own"/>).</param>
    public static OutboundFrame Encode(ConsensusMessage message, UInt128 token)
    {
        switch (message)
        {
            case Vote vote:
                var wireVote = ToWire(vote);
                wireVote.Token = ToWire(token);
                return Frame(Manifests.Vote, wireVote);
            case Complaint complaint:
                var wireComplaint = ToWire(complaint);
                wireComplaint.Token = ToWire(token);
                return Frame(Manifests.Complaint, wireComplaint);
            case Inquiry inquiry:
                return Frame(Manifests.Inquiry, new Wire.Inquiry
                {
                    Token = ToWire(token),
                    From = (uint)inquiry.Sender.Index,
                    Number = ToWire(inquiry.Number),
                });
            case Recollection recollection:
                var wireRecollection = ToWire(recollection);
                wireRecollection.Token = ToWire(token);
                return Frame(Manifests.Recollection, wireRecollection);
            default:
                return Encode(message);
        }
    }

    /// <summary>A message of the protocol that may go to several replicas: a proposal, or certificates.</summary>
    public static OutboundFrame Encode(ConsensusMessage message) => message switch
    {
        Proposal proposal => Frame(Manifests.Proposal, ToWire(proposal)),
        NextView nextView => Frame(Manifests.NextView, ToWire(nextView)),
        _ => throw new ArgumentException($"{message.GetType().Name} has no encoding", nameof(message)),
    };

    /// <summary>A challenge.</summary>
    public static OutboundFrame Encode(Hello hello) => Frame(Manifests.Hello, new Wire.Hello
    {
        From = (uint)hello.From.Index,
        To = (uint)hello.To.Index,
        Instance = ToWire(hello.Instance),
        Nonce = ToWire(hello.Nonce),
        Version = (uint)hello.Version,
        Signature = ToWire(hello.Signature.Bytes),
    });

    /// <summary>The answer to a challenge.</summary>
    public static OutboundFrame Encode(LinkProof proof) => Frame(Manifests.LinkProof, new Wire.LinkProof
    {
        From = (uint)proof.From.Index,
        To = (uint)proof.To.Index,
        Nonce = ToWire(proof.Nonce),
        Token = ToWire(proof.Token),
        Instance = ToWire(proof.Instance),
        Signature = ToWire(proof.Signature.Bytes),
    });

    /// <summary>A request for blocks.</summary>
    public static OutboundFrame Encode(BlockRequest request) => Frame(Manifests.BlockRequest, new Wire.BlockRequest
    {
        Token = ToWire(request.Token),
        From = (uint)request.From.Index,
        Request = (ulong)request.Request,
        Head = ToWire(request.Head),
        Above = (ulong)request.Above.Number,
        MaxBytes = (uint)request.MaxBytes,
    });

    /// <summary>
    /// Blocks that were asked for. The blocks together are not larger than <see cref="WireLimits.MaxBlocksBytes"/>, or the transport drops the frame.
    /// </summary>
    public static OutboundFrame Encode(BlockResponse response)
    {
        var wire = new Wire.BlockResponse
        {
            Token = ToWire(response.Token),
            From = (uint)response.From.Index,
            Request = (ulong)response.Request,
            More = response.More,
            Checkpoint = response.Checkpoint is { } checkpoint ? ToWire(checkpoint.Value) : null,
        };
        wire.Blocks.AddRange(response.Blocks.Select(block => ToWire(block.Value.Encoded)));
        return Frame(Manifests.BlockResponse, wire);
    }

    /// <summary>Commands to pass on, in as many frames as their size and number need: each holds what a block could hold.</summary>
    public static IReadOnlyList<OutboundFrame> Encode(PassOn passOn, ProtocolLimits limits)
    {
        var frames = new List<OutboundFrame>(1);
        var segments = passOn.Segments.AsSpan();
        while (!segments.IsEmpty)
        {
            var (taken, commands, bytes) = (0, 0L, 0L);
            foreach (var segment in segments)
            {
                commands += segment.Count;
                bytes += segment.Encoded.Length;
                if (taken > 0 && (commands > limits.MaxBlockCommands || bytes > limits.MaxBlockBytes))
                    break;
                taken++;
            }

            frames.Add(Frame(Manifests.PassOn, new Wire.PassOn
            {
                Token = ToWire(passOn.Token),
                From = (uint)passOn.From.Index,
                Segments = Join(segments[..taken]),
            }));
            segments = segments[taken..];
        }

        return frames;
    }

    private static OutboundFrame Frame(string manifest, IMessage message) => new(manifest, message.ToByteArray());

    private static Wire.Proposal ToWire(Proposal proposal) => new()
    {
        Block = ToWire(proposal.Block.Encoded),
        EntryCertificate = ToWire(proposal.EntryCertificate),
        Signature = ToWire(proposal.Signature.Bytes),
    };

    private static Wire.Vote ToWire(Vote vote) => new()
    {
        Statement = ToWire(vote.Statement),
        Signer = (uint)vote.Share.Signer.Index,
        Share = ToWire(vote.Share.Signature.Bytes),
    };

    private static Wire.Complaint ToWire(Complaint complaint) => new()
    {
        Statement = ToWire(complaint.Statement),
        Signer = (uint)complaint.Share.Signer.Index,
        Share = ToWire(complaint.Share.Signature.Bytes),
        HighQc = ToWire(complaint.HighQc),
        EntryCertificate = ToWire(complaint.EntryCertificate),
        LastVote = complaint.LastVote is { } vote ? ToWire(vote) : null,
    };

    private static Wire.Recollection ToWire(Recollection recollection)
    {
        var held = recollection.Held;
        return new Wire.Recollection
        {
            From = (uint)recollection.Sender.Index,
            Number = ToWire(recollection.Number),
            Signer = (uint)held.Signer.Index,
            Vote = held.Vote is { } vote ? ToWire(vote) : null,
            Complaint = held.Complaint is { } complaint
                ? new() { Statement = ToWire(complaint.Statement), Share = ToWire(complaint.Share.Signature.Bytes) }
                : null,
            Proposal = held.Proposal is { } proposal
                ? new() { Statement = ToWire(proposal.Statement), Signature = ToWire(proposal.Signature.Bytes) }
                : null,
            HighQc = ToWire(recollection.HighQc),
            HighTc = ToWire(recollection.HighTc),
        };
    }

    private static Wire.NextView ToWire(NextView nextView) => new()
    {
        Sender = (uint)nextView.Sender.Index,
        HighQc = ToWire(nextView.HighQc),
        TimeoutCertificate = ToWire(nextView.TimeoutCertificate),
    };

    private static Wire.QuorumCertificate ToWire(QuorumCertificate certificate) => new()
    {
        Statement = ToWire(certificate.Statement),
        Signature = ToWire(certificate.Signature.Bytes),
    };

    private static Wire.TimeoutCertificate? ToWire(TimeoutCertificate? certificate) => certificate is null ? null : new()
    {
        Statement = ToWire(certificate.Statement),
        Signature = ToWire(certificate.Signature.Bytes),
    };

    private static Wire.VoteStatement ToWire(VoteStatement statement) => new()
    {
        Epoch = (ulong)statement.Epoch.Number,
        View = (ulong)statement.View.Number,
        Block = ToWire(statement.Block),
        Phase = (uint)statement.Phase,
    };

    private static Wire.ComplaintStatement ToWire(ComplaintStatement statement) => new()
    {
        Epoch = (ulong)statement.Epoch.Number,
        View = (ulong)statement.View.Number,
    };

    private static ByteString ToWire(BlockId block) => ToWire(block.Hash.ToArray());

    private static ByteString ToWire(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static ByteString ToWire(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return ToWire(bytes);
    }

    private static ByteString Join(ReadOnlySpan<CommandSegment> segments)
    {
        if (segments.Length == 1)
            return ToWire(segments[0].Encoded);

        var length = 0;
        foreach (var segment in segments)
            length += segment.Encoded.Length;
        var joined = new byte[length];
        var rest = joined.AsSpan();
        foreach (var segment in segments)
        {
            segment.Encoded.Span.CopyTo(rest);
            rest = rest[segment.Encoded.Length..];
        }

        return ToWire(joined);
    }
}
