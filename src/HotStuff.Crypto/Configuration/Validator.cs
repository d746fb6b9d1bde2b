using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>Where a replica is reached. Not part of its identity: a replica may move.</summary>
/// <param name="Host">A host name or IP address.</param>
/// <param name="Ports">Its ports.</param>
public sealed record ReplicaAddress(string Host, ReplicaPorts Ports);

/// <summary>A validator as the genesis file describes it.</summary>
/// <param name="Replica">Its index, which is its position in the list.</param>
/// <param name="IdentityKey">Its Ed25519 public key for everything but shares: 64 hexadecimal digits, lower case.</param>
/// <param name="ShareKey">Its public key of the quorum signature scheme, in hexadecimal digits, lower case.</param>
/// <param name="Address">Where it is reached.</param>
public sealed record Validator(ReplicaId Replica, string IdentityKey, string ShareKey, ReplicaAddress Address);
