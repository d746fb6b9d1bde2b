using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>The exceptions that applications see, each one line.</summary>
internal static class Failures
{
    /// <summary>Of a command that was sent.</summary>
    public static HotStuffClientException OfCommand(ClientFailure reason, long sequence) => new(reason, reason switch
    {
        ClientFailure.TimedOut => $"command {sequence} got no result from f+1 replicas in time; it may still be executed",
        ClientFailure.Overloaded => $"the replicas were too busy for command {sequence} for all of the allowed time; it may still be executed",
        ClientFailure.CommandTooLarge => $"command {sequence} was refused by f+1 replicas as too large",
        ClientFailure.Rejected => $"command {sequence} was refused by f+1 replicas",
        ClientFailure.SessionExpired => $"the replicas no longer remember this session, so command {sequence} has no result: connect anew",
        _ => $"the client was disposed before command {sequence} had a result",
    });

    /// <summary>Of a command that was not sent, because it waited for others to be answered.</summary>
    public static HotStuffClientException OfWaiting(ClientFailure reason) => new(reason, reason switch
    {
        ClientFailure.TimedOut => "too many commands are under way, for all of the allowed time; this one was not sent",
        ClientFailure.Canceled => "the command was given up before it was sent",
        _ => "the client was disposed before the command was sent",
    });

    public static HotStuffClientException TooLarge(int length, int allowed) =>
        new(ClientFailure.CommandTooLarge, $"a command has {length} bytes; the genesis file allows {allowed}");

    public static HotStuffClientException WrongChain(ChainId expected, string told) =>
        new(ClientFailure.WrongChain, $"the replicas are of another chain than the genesis file's, {expected}: {told}");

    public static HotStuffClientException WrongVersion(string told) =>
        new(ClientFailure.WrongVersion, $"the replicas speak another version of the client protocol: {told}");

    public static HotStuffClientException NoQuorum(int connected, int needed, string problems) =>
        new(ClientFailure.NoQuorumReachable, $"{connected} replicas are connected, {needed} are needed: {problems}");
}
