using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>Which failures are the replicas' word that they do not take a command.</summary>
internal static class Refusals
{
    public static bool IsRefusal(this ClientFailure failure) =>
        failure is ClientFailure.Rejected or ClientFailure.CommandTooLarge or ClientFailure.Overloaded;
}
