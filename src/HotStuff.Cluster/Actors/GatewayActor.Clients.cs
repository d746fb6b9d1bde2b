using Akka.Actor;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <content>What the gateway remembers of its clients: where they are, and their commands that are not answered.</content>
public sealed partial class GatewayActor
{
    private readonly Dictionary<ClientId, Client> _clients = [];
    private int _pendingCommands;
    private long _pendingBytes;

    private Client Of(ClientId id)
    {
        if (_clients.TryGetValue(id, out var client))
            return client;
        _clients.Add(id, client = new Client());
        _executor.Tell(new ExecutorActor.HighestOf(id));
        return client;
    }

    private void Await(Client client, Waiting waiting)
    {
        client.Pending.Add(waiting.Segment.Key, waiting);
        _pendingCommands += waiting.Segment.Count;
        _pendingBytes += waiting.Segment.Encoded.Length;
    }

    private Waiting? Settle(Client client, SegmentKey key)
    {
        if (!client.Pending.Remove(key, out var waiting))
            return null;
        _pendingCommands -= waiting.Segment.Count;
        _pendingBytes -= waiting.Segment.Encoded.Length;
        waiting.Connection.Release(waiting.Segment);
        return waiting;
    }

    private void OnDisconnected(ClientConnection connection)
    {
        if (!_clients.TryGetValue(connection.ClientId, out var client))
            return;
        // Nobody is left to answer, and some of them may never be executed.
        foreach (var waiting in client.Pending.Values.Where(waiting => waiting.Connection == connection).ToList())
            Settle(client, waiting.Segment.Key);
        if (client.Connection == connection)
            client.Connection = null;
        ForgetIfIdle(connection.ClientId, client);
    }

    private void ForgetIfIdle(ClientId id, Client client)
    {
        if (client.Connection is null && client.Pending.Count == 0)
            _clients.Remove(id);
    }

    private sealed record Waiting(ClientConnection Connection, CommandSegment Segment, long At);

    private sealed class Client
    {
        public ClientConnection? Connection { get; set; }

        public Dictionary<SegmentKey, Waiting> Pending { get; } = [];

        /// <summary>Null until the executor has said it: the commands of an earlier connection may have run.</summary>
        public long? HighestExecuted { get; set; }
    }
}
