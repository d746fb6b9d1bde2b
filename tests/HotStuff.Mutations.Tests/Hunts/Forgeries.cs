using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// All that a forger could show, one after the other, to a replica that has nothing to do. Replica 1 is the forger; it has its own keys, and what the others
/// signed on another chain and in another epoch, where the same keys serve.
/// </summary>
internal sealed class Forgeries
{
    private static readonly ReplicaId Forger = new(1);

    private readonly SimulatedCluster _cluster;
    private readonly ChainId _elsewhere = new(Digest.Of("elsewhere"u8));
    private readonly bool _bitmap;

    private Forgeries(SimulatedKeys keys, bool bitmap)
    {
        _bitmap = bitmap;
        _cluster = new Arena("chained", keys: keys).Cluster;
        _cluster.Replicas[1].Behaviour = Behaviours.Create("silent-leader", 1);
        _cluster.Start();
        _cluster.Run(Arena.Second);
    }

    private ChainId Chain => _cluster.Keys.Committee.Chain;

    private QuorumCertificate Genesis => Block.GenesisCertificate(Chain);

    /// <summary>With the simulator's signatures.</summary>
    public static void Model() => new Forgeries(SimulatedKeys.Model(4), bitmap: false).Run();

    /// <summary>With real ones.</summary>
    public static void Ed25519() => new Forgeries(SimulatedKeys.Real(4), bitmap: true).Run();

    /// <summary>A peer that is asked for a certified block answers with another one, or with the right one and below it another than its parent.</summary>
    public static void FetchedBlock()
    {
        var chain = SimulatedKeys.Model(4).Committee.Chain;
        var forged = Child(chain, 1);
        var certified = new BlockId(Digest.Of("certified"u8));
        var justify = new QuorumCertificate(new VoteStatement(Epoch.Genesis, forged.View, certified, Phase.Generic), Signature.None);
        var head = Block.Create(chain, Epoch.Genesis, new View(2), new Height(2), Forger, justify, []);
        if (MessageVerifier.VerifyChain(certified, [forged]) is not null || MessageVerifier.VerifyChain(head.Id, [head, forged]) is not null)
            throw new InvariantBrokenException("Authentic", "a block passes for another that is certified");
    }

    private static Block Child(ChainId chain, long view) => Block.Create(
        chain, Epoch.Genesis, new View(view), new Height(1), Forger, Block.GenesisCertificate(chain), []);

    private void Run()
    {
        var vote = new VoteStatement(Epoch.Genesis, new View(1), Child(Chain, 1).Id, Phase.Generic);
        var complaint = new ComplaintStatement(Epoch.Genesis, new View(1));
        foreach (var signature in Certificates(SignedBytes.Vote(Chain, vote), SignedBytes.Vote(_elsewhere, vote), SignedBytes.Vote(Chain, vote with { Epoch = new Epoch(1) })))
            Send(new NextView(Forger, new QuorumCertificate(vote, signature), null));
        var complaints = Certificates(
            SignedBytes.Complaint(Chain, complaint), SignedBytes.Complaint(_elsewhere, complaint), SignedBytes.Complaint(Chain, complaint with { Epoch = new Epoch(1) }));
        foreach (var signature in complaints)
        {
            var forged = new TimeoutCertificate(complaint with { View = new View(4) }, signature);
            Send(new NextView(Forger, Genesis, forged with { Statement = complaint }));
            Send(Proposal(Child(Chain, 5), forged, Sign(Forger, SignedBytes.Proposal(Chain, Epoch.Genesis, new View(5), Child(Chain, 5).Id))));
            Send(new Complaint(complaint with { View = new View(5) }, Share(Forger, SignedBytes.Complaint(Chain, complaint with { View = new View(5) })), Genesis, forged, null));
        }

        // Of view 0 there is one certificate, which needs no signature. This one would be higher.
        Send(new NextView(Forger, new QuorumCertificate(vote with { View = View.Genesis, Phase = Phase.Commit }, Signature.None), null));

        // Words of another, signed by the forger, or by the other one elsewhere or at another time.
        foreach (var other in new[] { 2, 3 }.Select(index => new ReplicaId(index)))
        {
            // Also what it did say, about another block or in another phase.
            SignatureShare[] said =
            [
                .. Shares(other, statement => SignedBytes.Vote(statement.Chain, vote with { Epoch = statement.Epoch })),
                Share(other, SignedBytes.Vote(Chain, vote with { Block = Genesis.Block })),
                Share(other, SignedBytes.Vote(Chain, vote with { Phase = Phase.Commit })),
            ];
            foreach (var share in said)
            {
                Send(new Vote(vote, share));
                Send(new Complaint(complaint, Share(Forger, SignedBytes.Complaint(Chain, complaint)), Genesis, null, new Vote(vote, share)));
            }

            foreach (var share in Shares(other, statement => SignedBytes.Complaint(statement.Chain, complaint with { Epoch = statement.Epoch })))
                Send(new Complaint(complaint, share, Genesis, null, null));
            var block = Block.Create(Chain, Epoch.Genesis, new View(other.Index + 4), new Height(1), other, Genesis, []);
            foreach (var (chain, epoch) in new[] { (_elsewhere, Epoch.Genesis), (Chain, new Epoch(1)) })
                Send(Proposal(block, null, Sign(other, SignedBytes.Proposal(chain, epoch, block.View, block.Id))));
            Send(Proposal(block, null, Sign(Forger, SignedBytes.Proposal(Chain, Epoch.Genesis, block.View, block.Id))));
        }
    }

    private static Proposal Proposal(Block block, TimeoutCertificate? entry, Signature signature) => new(block, entry, signature);

    private IEnumerable<SignatureShare> Shares(ReplicaId other, Func<(ChainId Chain, Epoch Epoch), byte[]> bytes) =>
    [
        new SignatureShare(other, Share(Forger, bytes((Chain, Epoch.Genesis))).Signature),
        Share(other, bytes((_elsewhere, Epoch.Genesis))),
        Share(other, bytes((Chain, new Epoch(1)))),
    ];

    /// <summary>Combined signatures that no quorum made here and now.</summary>
    private IEnumerable<Signature> Certificates(byte[] here, byte[] elsewhere, byte[] otherEpoch)
    {
        ReplicaId[] all = [new(0), Forger, new(2), new(3)];
        var own = Share(Forger, here).Signature;
        yield return Signature.None;
        yield return Combined([Forger], [own]);
        yield return Combined([Forger, Forger, Forger], [own, own, own]);
        yield return Combined(all[..3], [own, own, own]);
        yield return Combined([Forger], [own, own, own]);
        yield return Combined(all[..3], [.. all[..3].Select(signer => Share(signer, elsewhere).Signature)]);
        yield return Combined(all[..3], [.. all[..3].Select(signer => Share(signer, otherEpoch).Signature)]);
    }

    private Signature Combined(ReplicaId[] signers, Signature[] shares)
    {
        if (!_bitmap)
            return new Signature((byte[])[.. shares.SelectMany((share, i) => (byte[])[(byte)signers[Math.Min(i, signers.Length - 1)].Index, .. share.Bytes.Span])]);
        var bits = (byte)signers.Aggregate(0, (bits, signer) => bits | (1 << signer.Index));
        return new Signature((byte[])[bits, .. shares.SelectMany(share => share.Bytes.ToArray())]);
    }

    private SignatureShare Share(ReplicaId signer, byte[] statement) => new(signer, _cluster.Keys.Signers[signer.Index].SignShare(statement));

    private Signature Sign(ReplicaId signer, byte[] statement) => _cluster.Keys.Signers[signer.Index].Sign(statement);

    private void Send(ConsensusMessage message)
    {
        _cluster.Send(Forger, new ReplicaId(0), message);
        _cluster.Run(Arena.Ms(2));
    }
}
