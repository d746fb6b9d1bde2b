namespace HotStuff.Consensus;

/// <summary>
/// What shows that a replica broke the protocol: two statements with its signature that no honest replica makes both, also not across a restart. Anybody who has the genesis file can check
/// them.
/// </summary>
/// <param name="Culprit">Whose signatures they are.</param>
/// <param name="View">The view that both are about; view 0 when they are about none.</param>
public abstract record Evidence(ReplicaId Culprit, View View);

/// <summary>Two proposals of one view.</summary>
/// <param name="First">What was proposed; the phase says nothing.</param>
/// <param name="FirstSignature">The signature over <see cref="SignedBytes.Proposal"/>.</param>
/// <param name="Second">Another block of the same view.</param>
/// <param name="SecondSignature">The signature over it.</param>
/// <param name="Proposer">Who signed both.</param>
public sealed record DoubleProposal(ReplicaId Proposer, VoteStatement First, Signature FirstSignature, VoteStatement Second, Signature SecondSignature)
    : Evidence(Proposer, First.View);

/// <summary>Two votes for different blocks in one view and phase.</summary>
/// <param name="First">The vote that came first.</param>
/// <param name="Second">The vote of the same signer that contradicts it.</param>
public sealed record DoubleVote(Vote First, Vote Second) : Evidence(First.From, First.Statement.View);

/// <summary>
/// Two processes at once proved the same identity: the second's proof came between two of the first's. Either somebody started the same replica twice, which makes it contradict
/// itself sooner or later, or its key is stolen. The proofs answer challenges of the reporting replica's own, so nobody else can check this.
/// </summary>
/// <param name="Replica">Whose key two processes use.</param>
/// <param name="First">The number that one process chose when it started.</param>
/// <param name="Second">The number of the other.</param>
public sealed record DoubleProcess(ReplicaId Replica, UInt128 First, UInt128 Second) : Evidence(Replica, View.Genesis);
