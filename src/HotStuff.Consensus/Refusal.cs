namespace HotStuff.Consensus;

/// <summary>Why an input was not accepted. Expected in normal operation and under attack: counted, never thrown.</summary>
public enum Refusal
{
    /// <summary>The bytes are not a message of the protocol.</summary>
    Malformed,

    /// <summary>Another epoch.</summary>
    WrongEpoch,

    /// <summary>The sender or signer is not one of the validators.</summary>
    UnknownReplica,

    /// <summary>A signature does not verify.</summary>
    BadSignature,

    /// <summary>A certificate does not verify: too few, repeated or unknown signers, or a bad signature.</summary>
    BadCertificate,

    /// <summary>The view is over.</summary>
    OldView,

    /// <summary>The proposer does not lead the view.</summary>
    WrongLeader,

    /// <summary>A proposal came without the certificate of the view before.</summary>
    NoEntryCertificate,

    /// <summary>Height, view or justify do not fit the parent block.</summary>
    WrongParent,

    /// <summary>The block states other suspensions than its parent and view call for.</summary>
    WrongSuspensions,

    /// <summary>The block conflicts with the locked block, and its justify is not newer (paper: safeNode).</summary>
    ConflictsWithLock,

    /// <summary>The replica has voted in this view already, for another block.</summary>
    AlreadyVoted,

    /// <summary>The replica has complained about this view and does not vote in it any more.</summary>
    AlreadyComplained,

    /// <summary>The replica has just started and does not vote before others have said what they hold with its signature.</summary>
    Remembering,

    /// <summary>The replica has lost a record and does not vote where it may have voted before.</summary>
    BelowFloor,

    /// <summary>The payload is not a row of well-formed segments, or is larger than a block may be.</summary>
    BadPayload,

    /// <summary>The same signer said the same before.</summary>
    Duplicate,

    /// <summary>The same signer said something else about the same view before.</summary>
    Equivocation,

    /// <summary>A bound on what is kept was reached.</summary>
    OverBound,

    /// <summary>Nobody asked for these blocks.</summary>
    Unrequested,
}
