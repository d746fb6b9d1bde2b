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
            ["dotnet", "run", .. var rest] when rest.Contains("--") => [.. rest.SkipWhile(word => word != "--").Skip(1)],
            _ => null,
        };
    }

    /// <summary>All lines in the code blocks of the README and of docs/ that run the program.</summary>
    public static IEnumerable<DocumentedLine> InDocumentation()
    {
        var root = Root();
        var files = new[] { Path.Combine(root, "README.md") }.Where(File.Exists)
            .Concat(Directory.Exists(Path.Combine(root, "docs")) ? Directory.GetFiles(Path.Combine(root, "docs"), "*.md") : []);
        foreach (var file in files)
        {
            var inCode = false;
            foreach (var line in File.ReadLines(file))
            {
                if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                    inCode = !inCode;
                else if (inCode && Arguments(line.Trim()) is { } arguments)
                    yield return new DocumentedLine(Path.GetFileName(file), line.Trim(), arguments);
            }
        }
    }

    private static bool IsVariable(string word) => word.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && word[..end].All(c => char.IsUpper(c) || c == '_');

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "HotStuff.Akka.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
