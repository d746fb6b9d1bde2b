using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>Where the live page of a replica on this machine is, as long as its settings do not say otherwise.</summary>
internal static class PageAddress
{
    public static string Of(ReplicaAddress replica) => $"http://127.0.0.1:{replica.Ports.Http}/";
}
