namespace HotStuff.Cluster;

/// <summary>Why a message about a link was not accepted.</summary>
public enum LinkRefusal
{
    /// <summary>From this replica itself, or from none of the validators.</summary>
    NotAPeer,

    /// <summary>A challenge in another version of the wire protocol.</summary>
    WrongVersion,

    /// <summary>More of them than are answered or checked in the time.</summary>
    TooMany,

    /// <summary>A proof for somebody else.</summary>
    WrongRecipient,

    /// <summary>A proof for a challenge that we did not make, or that is over: a replay.</summary>
    UnknownNonce,

    /// <summary>A proof whose signature is not the replica's.</summary>
    BadSignature,
}

/// <summary>Counts what the <see cref="PeersActor"/> refuses. Safe to use from several threads.</summary>
public sealed class LinkCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<LinkRefusal>().Length];

    /// <summary>How often something was refused for this reason.</summary>
    public long Refused(LinkRefusal reason) => Interlocked.Read(ref _refused[(int)reason]);

    internal void Count(LinkRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);
}
