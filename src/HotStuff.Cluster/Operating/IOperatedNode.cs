using Akka.Actor;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster;

/// <summary>
/// What people may see of a running node, and the few things that they may do to it: the one way from operator commands, pages and dashboards to a replica. Nothing here can make a replica sign what it
/// otherwise would not. Safe to use from any thread.
/// </summary>
public interface IOperatedNode : IOpsMember
{
    /// <summary>Which replica this is.</summary>
    ReplicaId Self { get; }

    /// <summary>The chain and its validators.</summary>
    Genesis Genesis { get; }

    /// <summary>What the node has counted.</summary>
    NodeCounters Counters { get; }

    /// <summary>What its peers' connections were refused.</summary>
    LinkCounters Links { get; }

    /// <summary>The system that runs consensus, for looking at: its actors, <see cref="TransportCounters"/> and <see cref="MailboxDrops"/>.</summary>
    ActorSystem ConsensusSystem { get; }

    /// <inheritdoc/>
    IReadOnlyList<ActorSystem> IOpsMember.Systems => Ops is { } ops ? [ConsensusSystem, ops.System] : [ConsensusSystem];

    /// <summary>Whether it was paused (<see cref="Pause"/>).</summary>
    bool IsPaused { get; }

    /// <summary>How the replica is.</summary>
    /// <param name="withDigest">Whether the digest of the state is wanted, which costs a pass over the state.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">It did not answer in time.</exception>
    Task<NodeReport> ReportAsync(bool withDigest, CancellationToken cancellation);

    /// <summary>The links to the other replicas, by replica; proven are those that are connected, too.</summary>
    /// <param name="cancellation">Gives up waiting.</param>
    Task<PeersSnapshot> PeersAsync(CancellationToken cancellation);

    /// <summary>The newest blocks that the replica has, the highest first: uncommitted ones, among them those of branches that lost, and committed ones.</summary>
    /// <param name="most">How many at most, 1 to <see cref="MaxBlocks"/>.</param>
    IReadOnlyList<BlockDescription> Blocks(int most);

    /// <summary>Proof that replicas contradicted themselves.</summary>
    IReadOnlyList<Evidence> Evidence { get; }

    /// <summary>What all replicas do, as they tell each other in the operators' cluster; only this one, when it is in none.</summary>
    ClusterFeed Feed { get; }

    /// <summary>The replica takes no part in consensus from now on, as if the others could not reach it, until <see cref="Resume"/>. What it has it still hands out.</summary>
    void Pause();

    /// <summary>The replica takes part again.</summary>
    void Resume();

    /// <summary>Makes the replica give up its view now, as if the view's time were over: it complains to the next leaders. Nothing follows unless a quorum does.</summary>
    void GiveUpView();

    /// <summary>The most blocks that <see cref="Blocks"/> describes.</summary>
    const int MaxBlocks = 1000;
}

/// <summary>How a replica is.</summary>
/// <param name="Status">What clients may see, too.</param>
/// <param name="Holdings">How much it keeps of what others said; null while it is starting.</param>
public sealed record NodeReport(NodeStatus Status, Holdings? Holdings);

/// <summary>What a block is to one replica.</summary>
public enum BlockState
{
    /// <summary>It has the block.</summary>
    Proposed,

    /// <summary>It knows a quorum certificate for it.</summary>
    Certified,

    /// <summary>It is the block that it is locked on.</summary>
    Locked,

    /// <summary>It is committed.</summary>
    Committed,
}

/// <summary>A block as people see it.</summary>
/// <param name="Id">Its hash.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Height">Its height.</param>
/// <param name="View">The view in which it was proposed.</param>
/// <param name="Proposer">By whom.</param>
/// <param name="Commands">How many commands are in it.</param>
/// <param name="Bytes">The size of its encoding.</param>
/// <param name="State">What it is to the replica.</param>
public sealed record BlockDescription(
    BlockId Id, BlockId Parent, Height Height, View View, ReplicaId Proposer, int Commands, int Bytes, BlockState State);
