using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Web;

/// <summary>One client session with all replicas for all HTTP callers, opened when the first of them comes, and anew when it has ended.</summary>
internal sealed class GatewayClient(Genesis genesis) : IGatewayClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private HotStuffClient? _client;

    /// <inheritdoc/>
    public Task<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) =>
        UseAsync(client => client.SubmitAsync(command, cancellation).AsTask(), cancellation);

    /// <inheritdoc/>
    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation) =>
        UseAsync(client => client.QueryAsync(query, cancellation), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
            await client.DisposeAsync();
        _connecting.Dispose();
    }

    private async Task<T> UseAsync<T>(Func<HotStuffClient, Task<T>> use, CancellationToken cancellation)
    {
        var client = _client ?? await ConnectAsync(cancellation);
        try
        {
            return await use(client);
        }
        catch (HotStuffClientException exception) when (exception.Reason is ClientFailure.SessionExpired or ClientFailure.Rejected or ClientFailure.Closed)
        {
            // The session is over for everybody; what the others have under way fails in the same way.
            if (Interlocked.CompareExchange(ref _client, null, client) == client)
                await client.DisposeAsync();
            throw;
        }
    }

    private async Task<HotStuffClient> ConnectAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation);
        try
        {
            return _client ??= await HotStuffClient.ConnectAsync(
                new ClientOptions { Genesis = genesis, ConnectTimeout = ConnectTimeout, OverallTimeout = AnswerTimeout }, cancellation);
        }
        finally
        {
            _connecting.Release();
        }
    }
}
