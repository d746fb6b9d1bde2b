using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>The exceptions that applications see, each one line.</summary>
internal static class Failures
{
    public static HotStuffClientException OfCommand(ClientFailure reason, long sequence)
    {
        var which = sequence == 0 ? "the command, which was not sent," : $"command {sequence}";
        return new HotStuffClientException(reason, reason switch
        {
            ClientFailure.TimedOut => $"{which} got no result from f+1 replicas in time; it may still be executed",
            ClientFailure.Overloaded => $"the replicas were too busy for {which} for all of the allowed time; it may still be executed",
            ClientFailure.CommandTooLarge => $"{which} was refused by f+1 replicas as too large",
            ClientFailure.Rejected => $"{which} was refused by f+1 replicas",
            ClientFailure.SessionExpired => $"the session ended before {which} had a result: connect anew",
            _ => $"the client was closed before {which} had a result",
        });
    }

    public static HotStuffClientException TooLarge(int length, int allowed) =>
        new(ClientFailure.CommandTooLarge, $"a command has {length} bytes; the genesis file allows {allowed}");

    public static HotStuffClientException WrongChain(ChainId expected, string told) =>
        new(ClientFailure.WrongChain, $"the replicas are of another chain than the genesis file's, {expected}: {told}");

    public static HotStuffClientException WrongVersion(string told) =>
        new(ClientFailure.WrongVersion, $"the replicas speak another version of the client protocol: {told}");

    public static HotStuffClientException NoQuorum(int connected, int needed, string problems) =>
        new(ClientFailure.NoQuorumReachable, $"{connected} replicas are connected, {needed} are needed: {problems}");
}
