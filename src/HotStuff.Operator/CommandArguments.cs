using System.Globalization;

namespace HotStuff.Operator;

/// <summary>What an operator wrote after a command's name, checked against what the command takes.</summary>
public sealed class CommandArguments
{
    private readonly Dictionary<CommandOption, string> _values;

    private CommandArguments(Dictionary<CommandOption, string> values, string? operand)
    {
        _values = values;
        Operand = operand;
    }

    /// <summary>The word that is no option; null when there is none.</summary>
    public string? Operand { get; }

    /// <summary>Reads the words after a command's name.</summary>
    /// <param name="palette">The name of the command's palette, for messages.</param>
    /// <param name="command">The command.</param>
    /// <param name="words">The words.</param>
    /// <exception cref="CommandProblemException">They are not what the command takes.</exception>
    public static CommandArguments Parse(string palette, OperatorCommand command, ReadOnlySpan<string> words)
    {
        ArgumentNullException.ThrowIfNull(command);
        var values = new Dictionary<CommandOption, string>();
        string? operand = null;
        for (var i = 0; i < words.Length; i++)
        {
            var parts = words[i].StartsWith('-') ? words[i].Split('=', 2) : [words[i]];
            if (command.Options.FirstOrDefault(option => option.IsNamed(parts[0])) is { } option)
            {
                if (option.Value is null && parts.Length > 1)
                    throw CommandProblemException.Usage($"{option.Name} takes no value");
                if (option.Value is not null && parts.Length == 1 && i + 1 == words.Length)
                    throw CommandProblemException.Usage($"{option.Name} needs its {option.Value}");
                values[option] = option.Value is null ? "" : parts.Length > 1 ? parts[1] : words[++i];
            }
            else if (command.Operand is not null && operand is null && !words[i].StartsWith('-'))
            {
                operand = command.Choices.Count == 0 || command.Choices.Contains(words[i], StringComparer.Ordinal)
                    ? words[i]
                    : throw CommandProblemException.Usage($"{command.Operand} is '{words[i]}'; allowed are {string.Join(", ", command.Choices)}");
            }
            else
            {
                throw CommandProblemException.Usage($"'{words[i]}' is not an argument of '{palette} {command.Name}'; {Allowed(command)}");
            }
        }

        return command.Options.FirstOrDefault(option => option.IsRequired && !values.ContainsKey(option)) is { } missing
            ? throw CommandProblemException.Usage($"'{palette} {command.Name}' needs {missing.Written}")
            : new CommandArguments(values, operand);
    }

    /// <summary>Whether an option is given.</summary>
    public bool Has(CommandOption option) => _values.ContainsKey(option);

    /// <summary>An option's value; null when it is not given.</summary>
    public string? Text(CommandOption option) => _values.GetValueOrDefault(option);

    /// <summary>An option's value as a whole number.</summary>
    /// <param name="option">Which.</param>
    /// <param name="otherwise">What it is when it is not given.</param>
    /// <param name="least">The least allowed.</param>
    /// <param name="most">The most allowed.</param>
    /// <exception cref="CommandProblemException">It is something else.</exception>
    public int Number(CommandOption option, int otherwise, int least, int most)
    {
        if (Text(option) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw CommandProblemException.Usage($"{option.Name} is '{text}'; allowed is a whole number from {least} to {most}");
    }

    private static string Allowed(OperatorCommand command)
    {
        string[] taken = [.. command.Options.Select(option => option.Written), .. command.Operand is { } operand ? (string[])[operand] : []];
        return taken.Length == 0 ? "it takes none" : $"allowed: {string.Join(", ", taken)}";
    }
}
