namespace HotStuff.Host.Tests;

/// <summary>A command line somewhere in the documentation.</summary>
internal sealed record DocumentedLine(string Source, string Text, string[] Arguments);

/// <summary>Finds command lines of the program in text.</summary>
internal static class CommandLines
{
    /// <summary>The program's arguments in a line of a shell; null when the line does not run the program.</summary>
    public static string[]? Arguments(string line)
    {
        var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SkipWhile(word => word == "$" || IsVariable(word))
            .ToArray();
        return words switch
        {
            ["hotstuff", .. var arguments] => arguments,
            ["dotnet", "run", .. var rest] when rest.Contains("src/HotStuff.Host") && rest.Contains("--") => [.. rest.SkipWhile(word => word != "--").Skip(1)],
            _ => null,
        };
    }

    /// <summary>All lines in the code blocks of the README and of docs/, and all code in their text, that run the program.</summary>
    public static IEnumerable<DocumentedLine> InDocumentation() =>
        from code in CodeLines().Concat(InlineCode())
        let arguments = Arguments(code.Text)
        where arguments is { Length: > 0 }
        select new DocumentedLine(code.Source, code.Text, arguments);

    /// <summary>What stands between backquotes in the text.</summary>
    public static IEnumerable<(string Source, string Text)> InlineCode() =>
        from line in Lines()
        where !line.InCode
        from code in line.Text.Split('`').Where((_, i) => i % 2 == 1)
        select (line.Source, code);

    /// <summary>The README and docs/.</summary>
    public static IEnumerable<(string Path, string Text)> Texts() =>
        from path in new[] { Path.Combine(Root(), "README.md") }.Concat(Directory.GetFiles(Path.Combine(Root(), "docs"), "*.md"))
        select (path, File.ReadAllText(path));

    private static IEnumerable<(string Source, string Text)> CodeLines() =>
        from line in Lines()
        where line.InCode
        select (line.Source, line.Text);

    private static IEnumerable<(string Source, string Text, bool InCode)> Lines()
    {
        foreach (var (path, text) in Texts())
        {
            var inCode = false;
            foreach (var line in text.Split('\n').Select(line => line.Trim()))
            {
                if (line.StartsWith("```", StringComparison.Ordinal))
                    inCode = !inCode;
                else
                    yield return (Path.GetFileName(path), line, inCode);
            }
        }
    }

    private static bool IsVariable(string word) => word.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && word[..end].All(c => char.IsUpper(c) || c == '_');

    /// <summary>Where the solution is.</summary>
    public static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "HotStuff.Akka.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
