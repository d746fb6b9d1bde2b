using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation.Tests;

/// <summary>Makes blocks, votes and certificates that never came out of a run, with all the keys of a simulated committee of four.</summary>
internal sealed class Fabricated
{
    private readonly MessageVerifier _verifier;

    public Fabricated()
    {
        Keys = SimulatedKeys.Model(4);
        _verifier = Keys.CreateVerifier();
        Genesis = Block.Genesis(Chain);
        Record = SafetyRecord.Initial(Block.GenesisCertificate(Chain));
    }

    public SimulatedKeys Keys { get; }

    public ChainId Chain => Keys.Committee.Chain;

    public Block Genesis { get; }

    /// <summary>The record of a replica that has said nothing.</summary>
    public SafetyRecord Record { get; }

    public Block Child(Block parent, long view, params CommandSegment[] segments) => Block.Create(
        Chain, Epoch.Genesis, new View(view), parent.Height.Next, new ReplicaId((int)(view % 4)), Certificate(parent).Value, segments);

    public Verified<QuorumCertificate> Certificate(Block block, Phase phase = Phase.Generic)
    {
        if (block.Id == Genesis.Id)
            return _verifier.Verify(new Unverified<QuorumCertificate>(Block.GenesisCertificate(Chain))).Value!;
        var statement = new VoteStatement(Epoch.Genesis, block.View, block.Id, phase);
        return _verifier.Combine(statement, [.. Enumerable.Range(0, 3).Select(signer => Vote(signer, statement).Share)]).Certificate!;
    }

    public Vote Vote(int signer, VoteStatement statement) =>
        new(statement, new SignatureShare(new ReplicaId(signer), Keys.Signers[signer].SignShare(SignedBytes.Vote(Chain, statement))));

    public Vote Vote(int signer, Block block) => Vote(signer, new VoteStatement(Epoch.Genesis, block.View, block.Id, Phase.Generic));

    public Complaint Complaint(int signer, long view, Vote? lastVote = null)
    {
        var statement = new ComplaintStatement(Epoch.Genesis, new View(view));
        var share = new SignatureShare(new ReplicaId(signer), Keys.Signers[signer].SignShare(SignedBytes.Complaint(Chain, statement)));
        return new Complaint(statement, share, Block.GenesisCertificate(Chain), null, lastVote);
    }
}
