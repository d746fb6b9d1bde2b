using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Client;

/// <summary>
/// A client session: submits commands to the replicas and believes what f+1 of them say alike, which at least one honest one then says. Safe to use from
/// several threads.
/// </summary>
public sealed class HotStuffClient : IAsyncDisposable
{
    private readonly ClientOptions _options;

    private HotStuffClient(ClientOptions options) => _options = options;

    /// <summary>The session's identifier.</summary>
    public ClientId ClientId => _options.ClientId ?? default;

    /// <summary>Connects to the replicas; returns when f+1 are connected, and goes on connecting to the others, always.</summary>
    /// <exception cref="HotStuffClientException">
    /// Fewer than f+1 answered in time, or f+1 serve another chain or speak another version.
    /// </exception>
    public static Task<HotStuffClient> ConnectAsync(ClientOptions options, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Asks each replica of a chain for its status, without a session and however few of them are up. One entry for each replica, in order; null when it did not
    /// answer in time.
    /// </summary>
    public static Task<IReadOnlyList<ReplicaStatus?>> AskStatusAsync(
        Genesis genesis, bool includeDigest, TimeSpan timeout, TimeProvider? timeProvider = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Submits a command and returns its result when f+1 replicas sent the same one. Waits while <see cref="ClientOptions.MaxOutstanding"/> commands are under way.
    /// Commands submitted at the same moment share a message.
    /// </summary>
    /// <param name="command">The command's bytes; must not change before the task completes.</param>
    /// <param name="cancellation">Gives up waiting. A command that was sent may still be executed.</param>
    /// <returns>The result; its status is <see cref="CommandStatus.Executed"/> or <see cref="CommandStatus.ResultForgotten"/>.</returns>
    /// <exception cref="HotStuffClientException">The command failed, or what became of it is not known: the reason says which.</exception>
    public ValueTask<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>
    /// Submits many commands, whose outcomes go to <paramref name="sink"/> in batches, in any order, without an object for each. Completes when all are under
    /// way; waits while <see cref="ClientOptions.MaxOutstanding"/> commands are.
    /// </summary>
    /// <param name="commands">The commands; must not change before the task completes.</param>
    /// <param name="sink">Where outcomes go: exactly one for each command that was accepted, even when the client is disposed.</param>
    /// <param name="tag">Given back with each outcome.</param>
    /// <param name="cancellation">Stops waiting for room; commands accepted before have their outcomes all the same.</param>
    /// <exception cref="HotStuffClientException">A command is too long (then none was sent), the session has ended or the client is disposed.</exception>
    public ValueTask SubmitManyAsync(
        ReadOnlyMemory<ReadOnlyMemory<byte>> commands, IResultSink sink, long tag = 0, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>A stale read: asks the replicas' state machines as they are, and returns what f+1 of them answer alike.</summary>
    /// <exception cref="HotStuffClientException">No f+1 replicas agreed in time.</exception>
    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>Each replica's own words about itself, in order; null for one that is not connected or does not answer in time.</summary>
    public Task<IReadOnlyList<ReplicaStatus?>> StatusAsync(bool includeDigest, TimeSpan timeout, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    /// <summary>Ends the session: commands under way fail with <see cref="ClientFailure.Closed"/>.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
