using Akka.Event;

namespace HotStuff.Cluster;

/// <summary>
/// Keeps out of the log what Akka.Remote itself says about links: several lines and a stack trace for each lost connection, each attempt at a peer that is not
/// there and each thing refused. <see cref="LinkLog"/> says it in one.
/// </summary>
internal static class QuietRemoting
{
    /// <summary>By source only: a filter of messages beside them would switch those of sources off.</summary>
    public static LogFilterSetup Setup { get; } = new LogFilterBuilder()
        .ExcludeSourceContaining("/system/endpointManager")
        .ExcludeSourceContaining("/system/transports")
        // The endpoint manager's second name, and the remote daemon's.
        .ExcludeSourceContaining("remoting")
        .Build();
}
