namespace HotStuff.Host;

/// <summary>What the program's exit code means. Scripts depend on these.</summary>
internal static class ExitCode
{
    /// <summary>Everything that was asked for held.</summary>
    public const int Ok = 0;

    /// <summary>A check failed, something could not be done, or the run was interrupted.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or configuration; one line says which key or option, what was given and what is allowed.</summary>
    public const int BadUsage = 2;
}
