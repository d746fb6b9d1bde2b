using System.Globalization;
using System.Text;

namespace HotStuff.Simulation;

/// <summary>A trace as a sequence diagram in text: one line for each event, with its time, a lane for each replica, an arrow for each message, and what it says.</summary>
public static class SequenceText
{
    private const int LaneWidth = 6;

    /// <summary>The diagram, line by line.</summary>
    public static IEnumerable<string> Lines(IEnumerable<TraceEvent> trace, int replicas)
    {
        var down = new bool[replicas];
        yield return $"{"ms",10}  {string.Concat(Enumerable.Range(0, replicas).Select(i => $"r{i}".PadRight(LaneWidth)))}".TrimEnd();
        foreach (var one in trace)
        {
            if (one.Kind == TraceKind.Start)
                down[one.From] = false;
            yield return string.Create(CultureInfo.InvariantCulture, $"{one.At.TotalMilliseconds,10:0.000}  {Lanes(one, down)} {Sign(one.Kind)}{one.Text}").TrimEnd();
            if (one.Kind == TraceKind.Crash)
                down[one.From] = true;
        }
    }

    private static string Lanes(TraceEvent one, bool[] down)
    {
        var line = new StringBuilder(new string(' ', down.Length * LaneWidth));
        for (var i = 0; i < down.Length; i++)
            line[i * LaneWidth] = down[i] ? ' ' : '|';
        if (one.To >= 0)
            Arrow(line, one.From * LaneWidth, one.To * LaneWidth, one.Kind == TraceKind.Lost);
        else if (one.From >= 0)
            line[one.From * LaneWidth] = Mark(one.Kind);
        return line.ToString();
    }

    private static void Arrow(StringBuilder line, int from, int to, bool lost)
    {
        var step = from < to ? 1 : -1;
        for (var at = from + step; at != to; at += step)
            line[at] = line[at] == '|' ? '+' : '-';
        line[from] = 'o';
        line[to - step] = lost ? 'x' : from < to ? '>' : '<';
    }

    private static char Mark(TraceKind kind) => kind switch
    {
        TraceKind.Persist => 'W',
        TraceKind.View => 'V',
        TraceKind.Commit => 'C',
        TraceKind.Timer => 'T',
        TraceKind.Crash => 'X',
        TraceKind.Start => '^',
        _ => '*',
    };

    private static string Sign(TraceKind kind) => kind switch
    {
        TraceKind.Note => "=== ",
        TraceKind.Lost => "lost: ",
        _ => "",
    };
}
