using System.Collections.Concurrent;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;

namespace HotStuff.Client.Tests.Support;

/// <summary>A replica as clients see it: a real listener, real signatures, and behaviour to order.</summary>
internal sealed class FakeReplica(FakeCluster cluster, ReplicaSigner signer) : IClientHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ClientId, ClientConnection> _clients = new();
    private readonly ConcurrentDictionary<ClientConnection, byte> _connections = new();
    private readonly ConcurrentQueue<CommandSegment> _received = new();
    private ClientListener? _listener;

    public ReplicaId Replica => signer.Replica;

    public ClientListener Listener => _listener!;

    /// <summary>
    /// What is done with commands that a client sent here: passed on to all replicas, unless a test wants something else.
    /// </summary>
    public Action<ClientConnection, CommandSegment> OnSubmitted { get; set; } = (_, segment) => cluster.Execute(segment);

    /// <summary>What the replica says that a command's result is: the command itself, unless a test wants something else.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Apply { get; set; } = command => command;

    /// <summary>What the replica answers to executed commands; nothing when false.</summary>
    public bool Replies { get; set; } = true;

    /// <summary>Whether segments are released as soon as they are here.</summary>
    public bool Releases { get; set; } = true;

    /// <summary>Who the replica says proposes next; null: it does not say.</summary>
    public ReplicaId? Proposer { get; set; }

    /// <summary>What happens to signatures on their way out.</summary>
    public Func<Signature, Signature> Sign { get; set; } = signature => signature;

    public Func<ReadOnlyMemory<byte>, (Height, ReadOnlyMemory<byte>)?> OnQuery { get; set; } = query => (new Height(7), query);

    /// <summary>Segments that clients sent here.</summary>
    public IReadOnlyCollection<CommandSegment> Received => _received;

    public async Task StartAsync(ClientListenerOptions options) => _listener = await ClientListener.StartAsync(options, this);

    /// <summary>Answers a segment as if it had just been executed.</summary>
    public void Execute(CommandSegment segment)
    {
        if (Replies && _clients.TryGetValue(segment.Client, out var client))
            Reply(client, Results.Of(segment, Apply));
    }

    /// <summary>Sends signed results to a client.</summary>
    public void Reply(ClientId client, params SegmentResults[] batch)
    {
        if (_clients.TryGetValue(client, out var connection))
            Reply(connection, batch);
    }

    /// <summary>Sends the same results to every client that is connected, signed for nobody.</summary>
    public void ReplyToAll(SegmentResults results)
    {
        foreach (var connection in _connections.Keys)
            connection.TrySendReplies([results], Signature.None, next: null);
    }

    public void Release(CommandSegment segment) => _clients[segment.Client].Release(segment);

    public void Connected(ClientConnection connection)
    {
        _connections[connection] = 0;
        _clients[connection.ClientId] = connection;
    }

    public void Submitted(ClientConnection connection, CommandSegment segment)
    {
        _received.Enqueue(segment);
        if (Releases)
            connection.Release(segment);
        OnSubmitted(connection, segment);
    }

    public void Queried(ClientConnection connection, long id, ReadOnlyMemory<byte> query)
    {
        if (OnQuery(query) is var (height, result))
            connection.TrySendQueryReply(id, height, result);
    }

    public void StatusAsked(ClientConnection connection, long id, bool includeDigest, bool includeEvidence) => connection.TrySendStatus(id, new NodeStatus
    {
        Replica = Replica,
        View = new View(11),
        Leader = new ReplicaId(2),
        Committed = new Height(9),
        Executed = new Height(8),
        StateDigest = includeDigest ? Digest.Of([1]) : null,
        Version = "test",
        Uptime = TimeSpan.FromSeconds(3),
        CpuSeconds = 1.5,
    });

    public void Disconnected(ClientConnection connection, ClientDisconnect reason)
    {
        _connections.TryRemove(connection, out _);
        _clients.TryRemove(new KeyValuePair<ClientId, ClientConnection>(connection.ClientId, connection));
    }

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Reply(ClientConnection client, params SegmentResults[] batch)
    {
        var statement = SignedBytes.Reply(cluster.Genesis.ChainId, Replica, client.ClientId, SegmentResults.DigestOf(batch));
        client.TrySendReplies(batch, Sign(signer.Sign(statement)), Proposer);
    }
}
