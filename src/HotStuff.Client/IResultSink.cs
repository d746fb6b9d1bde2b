using HotStuff.StateMachine;

namespace HotStuff.Client;

/// <summary>What came of one command of a <see cref="HotStuffClient.SubmitManyAsync"/> call.</summary>
/// <param name="Sequence">The command's sequence number.</param>
/// <param name="Tag">What the call was given, for example when the command was meant to be sent.</param>
/// <param name="Index">The command's position in the call, 0 and up.</param>
/// <param name="Status">What became of it, when <paramref name="Failure"/> is <see cref="ClientFailure.None"/>.</param>
/// <param name="Result">What the state machine answered. It may be kept, and keeps the reply alive that it came in.</param>
/// <param name="Failure">Why there is no result; <see cref="ClientFailure.None"/> when there is one.</param>
public readonly record struct CommandOutcome(
    long Sequence,
    long Tag,
    int Index,
    CommandStatus Status,
    ReadOnlyMemory<byte> Result,
    ClientFailure Failure);

/// <summary>Where the results of many commands go, in batches.</summary>
public interface IResultSink
{
    /// <summary>
    /// Takes outcomes; each command has exactly one. Called on the client's own threads, never two at a time for one client, and must be
    /// quick: it delays
    /// everything that follows. It may submit further commands. What it throws ends up as the exception of nobody: it must not throw.
    /// </summary>
    void OnResults(ReadOnlySpan<CommandOutcome> outcomes);
}
