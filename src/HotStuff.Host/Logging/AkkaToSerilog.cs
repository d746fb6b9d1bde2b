using Akka.Actor;
using Akka.Event;
using Serilog.Events;
using AkkaEvent = Akka.Event.LogEvent;

namespace HotStuff.Host.Logging;

/// <summary>
/// Hands Akka's log events to Serilog. Named in <c>akka.loggers</c>, so Akka makes it, and it writes to the process's logger.
/// </summary>
internal sealed class AkkaToSerilog : UntypedActor
{
    /// <summary>What to write into <c>akka.loggers</c>.</summary>
    public static string TypeName => $"{typeof(AkkaToSerilog).FullName}, {typeof(AkkaToSerilog).Assembly.GetName().Name}";

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case AkkaEvent entry:
                // Akka leaves it to each logger to apply the filters of the system's setup.
                if (Context.System.Settings.LogFilter.ShouldTryKeepMessage(entry, out var text))
                    Serilog.Log.Logger.Write(LevelOf(entry.LogLevel()), entry.Cause, "{Message:l}", text);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
