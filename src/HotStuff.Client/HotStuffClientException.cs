namespace HotStuff.Client;

/// <summary>Why a client could not do what it was asked.</summary>
public enum ClientFailure
{
    /// <summary>Nothing failed.</summary>
    None = 0,

    /// <summary>Fewer than f+1 replicas answer.</summary>
    NoQuorumReachable,

    /// <summary>The replicas serve another chain: another genesis file made them.</summary>
    WrongChain,

    /// <summary>The replicas speak another version of the client protocol.</summary>
    WrongVersion,

    /// <summary>A command is longer than the genesis file allows. It was not executed.</summary>
    CommandTooLarge,

    /// <summary>The replicas were too busy for all of the allowed time. The command may still be executed.</summary>
    Overloaded,

    /// <summary>No f+1 matching answers within the allowed time. A command may still be executed.</summary>
    TimedOut,

    /// <summary>The replicas no longer remember this client session: connect anew. Whether the command was executed is not known.</summary>
    SessionExpired,

    /// <summary>f+1 replicas refuse the command. It was not executed.</summary>
    Rejected,

    /// <summary>The caller gave up before the command was sent. It was not executed.</summary>
    Canceled,

    /// <summary>The client was disposed. Commands on their way may still be executed.</summary>
    Closed,
}

/// <summary>A request to the replicas failed; the message is one line that says why.</summary>
public sealed class HotStuffClientException : Exception
{
    /// <summary>With the reason and a message.</summary>
    public HotStuffClientException(ClientFailure reason, string message)
        : base(message) => Reason = reason;

    /// <summary>Why.</summary>
    public ClientFailure Reason { get; }
}
