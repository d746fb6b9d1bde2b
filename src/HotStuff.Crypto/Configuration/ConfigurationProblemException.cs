namespace HotStuff.Crypto;

/// <summary>
/// Something that the operator wrote (a file, a name, a number) cannot be used. The message is one line for people: which file, which key,
/// what was given, what is allowed. It never contains a secret.
/// </summary>
public sealed class ConfigurationProblemException : Exception
{
    /// <summary>A problem that <paramref name="message"/> describes in one line.</summary>
    public ConfigurationProblemException(string message)
        : base(message)
    {
    }

    /// <summary>A problem that <paramref name="message"/> describes in one line, and what it came from.</summary>
    public ConfigurationProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static ConfigurationProblemException Of(string file, string key, string given, string allowed) =>
        new($"{file}: {key} is {given}; allowed: {allowed}");
}
