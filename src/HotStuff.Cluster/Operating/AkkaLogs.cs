using Akka.Actor;
using Akka.Event;

namespace HotStuff.Cluster;

/// <summary>How much the actors of a system log.</summary>
public static class AkkaLogs
{
    /// <summary>Changes it from now on, for what asks for its log from now on; what has one already goes on as it began.</summary>
    /// <param name="system">Whose actors.</param>
    /// <param name="level">debug, info, warning, error or off.</param>
    public static void SetLevel(ActorSystem system, string level)
    {
        ArgumentNullException.ThrowIfNull(system);
        system.EventStream.SetLogLevel(Logging.LogLevelFor(level));
    }
}
