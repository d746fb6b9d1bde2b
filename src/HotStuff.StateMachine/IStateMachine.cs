using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// What is replicated: the interface that a user implements. Every replica applies the same commands in the same order, so everything here must
/// depend on nothing but the state and the arguments: no clock, no randomness, no files, no iteration order of a hash table, no floating point that
/// varies between machines. Calls come from one thread at a time.
/// </summary>
public interface IStateMachine
{
    /// <summary>
    /// Applies one command and writes its result. A command is whatever a client sent, so it may be garbage: answer it with an error result of
    /// your own. An exception stops the node, on every replica, at the same command.
    /// </summary>
    /// <param name="command">The command's bytes, valid during the call only.</param>
    /// <param name="result">Where the result goes; empty is a result too.</param>
    void Apply(ReadOnlySpan<byte> command, IBufferWriter<byte> result);

    /// <summary>Answers a query without changing anything, from the state as it is. Garbage gets an error result, as in <see cref="Apply"/>.</summary>
    void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result);

    /// <summary>Writes the whole state, so that equal states write equal bytes.</summary>
    void Snapshot(IBufferWriter<byte> destination);

    /// <summary>Replaces the state by one that <see cref="Snapshot"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a snapshot; the state is as before.</exception>
    void Restore(ReadOnlySpan<byte> snapshot);

    /// <summary>A digest of the state: equal for equal states, different for different ones.</summary>
    Digest Digest();
}
