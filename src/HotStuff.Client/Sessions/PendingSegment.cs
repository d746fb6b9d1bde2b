using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>Commands that went out together, until all of them are decided. Times are the time provider's timestamps.</summary>
internal sealed class PendingSegment
{
    public PendingSegment(long firstSequence, int count, Submit message, long createdAt)
    {
        FirstSequence = firstSequence;
        Count = count;
        Undecided = count;
        Message = message;
        CreatedAt = createdAt;
    }

    public long FirstSequence { get; }

    public int Count { get; }

    /// <summary>How many commands are not decided yet.</summary>
    public int Undecided { get; set; }

    /// <summary>What is sent, always the same.</summary>
    public Submit Message { get; }

    public long CreatedAt { get; }

    /// <summary>When it is sent (again).</summary>
    public long DueAt { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>The only replica it was sent to the last time; null when none or several.</summary>
    public ReplicaId? Gateway { get; set; }

    /// <summary>Whether a replica ever said that it has too much to do.</summary>
    public bool WasOverloaded { get; set; }

    /// <summary>Whether it waits because a replica has too much to do; it then goes to one other replica, not to more.</summary>
    public bool IsPostponed { get; set; }

    /// <summary>Whether its commands failed for lack of time. It is sent still, so that the sequence numbers have no gap.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Who refused it for good.</summary>
    public ReplicaSet RefusedBy;
}
