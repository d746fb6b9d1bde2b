using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster.Tests;

/// <summary>What validators say in a variant of the protocol when everybody leads in turn, with real signatures.</summary>
internal sealed class Statements(TestValidators validators, string protocol)
{
    private readonly MessageVerifier _verifier = new(validators.Genesis);

    public IProtocolRules Rules { get; } = ProtocolRules.Create(protocol)!;

    public QuorumCertificate GenesisQc => Block.GenesisCertificate(Chain);

    private ChainId Chain => validators.Genesis.ChainId;

    private IEnumerable<int> Quorum => Enumerable.Range(0, validators.Genesis.Committee.Quorum);

    /// <summary>An empty block of a view's leader.</summary>
    public Block Child(long view, QuorumCertificate? justify = null, long height = 1) => Block.Create(
        Chain, Epoch.Genesis, new View(view), new Height(height), LeaderOf(view), justify ?? GenesisQc, []);

    /// <summary>The proposal of a block; with <paramref name="entry"/>, unless its justify opens the view.</summary>
    public Proposal Propose(Block block, TimeoutCertificate? entry = null) => new(
        block, entry, validators.Signers[block.Proposer.Index].Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id)));

    public Vote Vote(int signer, Block block, Phase phase)
    {
        var statement = new VoteStatement(Epoch.Genesis, block.View, block.Id, phase);
        return new Vote(statement, new SignatureShare(new ReplicaId(signer), validators.Signers[signer].SignShare(SignedBytes.Vote(Chain, statement))));
    }

    /// <summary>The certificate that ends the block's view.</summary>
    public QuorumCertificate Certify(Block block) =>
        _verifier.Combine(LastVote(0, block).Statement, [.. Quorum.Select(signer => LastVote(signer, block).Share)]).Certificate!.Value;

    /// <summary>A complaint about a view that began with a timeout certificate, or, with none, was the first.</summary>
    public Complaint Complain(int signer, long view, TimeoutCertificate? entry = null, Vote? lastVote = null, QuorumCertificate? highQc = null)
    {
        var statement = new ComplaintStatement(Epoch.Genesis, new View(view));
        var share = new SignatureShare(new ReplicaId(signer), validators.Signers[signer].SignShare(SignedBytes.Complaint(Chain, statement)));
        return new Complaint(statement, share, highQc ?? GenesisQc, entry, lastVote);
    }

    /// <summary>The certificate that a quorum gave up a view.</summary>
    public TimeoutCertificate GiveUp(long view) => _verifier.Combine(
        new ComplaintStatement(Epoch.Genesis, new View(view)), [.. Quorum.Select(signer => Complain(signer, view).Share)]).Certificate!.Value;

    public NextView ShowWay(int sender, TimeoutCertificate? gaveUp, QuorumCertificate? highQc = null) => new(new ReplicaId(sender), highQc ?? GenesisQc, gaveUp);

    private ReplicaId LeaderOf(long view) => new RoundRobin(validators.Genesis.Committee).LeaderOf(new View(view));

    private Vote LastVote(int signer, Block block) => Vote(signer, block, Rules.Phases[^1]);
}
