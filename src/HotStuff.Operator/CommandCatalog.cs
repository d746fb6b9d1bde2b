namespace HotStuff.Operator;

/// <summary>Finds the command that an operator means, and runs it.</summary>
/// <param name="palettes">All palettes, each with another name.</param>
public sealed class CommandCatalog(IReadOnlyList<ICommandPalette> palettes)
{
    /// <summary>The palettes.</summary>
    public IReadOnlyList<ICommandPalette> Palettes { get; } = [.. palettes.OrderBy(palette => palette.Name, StringComparer.Ordinal)];

    /// <summary>Finds the command, and reads its arguments.</summary>
    /// <param name="words">The palette's name, the command's name, its arguments.</param>
    /// <exception cref="CommandProblemException">There is no such command, or it does not take such arguments.</exception>
    public (OperatorCommand Command, CommandArguments Arguments) Find(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var names = string.Join(", ", Palettes.Select(known => known.Name));
        if (words.Count == 0)
            throw CommandProblemException.Usage($"a command is needed; it begins with one of {names}");
        var palette = Palettes.FirstOrDefault(known => known.Name == words[0])
            ?? throw CommandProblemException.Usage($"'{words[0]}' is not a command; allowed are {names}");
        var further = words.Skip(1).ToArray();
        var command = palette.Commands.FirstOrDefault(known => known.Name.Split(' ') is var name && further.Take(name.Length).SequenceEqual(name, StringComparer.Ordinal))
            ?? throw CommandProblemException.Usage(further.Length == 0
                ? $"'{palette.Name}' needs a command; allowed are {NamesOf(palette)}"
                : $"'{palette.Name} {further[0]}' is not a command; allowed after '{palette.Name}' are {NamesOf(palette)}");
        return (command, CommandArguments.Parse(palette.Name, command, further.AsSpan(command.Name.Split(' ').Length)));
    }

    /// <summary>Runs a command.</summary>
    /// <param name="words">The palette's name, the command's name, its arguments.</param>
    /// <param name="context">What it may see and do.</param>
    /// <param name="caller">Who asks, for the log.</param>
    /// <param name="cancellation">The operator does not wait any more.</param>
    /// <exception cref="CommandProblemException">There is no such command, it does not take such arguments, or it cannot be done.</exception>
    public async Task<CommandAnswer> RunAsync(IReadOnlyList<string> words, OperatorContext context, string caller, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (command, arguments) = Find(words);
        // Without what it is to become, a command only shows what is.
        if (command.Changes && (command.Operand is null || arguments.Operand is not null))
            context.Log.Note($"operator at {caller}: {ResultText.Clean(string.Join(' ', words))}");
        return await command.Handler(context, arguments, cancellation);
    }

    private static string NamesOf(ICommandPalette palette) => string.Join(", ", palette.Commands.Select(command => command.Name));
}
