namespace HotStuff.Cluster.Clients;

/// <summary>Why a client's connection ended; each is counted (<see cref="ClientListener.Disconnects"/>).</summary>
public enum ClientDisconnect
{
    /// <summary>The client went away, or the network did.</summary>
    Gone,

    /// <summary>This side closed it.</summary>
    Closed,

    /// <summary>No Hello in time.</summary>
    NoHello,

    /// <summary>A Hello for another chain.</summary>
    WrongChain,

    /// <summary>A Hello of another protocol version.</summary>
    WrongVersion,

    /// <summary>There are as many connections as allowed.</summary>
    TooManyConnections,

    /// <summary>A frame that claims to be empty or longer than allowed.</summary>
    BadFrame,

    /// <summary>A frame of a type that has no place here, or whose message cannot be read.</summary>
    BadMessage,

    /// <summary>Commands that are not a segment, or another client's.</summary>
    BadSegment,

    /// <summary>The client does not read what is sent to it.</summary>
    SlowReader,
}
