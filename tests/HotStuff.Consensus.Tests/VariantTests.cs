using HotStuff.Simulation;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

/// <summary>What the variants do differently: phases, locks, commits.</summary>
public class VariantTests
{
    private readonly Inputs _inputs = new();

    [Theory]
    [InlineData("chained", new long[] { 1, 2, 3 }, 1, 2)]
    [InlineData("chained", new long[] { 1, 2, 4 }, null, 2)]
    [InlineData("chained", new long[] { 1, 3, 4 }, null, 3)]
    [InlineData("hotstuff2", new long[] { 1, 2 }, 1, 2)]
    [InlineData("hotstuff2", new long[] { 1, 3 }, null, 3)]
    [InlineData("hotstuff2", new long[] { 1, 3, 4 }, 3, 4)]
    public void Certified_blocks_of_consecutive_views_commit_and_lock(string protocol, long[] views, int? committed, int locked)
    {
        var rules = ProtocolRules.Create(protocol)!;
        var tree = new BlockTree(_inputs.Genesis);
        var chain = _inputs.Chain(_inputs.Genesis, views);
        chain.ForEach(block => tree.Add(block, null));
        var certificate = _inputs.Certify(chain[^1]);

        Assert.Equal(committed, (int?)rules.CommitAfter(certificate, tree)?.View.Number);
        Assert.Equal(locked, rules.LockAfter(certificate, _inputs.GenesisQc, tree).View.Number);
        Assert.Equal(new View(views[^1] + 1), rules.ViewOpenedBy(certificate));
    }

    [Theory]
    [InlineData(Phase.Prepare, 0, false, 5)]
    [InlineData(Phase.PreCommit, 5, false, 5)]
    [InlineData(Phase.Commit, 5, true, 6)]
    public void In_basic_a_pre_commit_certificate_locks_and_a_commit_certificate_decides_and_ends_the_view(Phase phase, int locked, bool decides, int view)
    {
        var rules = new BasicRules();
        var tree = new BlockTree(_inputs.Genesis);
        var block = _inputs.Child(_inputs.Genesis, view: 5);
        tree.Add(block, null);
        var certificate = _inputs.Certify(new VoteStatement(Epoch.Genesis, block.View, block.Id, phase));

        Assert.Equal(locked, rules.LockAfter(certificate, _inputs.GenesisQc, tree).View.Number);
        Assert.Equal(decides, rules.CommitAfter(certificate, tree) == block);
        Assert.Equal(new View(view), rules.ViewOpenedBy(certificate));
    }

    [Fact]
    public void In_hotstuff2_a_block_gets_a_vote_only_with_a_justify_not_older_than_the_lock()
    {
        var rules = new HotStuff2Rules();
        var tree = new BlockTree(_inputs.Genesis);
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2);
        chain.ForEach(block => tree.Add(block, null));
        var @lock = _inputs.Certify(chain[1]);

        Assert.True(rules.MayVote(_inputs.Child(chain[1], view: 3), @lock, tree));
        Assert.False(rules.MayVote(_inputs.Child(chain[0], view: 3), @lock, tree));
    }

    [Fact]
    public void In_basic_a_vote_of_a_later_phase_needs_the_certificate_of_the_one_before_and_the_view_not_given_up()
    {
        var safety = new SafetyRules(_inputs.Committee, new BasicRules(), _inputs.Keys.Signers[3], SafetyRecord.Initial(_inputs.GenesisQc));
        var tree = new BlockTree(_inputs.Genesis);
        var block = _inputs.Child(_inputs.Genesis, view: 1);
        tree.Add(block, null);
        QuorumCertificate Of(Phase phase, Block voted) => _inputs.Certify(new VoteStatement(Epoch.Genesis, voted.View, voted.Id, phase));

        Assert.Null(safety.SignVote(block, tree, out var prepare));
        Assert.Equal(Phase.Prepare, prepare!.Statement.Phase);
        Assert.Equal(new Step(block.View, Phase.PreCommit), safety.SignNextVote(Of(Phase.Prepare, block))!.Statement.Step);
        Assert.Null(safety.SignNextVote(Of(Phase.Prepare, block)));
        Assert.Equal(new Step(block.View, Phase.Commit), safety.SignNextVote(Of(Phase.PreCommit, block))!.Statement.Step);
        Assert.Null(safety.SignNextVote(Of(Phase.PreCommit, block)));
        Assert.Null(safety.SignNextVote(Of(Phase.Commit, block)));
        Assert.Null(safety.SignNextVote(_inputs.GenesisQc));
        Assert.Equal(Refusal.AlreadyVoted, safety.SignVote(_inputs.Child(_inputs.Genesis, view: 1, first: 7), tree, out _));

        safety.SignComplaint(new View(2));
        Assert.Null(safety.SignNextVote(Of(Phase.Prepare, _inputs.Child(block, view: 2))));
    }

    [Fact]
    public void In_basic_the_leader_announces_the_certificates_of_the_phases_and_the_next_leader_s_proposal_the_decision()
    {
        var cluster = Cluster(4, "basic", "round-robin");
        var said = new List<string>();
        cluster.Watch = envelope =>
        {
            if (envelope.Message is NextView { HighQc: { View.Number: > 0 } qc } && envelope.To != qc.Block.ProposerIn(cluster))
                said.Add($"{envelope.From} {qc.Statement.Phase}");
            if (envelope.Message is Vote vote)
                said.Add($"{vote.Statement.Phase} to {envelope.To}");
            if (envelope.Message is Proposal proposal)
                said.Add($"{envelope.From} proposes on {proposal.Block.Justify.Statement.Phase}");
        };
        cluster.Start();
        cluster.Submit(new ReplicaId(1), Commands(client: 1, first: 1));

        Assert.True(cluster.RunUntil(() => cluster.Replicas.All(replica => replica.HasExecuted(1)), Second));
        Assert.Equal(
            ["r1 proposes on Generic", "Prepare to r1", "r1 Prepare", "PreCommit to r1", "r1 PreCommit", "Commit to r2", "r2 proposes on Commit"],
            said.Distinct().Take(7));
    }

    [Fact]
    public void In_basic_the_record_with_the_lock_is_written_before_the_commit_vote_leaves()
    {
        var cluster = Cluster(4, "basic", "round-robin");
        _ = new Invariants(cluster);
        var votes = 0;
        cluster.Observe += (replica, _, effects) =>
        {
            foreach (var vote in effects.Votes().Where(vote => vote.Statement.Phase == Phase.Commit))
            {
                votes++;
                var written = effects.OfType<Effect.Persist>().Last().Record;
                Assert.Equal((vote, vote.Statement.View), (written.LastVote, written.Lock.View));
            }
        };
        cluster.Start();
        cluster.Submit(new ReplicaId(1), Commands(client: 1, first: 1));
        cluster.Run(Second);

        Assert.True(votes > 2);
    }

    [Fact]
    public void In_hotstuff2_the_leader_after_a_timeout_waits_for_higher_certificates_and_does_not_when_there_can_be_none()
    {
        var delta = TimeSpan.FromMilliseconds(70);
        var cluster = Cluster(4, "hotstuff2", "round-robin", new ReplicaOptions { Pacemaker = new PacemakerSettings { Delta = delta } });
        var waited = new List<(TimeSpan Entered, TimeSpan Proposed, bool AfterTimeout)>();
        var entered = new Dictionary<ReplicaId, (TimeSpan At, EntryReason Reason)>();
        cluster.Observe += (replica, _, effects) =>
        {
            foreach (var effect in effects)
            {
                if (effect is Effect.EnteredView view)
                    entered[replica.Id] = (cluster.Now, view.Reason);
                if (effect is Effect.Broadcast { Message: Proposal proposal })
                    waited.Add((entered[replica.Id].At, cluster.Now, proposal.EntryCertificate is not null));
            }
        };
        foreach (var replica in cluster.Replicas.Take(3))
            replica.Start();
        for (var i = 1; i <= 8; i++)
        {
            cluster.Submit(new ReplicaId(0), Commands(client: 1, first: i));
            Assert.True(cluster.RunUntil(() => cluster.Replicas[0].HasExecuted(i), TimeSpan.FromSeconds(30)));
        }

        Assert.Contains(waited, proposal => proposal.AfterTimeout);
        Assert.All(waited.Where(proposal => proposal.AfterTimeout), proposal => Assert.True(proposal.Proposed - proposal.Entered >= delta));
        Assert.Contains(waited, proposal => !proposal.AfterTimeout && proposal.Proposed == proposal.Entered);
    }
}

file static class BlockIds
{
    /// <summary>Whoever proposed the block, to whom nobody has to announce its certificate.</summary>
    public static ReplicaId? ProposerIn(this BlockId id, SimulatedCluster cluster) =>
        cluster.Replicas.SelectMany(replica => replica.Committed).FirstOrDefault(block => block.Id == id)?.Proposer;
}
