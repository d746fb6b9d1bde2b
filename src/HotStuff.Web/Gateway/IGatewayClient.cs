using HotStuff.Client;
using HotStuff.StateMachine;

namespace HotStuff.Web;

/// <summary>What the HTTP gateway asks of the replicas.</summary>
internal interface IGatewayClient : IAsyncDisposable
{
    /// <summary>Has a command ordered and executed; answers what f+1 replicas say alike.</summary>
    /// <exception cref="HotStuffClientException">There is no such answer.</exception>
    Task<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation);

    /// <summary>A stale read; answers what f+1 replicas say alike.</summary>
    /// <exception cref="HotStuffClientException">There is no such answer.</exception>
    Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation);
}
