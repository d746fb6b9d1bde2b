namespace HotStuff.Operator;

/// <summary>Does what a command says.</summary>
/// <param name="context">The node and its process.</param>
/// <param name="arguments">What the operator wrote after the command's name.</param>
/// <param name="cancellation">The operator does not wait any more.</param>
/// <exception cref="CommandProblemException">It cannot be done, or an argument is not allowed.</exception>
public delegate Task<CommandAnswer> CommandHandler(OperatorContext context, CommandArguments arguments, CancellationToken cancellation);

/// <summary>One command of a palette.</summary>
public sealed record OperatorCommand
{
    /// <summary>Its name, one or more words: <c>show</c>, <c>timeout now</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The options that it takes.</summary>
    public IReadOnlyList<CommandOption> Options { get; init; } = [];

    /// <summary>What a word without an option's name stands for, in capitals; null when it takes none.</summary>
    public string? Operand { get; init; }

    /// <summary>What the operand can be; empty: anything.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether it changes something, one with an operand when that is given; what changes something is noted in the node's log.</summary>
    public bool Changes { get; init; }

    /// <summary>What it does.</summary>
    public required CommandHandler Handler { get; init; }

    /// <summary>What can be written after the palette's name: <c>down -a ADDRESS</c>, <c>level [LEVEL]</c>.</summary>
    public string Usage => string.Join(' ', [Name, .. Options.Select(option => option.Usage), .. Operand is null ? (string[])[] : [$"[{Operand}]"]]);
}

/// <summary>An option of a command.</summary>
/// <param name="Name">Its name with one letter: <c>-a</c>.</param>
/// <param name="LongName">Its name as a word: <c>--address</c>.</param>
/// <param name="Value">What its value is, in capitals; null for one without a value.</param>
/// <param name="Description">What it is for, in one line.</param>
/// <param name="IsRequired">Whether the command cannot be run without it.</param>
public sealed record CommandOption(string Name, string LongName, string? Value, string Description, bool IsRequired = false)
{
    /// <summary>How it is written: <c>[-d DEPTH]</c>, without brackets when it is required.</summary>
    public string Usage => IsRequired ? Written : $"[{Written}]";

    /// <summary>How it is written, whether required or not.</summary>
    public string Written => Value is null ? Name : $"{Name} {Value}";

    /// <summary>Whether a word is its name.</summary>
    public bool IsNamed(string word) => word == Name || word == LongName;
}
