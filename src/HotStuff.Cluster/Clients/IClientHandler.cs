using HotStuff.Consensus;

namespace HotStuff.Cluster.Clients;

/// <summary>
/// What a <see cref="ClientListener"/> tells of its connections. Calls for one connection come one at a time and in order, those for
/// different connections at
/// the same time; none may block or throw: an implementation tells itself a message and returns.
/// </summary>
public interface IClientHandler
{
    /// <summary>
    /// A client said a proper Hello and was welcomed. The same client id may be connected more than once: the newest connection counts.
    /// </summary>
    void Connected(ClientConnection connection);

    /// <summary>
    /// A client sent commands: well-formed, its own and within the limits. Whoever takes them calls <see cref="ClientConnection.Release"/>
    /// exactly once for each
    /// segment when it is answered or given up; until then it counts against what the connection may have under way.
    /// </summary>
    void Submitted(ClientConnection connection, CommandSegment segment);

    /// <summary>A client asked a query; to be answered with <see cref="ClientConnection.TrySendQueryReply"/>, once.</summary>
    void Queried(ClientConnection connection, long id, ReadOnlyMemory<byte> query);

    /// <summary>A client asked for the status; to be answered with <see cref="ClientConnection.TrySendStatus"/>, once.</summary>
    void StatusAsked(ClientConnection connection, long id, bool includeDigest, bool includeEvidence);

    /// <summary>A connection that was <see cref="Connected"/> has ended; nothing more comes from it.</summary>
    void Disconnected(ClientConnection connection, ClientDisconnect reason);
}
