using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// The question how the node is, on its way from the gateway through consensus and executor and back: each fills in what it knows. This is the one read-only feed
/// through which people and the ops system see the replica.
/// </summary>
/// <param name="Asker">Who asked; means something to the gateway only.</param>
/// <param name="Id">The asker's number for the question.</param>
/// <param name="WithDigest">Whether the digest of the state is wanted, which costs a pass over the state.</param>
/// <param name="WithEvidence">Whether the evidence against replicas is wanted, and not only how much there is.</param>
public sealed record StatusInquiry(object Asker, long Id, bool WithDigest, bool WithEvidence = false) : IClientTraffic
{
    /// <summary>What the protocol says.</summary>
    public ProtocolStatus? Replica { get; init; }

    /// <summary>How much the protocol keeps of what others said.</summary>
    public Holdings? Holdings { get; init; }

    /// <summary>The links to the other replicas.</summary>
    public PeersSnapshot Peers { get; init; } = PeersSnapshot.Empty;

    /// <summary>The height of the last executed block.</summary>
    public Height Executed { get; init; }

    /// <summary>Commands executed since the process started.</summary>
    public long CommandsExecuted { get; init; }

    /// <summary>Commands that came again and were not executed again, since the process started.</summary>
    public long DuplicatesSuppressed { get; init; }

    /// <summary>The digest of the state, when it was wanted.</summary>
    public Digest? Digest { get; init; }
}
