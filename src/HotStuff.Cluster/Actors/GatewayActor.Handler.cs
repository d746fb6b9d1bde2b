using Akka.Actor;
using HotStuff.Cluster.Clients;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <content>The way from the listener's threads to the actor.</content>
public sealed partial class GatewayActor
{
    /// <summary>Hands what the listener's threads see to the actor.</summary>
    public sealed class Handler(IActorRef gateway) : IClientHandler
    {
        /// <inheritdoc/>
        void IClientHandler.Connected(ClientConnection connection) => gateway.Tell(new Connected(connection));

        /// <inheritdoc/>
        void IClientHandler.Submitted(ClientConnection connection, CommandSegment segment) => gateway.Tell(new Submitted(connection, segment));

        /// <inheritdoc/>
        void IClientHandler.Queried(ClientConnection connection, long id, ReadOnlyMemory<byte> query) => gateway.Tell(new Queried(connection, id, query));

        /// <inheritdoc/>
        void IClientHandler.StatusAsked(ClientConnection connection, long id, bool includeDigest, bool includeEvidence) =>
            gateway.Tell(new StatusAsked(connection, id, includeDigest, includeEvidence));

        /// <inheritdoc/>
        void IClientHandler.Disconnected(ClientConnection connection, ClientDisconnect reason) => gateway.Tell(new Disconnected(connection));
    }

    private sealed record Connected(ClientConnection Connection);

    private sealed record Submitted(ClientConnection Connection, CommandSegment Segment);

    private sealed record Queried(ClientConnection Connection, long Id, ReadOnlyMemory<byte> Query);

    private sealed record StatusAsked(ClientConnection Connection, long Id, bool IncludeDigest, bool IncludeEvidence);

    private sealed record Disconnected(ClientConnection Connection);
}
