using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>What can happen to a replica. Everything from outside is <see cref="Verified{T}"/>.</summary>
public abstract record ReplicaEvent
{
    /// <summary>The node is ready: enter the view of the record.</summary>
    public sealed record Started : ReplicaEvent;

    /// <summary>A leader proposes.</summary>
    public sealed record ProposalReceived(Verified<Proposal> Proposal) : ReplicaEvent;

    /// <summary>A replica votes.</summary>
    public sealed record VoteReceived(Verified<Vote> Vote) : ReplicaEvent;

    /// <summary>A replica gives up a view.</summary>
    public sealed record ComplaintReceived(Verified<Complaint> Complaint) : ReplicaEvent;

    /// <summary>A replica shows the way into a later view.</summary>
    public sealed record NextViewReceived(Verified<NextView> NextView) : ReplicaEvent;

    /// <summary>A replica has started and asks about its past.</summary>
    public sealed record InquiryReceived(Verified<Inquiry> Inquiry) : ReplicaEvent;

    /// <summary>A replica answers what it knows of this one's past.</summary>
    public sealed record RecollectionReceived(Verified<Recollection> Recollection) : ReplicaEvent;

    /// <summary>The votes asked for with <see cref="Effect.CombineVotes"/> are combined.</summary>
    public sealed record CertificateFormed(Verified<QuorumCertificate> Certificate) : ReplicaEvent;

    /// <summary>Some of the votes asked for with <see cref="Effect.CombineVotes"/> were bad.</summary>
    public sealed record VotesRefused(VoteStatement Statement, ImmutableArray<ReplicaId> Signers) : ReplicaEvent;

    /// <summary>The complaints asked for with <see cref="Effect.CombineComplaints"/> are combined.</summary>
    public sealed record TimeoutCertificateFormed(Verified<TimeoutCertificate> Certificate) : ReplicaEvent;

    /// <summary>Some of the complaints asked for with <see cref="Effect.CombineComplaints"/> were bad.</summary>
    public sealed record ComplaintsRefused(ComplaintStatement Statement, ImmutableArray<ReplicaId> Signers) : ReplicaEvent;

    /// <summary>Commands came, from this replica's clients or passed on by another replica.</summary>
    /// <param name="Segments">Well-formed segments, within the bounds.</param>
    /// <param name="PassedOn">Whether another replica passed them on; such commands are not passed on again.</param>
    public sealed record CommandsArrived(ImmutableArray<CommandSegment> Segments, bool PassedOn) : ReplicaEvent;

    /// <summary>A run of blocks asked for with <see cref="Effect.FetchBlocks"/>, oldest first, each the parent of the next.</summary>
    public sealed record BlocksFetched(ImmutableArray<Verified<Block>> Blocks) : ReplicaEvent;

    /// <summary>
    /// A snapshot was fetched, and its checkpoint certificate proves that this block, the last one in it, is committed: what lies below need not be fetched any more. Nothing follows when this
    /// replica has come so far by itself, otherwise <see cref="Effect.Restart"/>.
    /// </summary>
    public sealed record CheckpointFetched(Verified<Block> Root) : ReplicaEvent;

    /// <summary>A link to another replica was proven, for the first time or again: whatever was sent before may be lost.</summary>
    public sealed record PeerProven(ReplicaId Peer) : ReplicaEvent;

    /// <summary>A timer ran out.</summary>
    public sealed record TimerFired(TimerKey Timer) : ReplicaEvent;
}
