using System.Text;

namespace HotStuff.Operator;

/// <summary>Commands as people write them in one line.</summary>
public static class CommandWords
{
    /// <summary>The words of a line. Quotation marks, single or double, keep together what stands between them.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = new List<string>();
        var word = new StringBuilder();
        var (isWord, quote) = (false, '\0');
        foreach (var character in line)
        {
            if (quote != '\0' && character == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && character is '"' or '\'')
            {
                (quote, isWord) = (character, true);
            }
            else if (quote == '\0' && char.IsWhiteSpace(character))
            {
                if (isWord)
                    words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        if (isWord)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>What the last word of a line that is not finished can become, in order.</summary>
    /// <param name="catalog">The commands.</param>
    /// <param name="line">The line up to where it is being written.</param>
    /// <param name="further">First words besides the palettes' names.</param>
    public static IReadOnlyList<string> Completions(CommandCatalog catalog, string line, params IEnumerable<string> further)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var words = Split(line);
        var begun = line.Length > 0 && !char.IsWhiteSpace(line[^1]) && words.Count > 0 ? words[^1] : "";
        string[] before = begun.Length > 0 ? [.. words.SkipLast(1)] : [.. words];
        return [.. Candidates(catalog, before, further).Where(word => word.StartsWith(begun, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>What commands there are, for people.</summary>
    /// <param name="catalog">The commands.</param>
    /// <param name="name">Only of this palette; null: of all.</param>
    /// <exception cref="CommandProblemException">There is no such palette.</exception>
    public static IEnumerable<string> Help(CommandCatalog catalog, string? name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var palettes = catalog.Palettes.Where(palette => name is null || palette.Name == name).ToArray();
        if (palettes.Length == 0)
            throw CommandProblemException.Usage($"'{name}' is not a command; allowed are {string.Join(", ", catalog.Palettes.Select(palette => palette.Name))}");
        var width = palettes.SelectMany(palette => palette.Commands.Select(command => palette.Name.Length + command.Usage.Length)).Max() + 3;
        foreach (var palette in palettes)
        {
            yield return $"{palette.Name}: {palette.Description}";
            foreach (var command in palette.Commands)
            {
                yield return $"  {$"{palette.Name} {command.Usage}".PadRight(width)}{command.Description}";
                foreach (var option in command.Options.Where(_ => name is not null))
                    yield return $"      {option.Written}, {option.LongName}: {option.Description}";
            }
        }
    }

    private static IEnumerable<string> Candidates(CommandCatalog catalog, string[] before, IEnumerable<string> further)
    {
        var names = catalog.Palettes.Select(palette => palette.Name);
        if (before.Length == 0)
            return names.Concat(further);
        if (before is ["help"])
            return names;
        if (catalog.Palettes.FirstOrDefault(palette => palette.Name == before[0]) is not { } palette)
            return [];

        var rest = before[1..];
        return palette.Commands.SelectMany(command => command.Name.Split(' ') is var name && rest.Length < name.Length
            ? name.Take(rest.Length).SequenceEqual(rest, StringComparer.Ordinal) ? (IEnumerable<string>)[name[rest.Length]] : []
            : rest.Take(name.Length).SequenceEqual(name, StringComparer.Ordinal) ? Further(command, rest) : []);
    }

    private static IEnumerable<string> Further(OperatorCommand command, string[] written)
    {
        if (command.Options.Any(option => option.Value is not null && option.IsNamed(written[^1])))
            return [];
        var options = command.Options.Where(option => !written.Any(option.IsNamed)).Select(option => option.Name);
        return written.Any(command.Choices.Contains) ? options : options.Concat(command.Choices);
    }
}
