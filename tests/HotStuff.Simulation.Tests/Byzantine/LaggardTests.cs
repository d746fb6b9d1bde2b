using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>Who alone does not know that all is committed, while the others rest and the leader says nothing.</summary>
public class LaggardTests
{
    private static readonly ReplicaId Laggard = new(3);

    private readonly SimulatedCluster _cluster = new(4, protocol: "basic");

    private ChainId Chain => _cluster.Keys.Committee.Chain;

    [Fact]
    public void Who_complains_with_a_certificate_of_an_earlier_phase_is_answered_with_that_of_the_later_one()
    {
        // The laggard left view 1 with a timeout certificate, and knows that its block is pre-committed; replica 0 knows that it is committed.
        var block = Block.Create(Chain, Epoch.Genesis, new View(1), new Height(1), new ReplicaId(1), Block.GenesisCertificate(Chain), []);
        var committed = Certificate(new VoteStatement(Epoch.Genesis, new View(1), block.Id, Phase.Commit));
        var preCommitted = Certificate(new VoteStatement(Epoch.Genesis, new View(1), block.Id, Phase.PreCommit));
        var gaveUp = new ComplaintStatement(Epoch.Genesis, new View(1));
        var entry = new TimeoutCertificate(gaveUp, Combined(SignedBytes.Complaint(Chain, gaveUp)));
        _cluster.Replicas[0].Start();
        Send(new NextView(Laggard, committed, null));
        var answers = new List<object>();
        _cluster.Watch = envelope => answers.Add(envelope.Message);

        var statement = new ComplaintStatement(Epoch.Genesis, new View(2));
        var share = new SignatureShare(Laggard, _cluster.Keys.Signers[3].SignShare(SignedBytes.Complaint(Chain, statement)));
        Send(new Complaint(statement, share, preCommitted, entry, null));

        Assert.Contains(answers, answer => answer is NextView next && next.HighQc == committed);
    }

    /// <summary>
    /// What a certificate on a block that lost commits, nobody's highest certificate shows. A leader that proposes to a part only left one replica behind in this
    /// run, for as long as the others, who knew, ran no timers.
    /// </summary>
    [Fact]
    public void A_complaint_wakes_those_who_rest_on_what_the_chain_does_not_prove() => new ByzantineRun("selective", "chained", 4, seed: 61).Run();

    private QuorumCertificate Certificate(VoteStatement statement) => new(statement, Combined(SignedBytes.Vote(Chain, statement)));

    private Signature Combined(byte[] statement) =>
        new((byte[])[.. _cluster.Keys.Signers.Take(3).SelectMany((signer, i) => (byte[])[(byte)i, .. signer.SignShare(statement).Bytes.Span])]);

    private void Send(ConsensusMessage message)
    {
        _cluster.Send(Laggard, new ReplicaId(0), message);
        _cluster.Run(TimeSpan.FromMilliseconds(5));
    }
}
