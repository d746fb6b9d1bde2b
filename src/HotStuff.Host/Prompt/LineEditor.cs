using System.Text;

namespace HotStuff.Host.Prompt;

/// <summary>Reads lines from a terminal: with a history, and completion by Tab.</summary>
/// <param name="nextKey">Waits for a key.</param>
/// <param name="output">The terminal, which knows the usual escape sequences.</param>
/// <param name="width">How many columns it has now.</param>
/// <param name="complete">What the last word of the line so far can become.</param>
internal sealed class LineEditor(
    Func<CancellationToken, Task<ConsoleKeyInfo>> nextKey, TextWriter output, Func<int> width, Func<string, IReadOnlyList<string>> complete)
{
    private readonly List<string> _history = [];
    private readonly StringBuilder _text = new();
    private string _prompt = "";
    private string _unfinished = "";
    private int _cursor;
    private int _recalled;

    /// <summary>Reads a line; null at the end: Ctrl-D in an empty line. Ctrl-C gives up the line, which is empty then.</summary>
    public async Task<string?> ReadLineAsync(string prompt, CancellationToken cancellationToken)
    {
        _prompt = prompt;
        _recalled = _history.Count;
        _unfinished = "";
        Replace("");
        while (true)
        {
            var key = await nextKey(cancellationToken);
            if (key.Key == ConsoleKey.Enter)
                return Finish();
            if (IsControl(key, ConsoleKey.C))
            {
                Replace("");
                output.WriteLine();
                return "";
            }

            if (IsControl(key, ConsoleKey.D) && _text.Length == 0)
            {
                output.WriteLine();
                return null;
            }

            Apply(key);
            Draw();
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, ConsoleKey letter) => key.Key == letter && key.Modifiers.HasFlag(ConsoleModifiers.Control);

    private string Finish()
    {
        var line = _text.ToString();
        if (line.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != line))
            _history.Add(line);
        _cursor = _text.Length;
        Draw();
        output.WriteLine();
        return line;
    }

    private void Apply(ConsoleKeyInfo key)
    {
        switch (key.Modifiers.HasFlag(ConsoleModifiers.Control) ? WithControl(key.Key) : key.Key)
        {
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_text.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
                _cursor = 0;
                break;
            case ConsoleKey.End:
                _cursor = _text.Length;
                break;
            case ConsoleKey.UpArrow:
                Recall(_recalled - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_recalled + 1);
                break;
            case ConsoleKey.Backspace when _cursor > 0:
                Remove(_cursor - 1, _cursor);
                break;
            case ConsoleKey.Delete when _cursor < _text.Length:
                Remove(_cursor, _cursor + 1);
                break;
            case ConsoleKey.Tab:
                Complete();
                break;
            case ConsoleKey.Escape:
                Replace("");
                break;
            default:
                ApplyRest(key);
                break;
        }
    }

    // The keys that people know from their shell.
    private static ConsoleKey WithControl(ConsoleKey letter) => letter switch
    {
        ConsoleKey.A => ConsoleKey.Home,
        ConsoleKey.E => ConsoleKey.End,
        ConsoleKey.B => ConsoleKey.LeftArrow,
        ConsoleKey.F => ConsoleKey.RightArrow,
        ConsoleKey.P => ConsoleKey.UpArrow,
        ConsoleKey.N => ConsoleKey.DownArrow,
        ConsoleKey.D => ConsoleKey.Delete,
        ConsoleKey.H => ConsoleKey.Backspace,
        _ => letter,
    };

    private void ApplyRest(ConsoleKeyInfo key)
    {
        if (IsControl(key, ConsoleKey.U))
            Remove(0, _cursor);
        else if (IsControl(key, ConsoleKey.K))
            Remove(_cursor, _text.Length);
        else if (IsControl(key, ConsoleKey.W))
            Remove(StartOfWord(), _cursor);
        else if (IsControl(key, ConsoleKey.L))
            output.Write("\x1b[2J\x1b[H");
        else if (!char.IsControl(key.KeyChar))
            Insert($"{key.KeyChar}");
    }

    private int StartOfWord()
    {
        var start = _cursor;
        while (start > 0 && _text[start - 1] == ' ')
            start--;
        while (start > 0 && _text[start - 1] != ' ')
            start--;
        return start;
    }

    private void Insert(string text)
    {
        _text.Insert(_cursor, text);
        _cursor += text.Length;
    }

    private void Remove(int start, int end)
    {
        _text.Remove(start, end - start);
        _cursor = start;
    }

    private void Replace(string text)
    {
        _text.Clear().Append(text);
        _cursor = text.Length;
        Draw();
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count)
            return;
        if (_recalled == _history.Count)
            _unfinished = _text.ToString();
        _recalled = index;
        Replace(index == _history.Count ? _unfinished : _history[index]);
    }

    private void Complete()
    {
        var line = _text.ToString(0, _cursor);
        var candidates = complete(line);
        if (candidates.Count == 0)
            return;
        var begun = line[(line.LastIndexOf(' ') + 1)..];
        var common = candidates.Aggregate(CommonStart);
        if (candidates.Count == 1)
            Insert(common[begun.Length..] + " ");
        else if (common.Length > begun.Length)
            Insert(common[begun.Length..]);
        else
            output.Write($"\r\n{string.Join("  ", candidates)}\r\n");
    }

    private static string CommonStart(string one, string other) => one[..one.AsSpan().CommonPrefixLength(other)];

    /// <summary>Draws the line again, or of a long one what is around the cursor.</summary>
    private void Draw()
    {
        var room = Math.Max(8, width() - _prompt.Length - 1);
        var first = Math.Max(0, _cursor - room);
        var shown = _text.ToString(first, Math.Min(room, _text.Length - first));
        var column = _prompt.Length + _cursor - first;
        output.Write($"\r{_prompt}{shown}\x1b[K\r{(column > 0 ? $"\x1b[{column}C" : "")}");
        output.Flush();
    }
}
