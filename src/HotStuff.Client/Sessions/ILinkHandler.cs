using HotStuff.Client.Wire;

namespace HotStuff.Client.Sessions;

/// <summary>
/// What a <see cref="ReplicaLink"/> tells of its replica: calls for one link come one at a time, those for several links at the same time.
/// The messages are
/// what the replica sent: well-formed protobuf, and nothing more is known of them.
/// </summary>
internal interface ILinkHandler
{
    /// <summary>The replica said a proper Welcome.</summary>
    void LinkUp(ReplicaLink link);

    /// <summary>The connection is lost, or could not be made, or was refused: <see cref="ReplicaLink.Problem"/>.</summary>
    void LinkDown(ReplicaLink link);

    void Replied(ReplicaLink link, Replies replies);

    void Rejected(ReplicaLink link, Rejected rejected);

    void QueryAnswered(ReplicaLink link, QueryReply reply);

    void StatusAnswered(ReplicaLink link, StatusReply reply);
}
