using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// What a peer says. Decoded means: well-formed, every length, count and replica index within bounds. It does not mean true: signatures, certificates and
/// tokens are still to be checked.
/// </summary>
public abstract record PeerMessage : IPeerTraffic
{
    /// <summary>Who says it, by its own account; always a member of the committee.</summary>
    public abstract ReplicaId From { get; }
}

/// <summary>A proposal whose signatures are unchecked.</summary>
public sealed record InboundProposal(Unverified<Proposal> Message) : PeerMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Message.Value.From;
}

/// <summary>
/// A vote whose share is unchecked. It needs the token of its signer all the same: some schemes check shares only when they are combined, and then nobody else may spoil the
/// signer's turn.
/// </summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="Message">The vote.</param>
public sealed record InboundVote(UInt128 Token, Unverified<Vote> Message) : TokenMessage(Token, Message.Value.From);

/// <summary>A complaint whose share and certificates are unchecked. It needs its signer's token, as a vote does.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="Message">The complaint.</param>
public sealed record InboundComplaint(UInt128 Token, Unverified<Complaint> Message) : TokenMessage(Token, Message.Value.From);

/// <summary>Certificates, unchecked.</summary>
public sealed record InboundNextView(Unverified<NextView> Message) : PeerMessage
{
    /// <inheritdoc/>
    public override ReplicaId From => Message.Value.From;
}

/// <summary>A message that no signature of its own ties to its sender when it comes in: it counts only with the token that its sender proved to be its own (see <see cref="PeersSnapshot"/>).</summary>
/// <param name="Token">The secret between two replicas, for one direction of one link.</param>
/// <param name="From">Who says it.</param>
public abstract record TokenMessage(UInt128 Token, ReplicaId From) : PeerMessage
{
    /// <inheritdoc/>
    public override ReplicaId From { get; } = From;
}

/// <summary>What a replica asks after a start.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="Message">The question, of a member of the committee.</param>
public sealed record InboundInquiry(UInt128 Token, Unverified<Inquiry> Message) : TokenMessage(Token, Message.Value.From);

/// <summary>What a replica is answered after a start, the signatures in it unchecked. It needs the token: each of the others is counted once.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="Message">The answer.</param>
public sealed record InboundRecollection(UInt128 Token, Unverified<Recollection> Message) : TokenMessage(Token, Message.Value.From);

/// <summary>Commands passed on to a replica whose turn to propose comes sooner.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who passes them on.</param>
/// <param name="Segments">Well-formed, within the limits of a block.</param>
public sealed record PassOn(UInt128 Token, ReplicaId From, ImmutableArray<CommandSegment> Segments) : TokenMessage(Token, From);

/// <summary>Asks for a block and its ancestors.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who asks.</param>
/// <param name="Request">The asker's number for the request, repeated in the response.</param>
/// <param name="Head">The newest block wanted.</param>
/// <param name="Above">Blocks at this height and below are not wanted.</param>
/// <param name="MaxBytes">The most bytes of blocks to send at once, 1 or more; one block is sent whatever its size.</param>
public sealed record BlockRequest(UInt128 Token, ReplicaId From, long Request, BlockId Head, Height Above, int MaxBytes) : TokenMessage(Token, From);

/// <summary>Answers a <see cref="BlockRequest"/>.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who answers.</param>
/// <param name="Request">The asker's number for the request.</param>
/// <param name="Blocks">Newest first, each by itself well-formed; whether they hang together is unchecked. None: the sender does not have the head.</param>
/// <param name="More">Whether the sender has wanted blocks below the last one.</param>
/// <param name="Checkpoint">The sender's newest checkpoint, unchecked, when it has pruned wanted blocks below the last one.</param>
public sealed record BlockResponse(
    UInt128 Token, ReplicaId From, long Request, ImmutableArray<Unverified<Block>> Blocks, bool More, Unverified<CheckpointCertificate>? Checkpoint = null)
    : TokenMessage(Token, From);

/// <summary>Asks for committed blocks by height.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who asks.</param>
/// <param name="Request">The asker's number for the request, repeated in the response.</param>
/// <param name="First">The lowest height wanted.</param>
/// <param name="Count">How many blocks are wanted at most, 1 or more.</param>
/// <param name="MaxBytes">The most bytes of blocks to send at once, 1 or more; one block is sent whatever its size.</param>
public sealed record RangeRequest(UInt128 Token, ReplicaId From, long Request, Height First, int Count, int MaxBytes) : TokenMessage(Token, From);

/// <summary>Answers a <see cref="RangeRequest"/>.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who answers.</param>
/// <param name="Request">The asker's number for the request.</param>
/// <param name="Blocks">Oldest first; whether they hang together is unchecked. None: the sender has none of them, or no certificate for any.</param>
/// <param name="Certificate">Of the last block, unchecked; null without blocks.</param>
public sealed record RangeResponse(
    UInt128 Token, ReplicaId From, long Request, ImmutableArray<Unverified<Block>> Blocks, Unverified<QuorumCertificate>? Certificate) : TokenMessage(Token, From);

/// <summary>A replica's part of a checkpoint certificate, unchecked.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="Message">The share, of <see cref="PeerMessage.From"/>.</param>
public sealed record InboundCheckpointShare(UInt128 Token, Unverified<CheckpointShare> Message) : TokenMessage(Token, Message.Value.Share.Signer);

/// <summary>A checkpoint certificate, unchecked, for a replica that still collects its parts.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who has it.</param>
/// <param name="Certificate">The certificate.</param>
public sealed record CheckpointNotice(UInt128 Token, ReplicaId From, Unverified<CheckpointCertificate> Certificate) : TokenMessage(Token, From);

/// <summary>Asks for a piece of a snapshot.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who asks.</param>
/// <param name="Request">The asker's number for the request, repeated in the response.</param>
/// <param name="Snapshot">The digest of its manifest.</param>
/// <param name="OfManifest">Whether a piece of the manifest is wanted and not one of the contents.</param>
/// <param name="Piece">Which, from 0; each is of <see cref="ProtocolLimits.SnapshotChunkBytes"/> but the last.</param>
public sealed record SnapshotRequest(UInt128 Token, ReplicaId From, long Request, Digest Snapshot, bool OfManifest, int Piece) : TokenMessage(Token, From);

/// <summary>Answers a <see cref="SnapshotRequest"/>.</summary>
/// <param name="Token">See <see cref="TokenMessage"/>.</param>
/// <param name="From">Who answers.</param>
/// <param name="Request">The asker's number for the request.</param>
/// <param name="Piece">The piece, anything; empty when the sender does not have it.</param>
/// <param name="Total">How long the manifest is, by the sender's account, in answer to a request for a piece of it; otherwise 0.</param>
public sealed record SnapshotResponse(UInt128 Token, ReplicaId From, long Request, ReadOnlyMemory<byte> Piece, int Total) : TokenMessage(Token, From)
{
    /// <inheritdoc/>
    public bool Equals(SnapshotResponse? other) =>
        base.Equals(other) && Request == other.Request && Total == other.Total && Piece.Span.SequenceEqual(other.Piece.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Request, Total, Piece.Length);
}

/// <summary>A challenge: "prove to me who you are".</summary>
/// <param name="From">Who challenges.</param>
/// <param name="To">Whom.</param>
/// <param name="Instance">Chosen at random when the challenger's process started: another one means a restart.</param>
/// <param name="Nonce">What the proof must cover.</param>
/// <param name="Version">The challenger's version of the wire protocol, see <see cref="CurrentVersion"/>.</param>
/// <param name="Signature">The challenger's identity signature over <see cref="SignedBytes.Hello"/>.</param>
public sealed record Hello(ReplicaId From, ReplicaId To, UInt128 Instance, UInt128 Nonce, int Version, Signature Signature) : PeerMessage
{
    /// <summary>The version that this code speaks.</summary>
    public const int CurrentVersion = 2;

    /// <inheritdoc/>
    public override ReplicaId From { get; } = From;
}

/// <summary>Answers a <see cref="Hello"/>.</summary>
/// <param name="From">Who proves itself.</param>
/// <param name="To">To whom.</param>
/// <param name="Nonce">The challenge's.</param>
/// <param name="Token">What the prover will put on its <see cref="TokenMessage"/>s to the challenger.</param>
/// <param name="Instance">The prover's instance.</param>
/// <param name="Signature">The prover's identity signature over <see cref="SignedBytes.LinkProof"/>.</param>
public sealed record LinkProof(ReplicaId From, ReplicaId To, UInt128 Nonce, UInt128 Token, UInt128 Instance, Signature Signature) : PeerMessage
{
    /// <inheritdoc/>
    public override ReplicaId From { get; } = From;
}
