using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// What <see cref="Replica.Advance"/> wants done, in the order in which it must be done. Whoever interprets effects completes each
/// <see cref="Persist"/> before it starts on an effect after it.
/// </summary>
public abstract record Effect
{
    /// <summary>Write the record, and the block if there is one, in one atomic and durable write.</summary>
    public sealed record Persist(SafetyRecord Record, Block? Block) : Effect;

    /// <summary>Keep a block that is not voted for, to have it when others ask; nothing depends on its being durable.</summary>
    public sealed record Keep(Block Block) : Effect;

    /// <summary>Send a message to one other replica.</summary>
    public sealed record Send(ReplicaId To, ConsensusMessage Message) : Effect;

    /// <summary>Send a proposal or certificates to all other replicas.</summary>
    public sealed record Broadcast(ConsensusMessage Message) : Effect;

    /// <summary>Pass commands on to another replica, whose turn to propose comes sooner.</summary>
    public sealed record PassOn(ReplicaId To, ImmutableArray<CommandSegment> Segments) : Effect;

    /// <summary>Tell this replica's clients that their commands were not taken: too much is waiting.</summary>
    public sealed record RefuseCommands(ImmutableArray<CommandSegment> Segments) : Effect;

    /// <summary>Combine a quorum's votes; answer with <see cref="ReplicaEvent.CertificateFormed"/> or <see cref="ReplicaEvent.VotesRefused"/>.</summary>
    public sealed record CombineVotes(VoteStatement Statement, ImmutableArray<SignatureShare> Shares) : Effect;

    /// <summary>Combine a quorum's complaints; answer with <see cref="ReplicaEvent.TimeoutCertificateFormed"/> or <see cref="ReplicaEvent.ComplaintsRefused"/>.</summary>
    public sealed record CombineComplaints(ComplaintStatement Statement, ImmutableArray<SignatureShare> Shares) : Effect;

    /// <summary>Execute these blocks: committed for good, oldest first, without a gap to those committed before.</summary>
    public sealed record Commit(ImmutableArray<Block> Blocks) : Effect;

    /// <summary>
    /// Go on from this block, which a checkpoint certificate names: it becomes the last committed one, and the state that its snapshot holds is that after it. Later commits follow on it.
    /// </summary>
    public sealed record Restart(Block Root) : Effect;

    /// <summary>
    /// Get the certified block <paramref name="Head"/> and its ancestors down to, not including, height <paramref name="Above"/>;
    /// answer with <see cref="ReplicaEvent.BlocksFetched"/>, as often as needed, oldest first.
    /// </summary>
    public sealed record FetchBlocks(BlockId Head, Height Above) : Effect;

    /// <summary>Start a timer, or start it again with a new time; answer with <see cref="ReplicaEvent.TimerFired"/>.</summary>
    public sealed record StartTimer(TimerKey Timer, TimeSpan After) : Effect;

    /// <summary>Stop a timer, if it runs.</summary>
    public sealed record StopTimer(TimerKind Kind) : Effect;

    /// <summary>The replica entered a view. For people and dashboards.</summary>
    public sealed record EnteredView(View View, ReplicaId Leader, EntryReason Reason) : Effect;

    /// <summary>
    /// Others hold later signatures of this replica than its record knows: the record is older than one that was written. Nothing is signed up to the floor. For people, who may have restored an old copy.
    /// </summary>
    public sealed record RecordWasOld(View Floor) : Effect;

    /// <summary>A replica contradicted itself. To be kept and shown; shares in it may be unchecked, where the signature scheme checks what they combine to.</summary>
    public sealed record Report(Evidence Evidence) : Effect;

    /// <summary>An input was not accepted. To be counted.</summary>
    public sealed record Refused(Refusal Reason, ReplicaId From, View View) : Effect;
}

/// <summary>Which certificate let a replica into its view.</summary>
public enum EntryReason
{
    /// <summary>The node started there.</summary>
    Start,

    /// <summary>A quorum certificate of the view before.</summary>
    QuorumCertificate,

    /// <summary>A timeout certificate of the view before.</summary>
    TimeoutCertificate,
}

/// <summary>The timers of a replica; each runs at most once at a time.</summary>
public enum TimerKind
{
    /// <summary>The view has lasted too long.</summary>
    View,

    /// <summary>The leader of a view after a timeout has waited for higher certificates long enough.</summary>
    Delta,

    /// <summary>No certificate came for the view complained about: complain again.</summary>
    Complaint,

    /// <summary>Commands wait uncommitted: pass them on to all replicas.</summary>
    PassOn,

    /// <summary>A certified block has not arrived by itself: fetch it.</summary>
    Fetch,

    /// <summary>Others have not said what they hold with this replica's signature: ask again.</summary>
    Inquiry,
}

/// <summary>A timer with the epoch and view that it belongs to, so that a late tick is recognized as stale.</summary>
public readonly record struct TimerKey(TimerKind Kind, Epoch Epoch, View View);
