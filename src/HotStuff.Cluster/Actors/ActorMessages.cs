using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>Tells the crypto actor that the certificate of a step was formed elsewhere: votes for it need no checking any more.</summary>
internal sealed record StepCertified(Step Step);

/// <summary>An event that a peer caused: the consensus mailbox bounds it.</summary>
/// <param name="Event">What happened.</param>
public sealed record PeerEvent(ReplicaEvent Event) : IPeerTraffic;

/// <summary>Commands: the consensus mailbox puts them behind the protocol, and bounds them.</summary>
/// <param name="Event">What arrived.</param>
public sealed record ClientEvent(ReplicaEvent.CommandsArrived Event) : IClientTraffic;

/// <summary>Tells an actor that was made before the consensus actor where it is. Until then its input is dropped, as a network may.</summary>
/// <param name="Consensus">The consensus actor.</param>
public sealed record ConsensusReady(IActorRef Consensus);
