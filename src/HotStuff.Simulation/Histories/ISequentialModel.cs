namespace HotStuff.Simulation;

/// <summary>What a correct service does when it gets one command after the other: what histories are judged by.</summary>
/// <typeparam name="TState">An immutable state with equality by value.</typeparam>
public interface ISequentialModel<TState>
    where TState : IEquatable<TState>
{
    /// <summary>The state before the first command.</summary>
    TState Initial { get; }

    /// <summary>Runs one command.</summary>
    /// <returns>The state after it and the only right answer.</returns>
    (TState State, byte[] Result) Apply(TState state, ReadOnlySpan<byte> command);
}
