using System.CommandLine;

namespace HotStuff.Host.CommandLine;

/// <summary>A command of the program: its options, and examples for its help.</summary>
internal abstract class HostCommand : Command
{
    protected HostCommand(string name, string description)
        : base(name, description) => SetAction(RunAsync);

    /// <summary>Lines to type, shown at the end of the help.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Does what the command says; returns the exit code.</summary>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
