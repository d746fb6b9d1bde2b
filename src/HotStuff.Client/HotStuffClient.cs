using HotStuff.Client.Sessions;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Client;

/// <summary>
/// A client session: submits commands to the replicas and believes what f+1 of them say alike, which at least one honest one then says.
/// Safe to use from
/// several threads.
/// </summary>
public sealed class HotStuffClient : IAsyncDisposable
{
    private readonly Session _session;

    private HotStuffClient(Session session) => _session = session;

    /// <summary>The session's identifier.</summary>
    public ClientId ClientId => _session.ClientId;

    /// <summary>What was counted so far.</summary>
    public ClientStatistics Statistics => _session.Commands.Statistics();

    /// <summary>Connects to the replicas; returns when f+1 are connected, and goes on connecting to the others, always.</summary>
    /// <exception cref="HotStuffClientException">
    /// Fewer than f+1 answered in time, or f+1 serve another chain or speak another version.
    /// </exception>
    /// <exception cref="ArgumentException">The options break a rule; the message says which.</exception>
    public static async Task<HotStuffClient> ConnectAsync(ClientOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        var session = new Session(options);
        try
        {
            await session.WaitForQuorumAsync(cancellation);
            return new HotStuffClient(session);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Asks each replica of a chain for its status, without a session and however few of them are up. One entry for each replica, in order;
    /// null when it did not
    /// answer in time.
    /// </summary>
    /// <exception cref="HotStuffClientException">f+1 serve another chain or speak another version.</exception>
    public static async Task<IReadOnlyList<NodeStatus?>> AskStatusAsync(
        Genesis genesis, bool includeDigest, TimeSpan timeout, TimeProvider? timeProvider = null, bool includeEvidence = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        var time = timeProvider ?? TimeProvider.System;
        var start = time.GetTimestamp();
        await using var session = new Session(new ClientOptions { Genesis = genesis, TimeProvider = time });

        // A replica that does not even accept the connection leaves the others half of the time.
        await session.WaitForAllAsync(timeout / 2, cancellation);
        if (session.Hopeless is { } reason)
            throw reason;
        var left = timeout - time.GetElapsedTime(start);
        return await session.Questions.StatusAsync(includeDigest, left > TimeSpan.Zero ? left : TimeSpan.Zero, includeEvidence, cancellation);
    }

    /// <summary>
    /// Submits a command and returns its result when f+1 replicas sent the same one. Waits while <see cref="ClientOptions.MaxOutstanding"/>
    /// commands are under way.
    /// Commands submitted at the same moment share a message.
    /// </summary>
    /// <param name="command">The command's bytes; must not change before the task completes.</param>
    /// <param name="cancellation">Gives up waiting. A command that was sent may still be executed.</param>
    /// <returns>The result; its status is <see cref="CommandStatus.Executed"/> or <see cref="CommandStatus.ResultForgotten"/>.</returns>
    /// <exception cref="HotStuffClientException">The command failed, or what became of it is not known: the reason says which.</exception>
    public ValueTask<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation = default) =>
        _session.Commands.SubmitAsync(command, cancellation);

    /// <summary>
    /// Submits many commands, whose outcomes go to <paramref name="sink"/> in batches, in any order, without an object for each. Completes
    /// when all are under
    /// way; waits while <see cref="ClientOptions.MaxOutstanding"/> commands are.
    /// </summary>
    /// <param name="commands">The commands; must not change before the task completes.</param>
    /// <param name="sink">Where outcomes go: exactly one for each command, unless the call fails before it takes any.</param>
    /// <param name="tag">Given back with each outcome.</param>
    /// <param name="cancellation">Stops waiting for room: commands that had none have the outcome <see
    /// cref="ClientFailure.Canceled"/>.</param>
    /// <exception cref="HotStuffClientException">
    /// A command is too long or the session has ended, and none was taken; or the client was disposed while commands waited.
    /// </exception>
    public ValueTask SubmitManyAsync(
        ReadOnlyMemory<ReadOnlyMemory<byte>> commands, IResultSink sink, long tag = 0, CancellationToken cancellation = default) =>
        _session.Commands.SubmitManyAsync(commands, sink, tag, cancellation);

    /// <summary>A stale read: asks the replicas' state machines as they are, and returns what f+1 of them answer alike.</summary>
    /// <exception cref="HotStuffClientException">No f+1 replicas agreed in time.</exception>
    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation = default) =>
        _session.Questions.QueryAsync(query, cancellation);

    /// <summary>Each replica's own words about itself, in order; null for one that is not connected or does not answer in time.</summary>
    public Task<IReadOnlyList<NodeStatus?>> StatusAsync(bool includeDigest, TimeSpan timeout, CancellationToken cancellation = default) =>
        _session.Questions.StatusAsync(includeDigest, timeout, includeEvidence: false, cancellation);

    /// <summary>Ends the session: commands under way fail with <see cref="ClientFailure.Closed"/>.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
