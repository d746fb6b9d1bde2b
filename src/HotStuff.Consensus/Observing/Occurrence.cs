namespace HotStuff.Consensus;

/// <summary>What people see a replica do.</summary>
public enum OccurrenceKind
{
    /// <summary>It entered a view by a quorum certificate.</summary>
    Entered,

    /// <summary>It entered a view because a quorum gave up the one before: a view change.</summary>
    ViewChanged,

    /// <summary>It started, in this view.</summary>
    Started,

    /// <summary>It proposed a block.</summary>
    Proposed,

    /// <summary>A leader's proposal reached it.</summary>
    ProposalHeard,

    /// <summary>It voted.</summary>
    Voted,

    /// <summary>A vote for a block of its own reached it.</summary>
    VoteHeard,

    /// <summary>It combined a quorum's votes into a certificate.</summary>
    Certified,

    /// <summary>Its view lasted too long.</summary>
    TimedOut,

    /// <summary>It complained about a view.</summary>
    Complained,

    /// <summary>A complaint reached it.</summary>
    ComplaintHeard,

    /// <summary>It combined a quorum's complaints into a timeout certificate.</summary>
    GaveUp,

    /// <summary>It locked a block.</summary>
    Locked,

    /// <summary>It committed blocks.</summary>
    Committed,

    /// <summary>It did not accept an input.</summary>
    Refused,

    /// <summary>It holds proof that a replica contradicted itself.</summary>
    Accused,
}

/// <summary>One thing that people see a replica do, in the words of the protocol and without its signatures.</summary>
/// <param name="Kind">What.</param>
/// <param name="View">The view that it is about.</param>
/// <param name="Other">Who else takes part: the leader entered under, the receiver of a vote or complaint, the author of what was heard, the culprit; null: nobody, or everybody.</param>
/// <param name="Block">The block that it is about; null: none.</param>
/// <param name="Parent">The parent of a block that is proposed; null for all else.</param>
/// <param name="Height">The block's height where the replica knows it, otherwise genesis.</param>
/// <param name="Count">Commands in what was proposed, or committed; otherwise 0.</param>
/// <param name="Phase">The phase of a vote or a certificate; generic for all else.</param>
public readonly record struct Occurrence(
    OccurrenceKind Kind, View View, ReplicaId? Other = null, BlockId? Block = null, BlockId? Parent = null, Height Height = default, int Count = 0, Phase Phase = Phase.Generic);
