namespace HotStuff.Simulation;

/// <summary>An invariant of docs/protocol.md does not hold. The message starts with its name.</summary>
public sealed class InvariantBrokenException : Exception
{
    /// <summary>Some invariant, which nobody named.</summary>
    public InvariantBrokenException()
    {
    }

    /// <summary>The invariant and what broke it.</summary>
    public InvariantBrokenException(string message)
        : base(message)
    {
    }

    /// <summary>The invariant, what broke it, and why.</summary>
    public InvariantBrokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The invariant and what broke it.</summary>
    public InvariantBrokenException(string invariant, string what)
        : base($"{invariant}: {what}") => Invariant = invariant;

    /// <summary>The invariant's name; empty when nobody named it.</summary>
    public string Invariant { get; } = "";
}
