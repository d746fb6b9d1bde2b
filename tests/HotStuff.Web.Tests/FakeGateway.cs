using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Web.Tests;

/// <summary>Replicas that agree at once, or fail as a test wants.</summary>
internal sealed class FakeGateway : IGatewayClient
{
    private readonly KeyValueStore _store = new();

    /// <summary>How requests fail; none: they do not.</summary>
    public ClientFailure Failure { get; set; }

    /// <summary>The last command or query.</summary>
    public byte[] Last { get; private set; } = [];

    public Task<CommandResult> SubmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation)
    {
        Take(command);
        var result = new System.Buffers.ArrayBufferWriter<byte>();
        _store.Apply(command.Span, result);
        return Task.FromResult(new CommandResult(1, CommandStatus.Executed, result.WrittenMemory));
    }

    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        Take(query);
        var result = new System.Buffers.ArrayBufferWriter<byte>();
        _store.Query(query.Span, result);
        return Task.FromResult(new QueryResult(result.WrittenMemory, new Height(8)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        Last = bytes.ToArray();
        if (Failure != ClientFailure.None)
            throw new HotStuffClientException(Failure, $"it failed: {Failure}");
    }
}
