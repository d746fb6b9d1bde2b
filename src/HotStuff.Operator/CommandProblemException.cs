namespace HotStuff.Operator;

/// <summary>A command that was not done. The message is one line for people: what was given, what is allowed.</summary>
public sealed class CommandProblemException : Exception
{
    /// <summary>With a message.</summary>
    /// <param name="message">One line.</param>
    /// <param name="isUsage">Whether the command could not be understood, rather than not be done.</param>
    public CommandProblemException(string message, bool isUsage = false)
        : base(message)
    {
        IsUsage = isUsage;
    }

    /// <summary>Whether the command could not be understood, rather than not be done.</summary>
    public bool IsUsage { get; }

    internal static CommandProblemException Usage(string message) => new(message, isUsage: true);
}
