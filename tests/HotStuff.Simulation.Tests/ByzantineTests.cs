using System.Collections.Immutable;
using HotStuff.Consensus;
using HotStuff.Consensus.Tests;

namespace HotStuff.Simulation.Tests;

public class ByzantineTests
{
    [Fact]
    public void A_leader_that_equivocates_forks_old_blocks_and_votes_for_everything_breaks_nothing_and_stops_nobody()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"seed {seed}: {broken.Message}", broken);
            }
        }
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        var cluster = new SimulatedCluster(4);
        var invariants = new Invariants(cluster);
        var traitor = new Traitor(cluster, random);
        var loss = random.NextDouble() * 0.1;
        cluster.Deliver = _ => random.NextDouble() >= loss;
        foreach (var honest in cluster.Replicas.Where(replica => replica.Id != Traitor.Id))
            honest.Start();
        for (var i = 1; i <= 20; i++)
        {
            cluster.Submit(new ReplicaId(i % 2 * 2), Scenario.Commands(client: 1, first: i));
            cluster.Run(TimeSpan.FromMilliseconds(random.Next(1_500)));
        }

        cluster.Deliver = _ => true;

        Assert.True(traitor.Equivocations > 0);
        Assert.True(
            cluster.RunUntil(() => cluster.Replicas.Where(replica => replica.IsUp).All(HasExecutedAll), TimeSpan.FromMinutes(2)),
            "not everything was executed");
        cluster.AssertSafe();
        invariants.CheckExecuted();

        static bool HasExecutedAll(SimulatedReplica replica) =>
            replica.CommittedSegments().Where(segment => segment.Client.Value == 1).Select(segment => segment.FirstSequence).Distinct().Count() == 20;
    }

    /// <summary>
    /// Replica 1, which never runs: as often as it leads it proposes two blocks, on the newest or on an older certified one, each to some of the others, and votes
    /// for both; it votes for whatever others propose, too. All its signatures are good.
    /// </summary>
    private sealed class Traitor
    {
        public static readonly ReplicaId Id = new(1);

        private readonly SimulatedCluster _cluster;
        private readonly Random _random;
        private readonly Dictionary<BlockId, Block> _blocks = [];
        private readonly List<QuorumCertificate> _certificates = [];
        private readonly RoundRobin _leaders;
        private View _played;

        public Traitor(SimulatedCluster cluster, Random random)
        {
            _cluster = cluster;
            _random = random;
            _leaders = new RoundRobin(cluster.Keys.Committee);
            var genesis = Block.Genesis(Chain);
            _blocks.Add(genesis.Id, genesis);
            _certificates.Add(Block.GenesisCertificate(Chain));
            cluster.Watch = envelope =>
            {
                if (envelope.Message is Proposal proposal && _blocks.TryAdd(proposal.Block.Id, proposal.Block))
                    Hear(proposal.Block);
            };
            cluster.Observe += Lead;
        }

        public int Equivocations { get; private set; }

        private ChainId Chain => _cluster.Keys.Committee.Chain;

        private IReplicaSigner Signer => _cluster.Keys.Signers[Id.Index];

        private void Hear(Block block)
        {
            _certificates.Add(block.Justify);
            VoteFor(block);
        }

        private void Lead(SimulatedReplica replica, ReplicaEvent happened, ImmutableArray<Effect> effects)
        {
            foreach (var entered in effects.OfType<Effect.EnteredView>().Where(entered => entered.Leader == Id && entered.View > _played))
            {
                _played = entered.View;
                var record = replica.Replica.Record;
                var byTimeout = record.HighQc.View.Next != entered.View;
                var justify = byTimeout && _random.Next(3) == 0 ? _certificates[_random.Next(_certificates.Count)] : record.HighQc;
                if (!_blocks.TryGetValue(justify.Block, out var parent))
                    continue;
                Equivocations++;
                foreach (var twin in (int[])[0, 1])
                {
                    var block = Block.Create(
                        Chain, Epoch.Genesis, entered.View, parent.Height.Next, Id, justify, [Scenario.Commands(client: 8 + twin, first: Equivocations)]);
                    var signature = Signer.Sign(SignedBytes.Proposal(Chain, block.Epoch, block.View, block.Id));
                    var proposal = new Proposal(block, byTimeout ? record.HighTc : null, signature);
                    foreach (var victim in _cluster.Replicas.Where(_ => _random.Next(2) == twin || _random.Next(4) == 0))
                        _cluster.Send(Id, victim.Id, proposal);
                    VoteFor(block);
                }
            }
        }

        private void VoteFor(Block block)
        {
            var statement = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic);
            var share = new SignatureShare(Id, Signer.SignShare(SignedBytes.Vote(Chain, statement)));
            _cluster.Send(Id, _leaders.LeaderOf(block.View.Next), new Vote(statement, share));
        }
    }
}
