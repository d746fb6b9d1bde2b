using System.Globalization;
using HotStuff.Cluster;
using HotStuff.Operator;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace HotStuff.Host.Logging;

/// <summary>The hold that operators have on the process's log: its level, and its lines while they are written.</summary>
internal sealed class LogControl : ILogControl, ILogEventSink
{
    private readonly MessageTemplateTextFormatter _formatter = new(NodeLog.Template, CultureInfo.InvariantCulture);
    private readonly Broadcast<string> _lines = new(ILogControl.MaxPast);
    private volatile string _level;

    public LogControl(string level)
    {
        _level = level;
        Switch = new LoggingLevelSwitch(LevelOf(level));
    }

    /// <summary>What the logger obeys.</summary>
    public LoggingLevelSwitch Switch { get; }

    public string Level
    {
        get => _level;
        set
        {
            Switch.MinimumLevel = LevelOf(value);
            _level = value;
        }
    }

    public IAsyncEnumerable<string> TailAsync(int past, CancellationToken cancellation = default) => _lines.WatchAsync(past, cancellation);

    public void Note(string line) => Serilog.Log.Information("{Line:l}", line);

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, text);
        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _lines.Publish(line.TrimEnd());
    }

    private static LogEventLevel LevelOf(string level) => level switch
    {
        "debug" => LogEventLevel.Debug,
        "info" => LogEventLevel.Information,
        "warning" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => LevelAlias.Off,
    };
}
