namespace HotStuff.Cluster;

/// <summary>
/// A node cannot start as it is configured. The message is one line: which key, what was given, what is allowed. The program ends with exit code 2.
/// </summary>
public sealed class SettingsException : Exception
{
    /// <summary>With a message.</summary>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public SettingsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
