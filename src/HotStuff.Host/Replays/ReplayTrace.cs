using HotStuff.Cluster;

namespace HotStuff.Host.Replays;

/// <summary>A simulated run as the page plays it (<c>Page/replay.js</c>). Times are in milliseconds of virtual time since the start.</summary>
/// <param name="Title">What is to be seen.</param>
/// <param name="Command">The command line that makes the same again.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Cluster">Who takes part.</param>
/// <param name="Frames">What the replicas did, in the order of time; one frame for all that a replica did at one moment.</param>
/// <param name="Messages">What they sent each other, in the order in which it was sent.</param>
/// <param name="Notes">What happened to them, in the order of time.</param>
internal sealed record ReplayTrace(
    string Title,
    string Command,
    double Duration,
    ReplayCluster Cluster,
    IReadOnlyList<FeedFrame> Frames,
    IReadOnlyList<ReplayMessage> Messages,
    IReadOnlyList<ReplayNote> Notes);

/// <summary>Who takes part in a run: what <c>/api/v1/cluster</c> is of a running one.</summary>
/// <param name="Chain">The chain's name in hexadecimal digits.</param>
/// <param name="Protocol">The variant.</param>
/// <param name="Signatures">The scheme.</param>
/// <param name="Leaders">How leaders are chosen.</param>
/// <param name="N">How many replicas the protocol knows.</param>
/// <param name="F">How many of them may be Byzantine.</param>
/// <param name="Quorum">How many a certificate needs.</param>
/// <param name="Replicas">The nodes: of twins both.</param>
internal sealed record ReplayCluster(
    string Chain, string Protocol, string Signatures, string Leaders, int N, int F, int Quorum, IReadOnlyList<ReplayMember> Replicas);

/// <summary>A node of a run.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Name">Its replica's name; of a second twin with a prime.</param>
internal sealed record ReplayMember(int Id, string Name);

/// <summary>A message from one node to another.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Heard">When it arrived; null: it was lost, or nobody was there.</param>
/// <param name="From">The sender's number.</param>
/// <param name="To">The receiver's number.</param>
/// <param name="Kind">The message's type in camel case, <c>commands</c>, or <c>timeoutCertificate</c>.</param>
/// <param name="View">The view that it is about; 0 where it is about none.</param>
/// <param name="Text">What it says, in few words.</param>
internal sealed record ReplayMessage(double At, double? Heard, int From, int To, string Kind, long View, string Text);

/// <summary>Something that happened to a node, or to all.</summary>
/// <param name="At">When.</param>
/// <param name="Replica">To which; null: to all, or to a client.</param>
/// <param name="Kind"><c>crash</c>, <c>start</c>, <c>client</c>, <c>gst</c>, <c>fault</c> or <c>violation</c>.</param>
/// <param name="Text">What, in words.</param>
internal sealed record ReplayNote(double At, int? Replica, string Kind, string Text);
