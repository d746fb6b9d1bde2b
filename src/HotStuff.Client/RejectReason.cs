namespace HotStuff.Client;

/// <summary>Why a replica did not take commands.</summary>
public enum RejectReason
{
    /// <summary>A reason that this version does not know.</summary>
    Unknown = 0,

    /// <summary>A command, or the segment, is larger than the replica's limits.</summary>
    TooLarge = 1,

    /// <summary>The replica has too much to do; later may be better.</summary>
    Overloaded = 2,

    /// <summary>The sequence numbers are further ahead of the client's unexecuted commands than the window is wide.</summary>
    WindowFull = 3,

    /// <summary>The segment is not well-formed, or is another client's.</summary>
    BadSegment = 4,
}
