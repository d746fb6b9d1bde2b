namespace HotStuff.Cluster;

/// <summary>
/// Looks whether the brackets of HOCON text match. Akka's parser takes a file that was cut off, or one bracket too many, for the end of the file, and what
/// follows would silently have its default.
/// </summary>
internal static class HoconBrackets
{
    /// <summary>What is wrong, in a few words with the line; null when all match.</summary>
    public static string? Problem(string text)
    {
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when text.AsSpan(i).StartsWith("//"):
                    i = EndOfLine(text, i) - 1;
                    break;
                case '"':
                    var end = EndOfText(text, i);
                    line += text.AsSpan(i, end - i).Count('\n');
                    i = end - 1;
                    break;
                case '{' or '[':
                    open.Push((text[i], line));
                    break;
                case '}' or ']':
                    if (!open.TryPop(out var opening) || opening.Bracket != (text[i] == '}' ? '{' : '['))
                        return $"the '{text[i]}' in line {line} closes nothing";
                    break;
            }
        }

        return open.TryPop(out var left) ? $"the '{left.Bracket}' in line {left.Line} is never closed" : null;
    }

    private static int EndOfLine(string text, int start) => text.IndexOf('\n', start) is >= 0 and var end ? end : text.Length;

    /// <summary>Where quoted text that begins at <paramref name="start"/> is over: quotes of three hold anything, those of one escapes, on one line.</summary>
    private static int EndOfText(string text, int start)
    {
        const string Three = "\"\"\"";
        if (text.AsSpan(start).StartsWith(Three))
            return text.IndexOf(Three, start + Three.Length, StringComparison.Ordinal) is >= 0 and var close ? close + Three.Length : text.Length;

        var i = start + 1;
        while (i < text.Length && text[i] is not ('"' or '\n'))
            i += text[i] == '\\' ? 2 : 1;
        return Math.Min(i < text.Length && text[i] == '"' ? i + 1 : i, text.Length);
    }
}
