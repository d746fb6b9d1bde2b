using HotStuff.Host.Prompt;

namespace HotStuff.Host.Tests;

/// <summary>What keys do to the line of the prompt.</summary>
public sealed class LineEditorTests
{
    private readonly Queue<ConsoleKeyInfo> _keys = [];
    private readonly StringWriter _screen = new();
    private readonly LineEditor _editor;

    public LineEditorTests() => _editor = new LineEditor(
        _ => Task.FromResult(_keys.Dequeue()), _screen, () => 40, line => line.EndsWith("cluster s", StringComparison.Ordinal) ? ["show", "status"] : line == "clu" ? ["cluster"] : []);

    [Theory]
    [InlineData("show", "show")]
    [InlineData("ab<Left>X", "aXb")]
    [InlineData("ab<Left><Left><Left>X", "Xab")]
    [InlineData("ab<^A>X<^E>Y", "XabY")]
    [InlineData("ab<Home><Right><Right><Right>X", "abX")]
    [InlineData("abc<Backspace><Backspace>", "a")]
    [InlineData("<Backspace>a<Delete>", "a")]
    [InlineData("abc<Home><Delete><^D>", "c")]
    [InlineData("one two  <^W>x", "one x")]
    [InlineData("one two<^U>x", "x")]
    [InlineData("one two<Home><Right><^K>x", "ox")]
    [InlineData("abc<Escape>x", "x")]
    [InlineData("abc<^C>", "")]
    [InlineData("clu<Tab>", "cluster ")]
    [InlineData("cluster s<Tab>", "cluster s")]
    [InlineData("nothing<Tab>", "nothing")]
    public async Task Keys_edit_the_line(string keys, string line) => Assert.Equal(line, await TypeAsync(keys));

    [Fact]
    public async Task Several_completions_are_listed()
    {
        await TypeAsync("cluster s<Tab>");

        Assert.Contains("\r\nshow  status\r\n", _screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_and_down_recall_lines_and_what_was_being_written()
    {
        foreach (var line in (string[])["one", "two", "two", "  "])
            await TypeAsync(line);

        Assert.Equal("two", await TypeAsync("<Up>"));
        Assert.Equal("one", await TypeAsync("<Up><Up><Up>"));
        Assert.Equal("half", await TypeAsync("half<Up><Up><Down><Down><Down>"));
        Assert.Equal("twox", await TypeAsync("<^P><^P><^N><^P><^P>x"));
    }

    [Fact]
    public async Task Ctrl_D_in_an_empty_line_is_the_end()
    {
        Assert.Null(await TypeAsync("<^D>"));
    }

    [Fact]
    public async Task Of_a_long_line_what_is_around_the_cursor_is_shown()
    {
        var line = await TypeAsync(new string('a', 50) + "z<Left>");

        Assert.Equal(51, line!.Length);
        Assert.All(_screen.ToString().Split('\r', '\n').Select(drawn => drawn.Split('\x1b')[0]), drawn => Assert.True(drawn.Length < 40));
    }

    private Task<string?> TypeAsync(string keys)
    {
        for (var rest = keys; rest.Length > 0;)
        {
            var end = rest[0] == '<' ? rest.IndexOf('>') : 0;
            _keys.Enqueue(end > 0 ? Named(rest[1..end]) : new ConsoleKeyInfo(rest[0], ConsoleKey.None, shift: false, alt: false, control: false));
            rest = rest[(end + 1)..];
        }

        _keys.Enqueue(Named("Enter"));
        return _editor.ReadLineAsync("r0> ", CancellationToken.None);
    }

    private static ConsoleKeyInfo Named(string name) => name[0] == '^'
        ? new ConsoleKeyInfo((char)(name[1] - '@'), Enum.Parse<ConsoleKey>(name[1..]), shift: false, alt: false, control: true)
        : new ConsoleKeyInfo('\0', Enum.Parse<ConsoleKey>(name switch { "Up" or "Down" or "Left" or "Right" => $"{name}Arrow", _ => name }), shift: false, alt: false, control: false);
}
