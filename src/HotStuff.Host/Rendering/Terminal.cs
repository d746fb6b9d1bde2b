using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>The console that people look at. Colours and live displays only where it is a terminal; NO_COLOR is honoured.</summary>
internal static class Terminal
{
    private const int PlainWidth = 160;

    public static IAnsiConsole Output { get; } = Create();

    /// <summary>Whether lines can be redrawn.</summary>
    public static bool IsLive => Output.Profile.Capabilities.Interactive && Output.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;

    /// <summary>Writes a line as it is, without markup.</summary>
    public static void Line(string text)
    {
        // Through the console that may be redrawing; elsewhere straight on, so that no line is broken.
        if (IsLive)
            Output.WriteLine(text);
        else
            Console.Out.WriteLine(text);
    }

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        // In a file or a pipe nobody needs lines broken at 80 columns.
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
