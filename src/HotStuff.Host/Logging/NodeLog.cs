using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace HotStuff.Host.Logging;

/// <summary>The log of a node: lines that a person can read.</summary>
internal static class NodeLog
{
    /// <summary>How a line looks.</summary>
    public const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Replica} {Message:lj}{NewLine}{Exception}";

    /// <summary>Makes the process's logger.</summary>
    /// <param name="control">Decides what is logged, and sees it.</param>
    /// <param name="replica">Whose log it is.</param>
    /// <param name="file">Where lines go; null: the console.</param>
    public static Logger Create(LogControl control, string replica, string? file)
    {
        if (file is not null)
            RedirectConsole(file);
        // Colours only for people: neither in files nor against their wish.
        var plain = file is not null || Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        var log = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(control.Switch)
            .Enrich.WithProperty("Replica", replica)
            .WriteTo.Console(
                outputTemplate: Template,
                theme: plain ? Serilog.Sinks.SystemConsole.Themes.ConsoleTheme.None : Serilog.Sinks.SystemConsole.Themes.AnsiConsoleTheme.Code)
            .WriteTo.Sink(control)
            .CreateLogger();
        Log.Logger = log;
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => log.Fatal(unhandled.ExceptionObject as Exception, "the node dies of an unexpected error");
        return log;
    }

    /// <summary>Makes the process's logger for several nodes, whose lines go to a file and nowhere else.</summary>
    public static Logger ToFile(string file)
    {
        var log = new LoggerConfiguration()
            .MinimumLevel.Is(LogEventLevel.Information)
            .WriteTo.Sink(new FileSink(file, new MessageTemplateTextFormatter(Template, CultureInfo.InvariantCulture)))
            .CreateLogger();
        Log.Logger = log;
        return log;
    }

    private static void RedirectConsole(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } directory)
            Directory.CreateDirectory(directory);
        Console.SetOut(TextWriter.Synchronized(new StreamWriter(file, append: true) { AutoFlush = true }));
    }
}
