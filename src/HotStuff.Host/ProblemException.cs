namespace HotStuff.Host;

/// <summary>Something that a person can put right, said in one line. Ends the program without a stack trace.</summary>
internal sealed class ProblemException : Exception
{
    public ProblemException(string message, int exitCode = HotStuff.Host.ExitCode.Failed)
        : base(message)
    {
        ExitCode = exitCode;
    }

    public ProblemException(string message, Exception inner)
        : base(message, inner)
    {
        ExitCode = HotStuff.Host.ExitCode.Failed;
    }

    public int ExitCode { get; }

    /// <summary>A problem with an option: what was given, what is allowed.</summary>
    public static ProblemException Usage(string message) => new(message, HotStuff.Host.ExitCode.BadUsage);
}
