using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>Messages that only the verifier can tell from good ones, on the way that a node receives them. Replica 1 is the forger.</summary>
public class ForgeryTests
{
    private static readonly ReplicaId Forger = new(1);
    private static readonly ReplicaId Victim = new(0);

    private readonly SimulatedCluster _cluster = new(4);
    private readonly Block _genesis;
    private readonly QuorumCertificate _genesisQc;

    public ForgeryTests()
    {
        _ = new Invariants(_cluster);
        _genesis = Block.Genesis(_cluster.Keys.Committee.Chain);
        _genesisQc = Block.GenesisCertificate(_cluster.Keys.Committee.Chain);
        _cluster.Start();
    }

    private ChainId Chain => _cluster.Keys.Committee.Chain;

    [Fact]
    public void A_certificate_of_too_few_or_repeated_signers_opens_no_view()
    {
        var statement = new ComplaintStatement(Epoch.Genesis, new View(8));
        var shares = _cluster.Keys.Signers.Select(signer => signer.SignShare(SignedBytes.Complaint(Chain, statement))).ToList();

        Refused(Refusal.BadCertificate, NextView(Combined(shares, 0, 1)));
        Refused(Refusal.BadCertificate, NextView(Combined(shares, 1, 1, 1)));
        Refused(Refusal.BadCertificate, NextView(Combined(shares, 1, 1, 2)));
        Refused(Refusal.BadCertificate, NextView(Combined(shares, 2, 1, 0)));
        Refused(Refusal.BadCertificate, NextView(Signature.None));
        Assert.Equal(new View(1), _cluster.Replicas[0].Status.View);

        Send(NextView(Combined(shares, 0, 1, 2)));
        Assert.Equal(new View(9), _cluster.Replicas[0].Status.View);

        NextView NextView(Signature signature) => new(Forger, _genesisQc, new TimeoutCertificate(statement, signature));
    }

    [Fact]
    public void A_certificate_says_nothing_about_another_view_block_kind_or_chain()
    {
        var vote = new VoteStatement(Epoch.Genesis, new View(8), _genesis.Id, Phase.Generic);
        var complaint = new ComplaintStatement(Epoch.Genesis, new View(8));
        var votes = Combined([.. Sign(SignedBytes.Vote(Chain, vote))], 0, 1, 2);
        var complaints = Combined([.. Sign(SignedBytes.Complaint(Chain, complaint))], 0, 1, 2);
        var elsewhere = Combined([.. Sign(SignedBytes.Vote(new ChainId(Digest.Of("elsewhere"u8)), vote))], 0, 1, 2);

        Refused(Refusal.BadCertificate, new NextView(Forger, new QuorumCertificate(vote with { View = new View(9) }, votes), null));
        Refused(Refusal.BadCertificate, new NextView(Forger, new QuorumCertificate(vote with { Phase = Phase.Prepare }, votes), null));
        Refused(Refusal.BadCertificate, new NextView(Forger, new QuorumCertificate(vote with { Block = new BlockId(Digest.Of("x"u8)) }, votes), null));
        Refused(Refusal.BadCertificate, new NextView(Forger, new QuorumCertificate(vote, complaints), null));
        Refused(Refusal.BadCertificate, new NextView(Forger, new QuorumCertificate(vote, elsewhere), null));
        Refused(Refusal.WrongEpoch, new NextView(Forger, new QuorumCertificate(vote with { Epoch = new Epoch(1) }, votes), null));
        Refused(Refusal.BadCertificate, new NextView(Forger, _genesisQc, new TimeoutCertificate(complaint, votes)));
        Refused(Refusal.UnknownReplica, new NextView(new ReplicaId(4), _genesisQc, null));
        Assert.Equal(new View(1), _cluster.Replicas[0].Status.View);
    }

    [Fact]
    public void A_proposal_vote_or_complaint_in_the_name_of_another_is_refused()
    {
        var block = Block.Create(Chain, Epoch.Genesis, new View(1), new Height(1), Forger, _genesisQc, [Commands(client: 1, first: 1)]);
        var vote = new VoteStatement(Epoch.Genesis, new View(3), block.Id, Phase.Generic);
        var complaint = new ComplaintStatement(Epoch.Genesis, new View(1));
        var wrongKey = _cluster.Keys.Signers[2];

        Refused(Refusal.BadSignature, new Proposal(block, null, wrongKey.Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id))));
        Refused(Refusal.BadSignature, new Vote(vote, new SignatureShare(Forger, wrongKey.SignShare(SignedBytes.Vote(Chain, vote)))));
        Refused(Refusal.UnknownReplica, new Vote(vote, new SignatureShare(new ReplicaId(-1), default)));
        Refused(
            Refusal.BadSignature,
            new Complaint(complaint, new SignatureShare(Forger, wrongKey.SignShare(SignedBytes.Complaint(Chain, complaint))), _genesisQc, null, null));
        Assert.Equal(0, _cluster.Replicas[0].Status.UncommittedBlocks);
    }

    [Fact]
    public void A_proposal_on_a_forged_justify_is_refused()
    {
        var parent = new VoteStatement(Epoch.Genesis, new View(4), new BlockId(Digest.Of("nowhere"u8)), Phase.Generic);
        var shares = Sign(SignedBytes.Vote(Chain, parent)).ToList();
        var justify = new QuorumCertificate(parent, Combined(shares, 1, 1, 1));
        var block = Block.Create(Chain, Epoch.Genesis, new View(5), new Height(5), Forger, justify, []);

        Refused(
            Refusal.BadCertificate,
            new Proposal(block, null, _cluster.Keys.Signers[1].Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id))));
        Assert.Equal(new View(1), _cluster.Replicas[0].Status.View);
    }

    /// <summary>A combined signature as the model scheme writes it, of these signers in this order.</summary>
    private static Signature Combined(List<Signature> shares, params int[] signers) =>
        new((byte[])[.. signers.SelectMany(signer => (byte[])[(byte)signer, .. shares[signer].Bytes.Span])]);

    private IEnumerable<Signature> Sign(byte[] statement) => _cluster.Keys.Signers.Select(signer => signer.SignShare(statement));

    private void Refused(Refusal reason, ConsensusMessage message)
    {
        var before = _cluster.Replicas[0].Refusals.GetValueOrDefault(reason);
        Send(message);
        Assert.Equal(before + 1, _cluster.Replicas[0].Refusals.GetValueOrDefault(reason));
    }

    private void Send(ConsensusMessage message)
    {
        _cluster.Send(Forger, Victim, message);
        _cluster.Run(TimeSpan.FromMilliseconds(2));
    }
}
