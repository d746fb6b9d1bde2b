using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Simulation;

namespace HotStuff.Mutations.Tests;

/// <summary>
/// What unlocking is for. Replica 0 alone is locked on a block that lost, because the Byzantine replica 3, which led the third view, had its block beside it certified by the
/// two others and itself. Now it is silent, so that nothing goes on without replica 0. All that it showed before is made here with everybody's keys.
/// </summary>
internal sealed class StrandedLock
{
    private static readonly ReplicaId Traitor = new(3);

    private readonly SimulatedCluster _cluster;
    private readonly MessageVerifier _verifier;

    private StrandedLock(string protocol)
    {
        _cluster = new SimulatedCluster(4, Arena.Quick, protocol: protocol) { Inquires = false };
        _ = new Invariants(_cluster);
        _verifier = _cluster.Keys.CreateVerifier();
    }

    private ChainId Chain => _cluster.Keys.Committee.Chain;

    private Phase LastPhase => _cluster.Rules.Phases[^1];

    private IEnumerable<SimulatedReplica> Honest => _cluster.Replicas.Where(replica => replica.Id != Traitor);

    public static void Run(string protocol) => new StrandedLock(protocol).Run();

    private void Run()
    {
        _cluster.Deliver = envelope => envelope.FromNode == Traitor.Index;
        foreach (var replica in Honest)
            replica.Start();
        var genesis = Block.GenesisCertificate(Chain);
        var lost = Child(1, 1, genesis);
        Tell(0, Propose(lost, null));
        if (LastPhase == Phase.Generic)
        {
            var onLost = Child(2, 2, Certify(lost, LastPhase));
            Tell(0, Propose(onLost, null));
            Tell(0, new NextView(Traitor, Certify(onLost, LastPhase), null));
        }
        else
        {
            Tell(0, new NextView(Traitor, Certify(lost, Phase.PreCommit), null));
        }

        if (_cluster.Replicas[0].Replica.Record.Lock.View != lost.View)
            throw new InvalidOperationException("the situation did not come about");
        var won = Child(3, 1, genesis);
        foreach (var replica in Honest)
        {
            Tell(replica.Node, Propose(won, GiveUp(2)));
            Tell(replica.Node, new NextView(Traitor, Certify(won, _cluster.Rules.Phases[0]), GiveUp(3)));
        }

        _cluster.Deliver = _ => true;
        var command = CommandSegment.Create(new ClientId(1), 1, [StateMachine.KeyValueCommand.Increment("n"u8, 1)]);
        foreach (var replica in Honest)
            _cluster.Submit(replica.Id, command);
        if (!_cluster.RunUntil(() => Honest.All(replica => replica.State.CommandsExecuted == 1), 20 * Arena.Second))
            throw new InvariantBrokenException("EventualCommit", $"replicas are in {string.Join(' ', Honest.Select(replica => replica.View))}");
    }

    private Block Child(long view, long height, QuorumCertificate justify) =>
        Block.Create(Chain, Epoch.Genesis, new View(view), new Height(height), new ReplicaId((int)view), justify, []);

    private Proposal Propose(Block block, TimeoutCertificate? entry) => new(
        block, entry, _cluster.Keys.Signers[block.Proposer.Index].Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id)));

    private QuorumCertificate Certify(Block block, Phase phase)
    {
        var statement = new VoteStatement(block.Epoch, block.View, block.Id, phase);
        return _verifier.Combine(statement, Shares(SignedBytes.Vote(Chain, statement))).Certificate!.Value;
    }

    private TimeoutCertificate GiveUp(long view)
    {
        var statement = new ComplaintStatement(Epoch.Genesis, new View(view));
        return _verifier.Combine(statement, Shares(SignedBytes.Complaint(Chain, statement))).Certificate!.Value;
    }

    private List<SignatureShare> Shares(byte[] statement) =>
        [.. _cluster.Keys.Signers.Take(_cluster.Keys.Committee.Quorum).Select(signer => new SignatureShare(signer.Replica, signer.SignShare(statement)))];

    private void Tell(int replica, ConsensusMessage message)
    {
        _cluster.Send(Traitor, new ReplicaId(replica), message);
        _cluster.Run(Arena.Ms(2));
    }
}
