using System.Collections.Immutable;
using HotStuff.Consensus;
using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Simulation.Tests;

/// <summary>Each safety invariant is shown something that breaks it, and nothing else, and says so by name.</summary>
public class InvariantTests
{
    private static readonly ReplicaId Peer = new(2);

    private readonly Fabricated _made = new();
    private readonly SimulatedCluster _cluster = new(4);

    public InvariantTests()
    {
        _ = new Invariants(_cluster);
        _cluster.Start();
    }

    private SimulatedReplica Replica => _cluster.Replicas[0];

    [Fact]
    public void AtMostOneQcPerView()
    {
        Happens(Formed(_made.Child(_made.Genesis, 1)));
        Happens(Formed(_made.Child(_made.Genesis, 1)));

        Broken("AtMostOneQcPerView", () => Happens(Formed(_made.Child(_made.Genesis, 1, Commands(client: 1, first: 1)))));
    }

    [Fact]
    public void VotesMonotone_of_an_earlier_view()
    {
        Votes(_made.Vote(0, _made.Child(_made.Genesis, 2)));
        Votes(_made.Vote(0, _made.Child(_made.Genesis, 2)));

        Broken("VotesMonotone", () => Votes(_made.Vote(0, _made.Child(_made.Genesis, 1))));
    }

    [Fact]
    public void VotesMonotone_of_another_block()
    {
        Votes(_made.Vote(0, _made.Child(_made.Genesis, 2)));

        Broken("VotesMonotone", () => Votes(_made.Vote(0, _made.Child(_made.Genesis, 2, Commands(client: 1, first: 1)))));
    }

    [Fact]
    public void VotesMonotone_after_a_complaint()
    {
        Writes(_made.Record with { HighestComplaint = new View(3) });
        Sends(_made.Complaint(0, 3));

        Broken("VotesMonotone", () => Votes(_made.Vote(0, _made.Child(_made.Genesis, 3))));
    }

    [Fact]
    public void VotesMonotone_of_a_vote_that_the_voter_counts_itself()
    {
        Votes(_made.Vote(0, _made.Child(_made.Genesis, 2)));
        var other = _made.Vote(0, _made.Child(_made.Genesis, 2, Commands(client: 1, first: 1)));

        Broken("VotesMonotone", () => _cluster.Doing(Replica, new Effect.CombineVotes(other.Statement, [other.Share])));
    }

    [Fact]
    public void ProposalsMonotone()
    {
        Proposes(_made.Child(_made.Genesis, 4));
        Proposes(_made.Child(_made.Genesis, 4));

        Broken("ProposalsMonotone", () => Proposes(_made.Child(_made.Genesis, 4, Commands(client: 1, first: 1))));
        Broken("ProposalsMonotone", () => Proposes(_made.Child(_made.Genesis, 3)));
    }

    [Fact]
    public void LockMonotone()
    {
        // The disk says that the replica is locked on view 3; its memory says that it never was.
        Writes(_made.Record with { Lock = _made.Certificate(_made.Child(_made.Genesis, 3)).Value });

        Broken("LockMonotone", () => Happens(new ReplicaEvent.PeerProven(Peer)));
    }

    [Fact]
    public void CommitsLinear()
    {
        var block = Committable(_made.Genesis, 1);
        Commits(block);

        Broken("CommitsLinear", () => _cluster.Doing(_cluster.Replicas[1], new Effect.Commit([_made.Child(_made.Genesis, 7)])));
    }

    [Fact]
    public void CommitsLinear_of_a_block_on_another()
    {
        var block = Committable(_made.Genesis, 1);
        Commits(block);
        Replica.Disk.Commit([block]);

        Broken("CommitsLinear", () => Commits(Committable(_made.Child(_made.Genesis, 7), 8)));
    }

    [Fact]
    public void CommitOldestFirst()
    {
        var parent = _made.Child(_made.Genesis, 1);

        Broken("CommitOldestFirst", () => Commits(Committable(parent, 2)));
    }

    [Theory]
    [InlineData("chained", 3)]
    [InlineData("hotstuff2", 2)]
    public void NoCommitWithoutChain(string protocol, int enough)
    {
        for (var certified = 0; certified <= enough; certified++)
        {
            var cluster = new SimulatedCluster(4, protocol: protocol);
            _ = new Invariants(cluster);
            cluster.Start();
            var first = _made.Child(_made.Genesis, 1);
            var tip = first;
            for (var i = 0; i < certified; i++)
            {
                cluster.Doing(cluster.Replicas[0], new Effect.Persist(_made.Record, tip));
                cluster.Observe(cluster.Replicas[1], Formed(tip), []);
                tip = _made.Child(tip, tip.View.Number + 1);
            }

            if (certified < enough)
                Broken("NoCommitWithoutChain", () => cluster.Doing(cluster.Replicas[0], new Effect.Commit([first])));
            else
                cluster.Doing(cluster.Replicas[0], new Effect.Commit([first]));
        }
    }

    [Fact]
    public void NoCommitWithoutChain_of_views_that_are_not_consecutive()
    {
        var first = _made.Child(_made.Genesis, 1);
        var second = _made.Child(first, 2);
        var third = _made.Child(second, 4);
        foreach (var block in new[] { first, second, third })
        {
            _cluster.Doing(Replica, new Effect.Persist(_made.Record, block));
            Happens(Formed(block));
        }

        Broken("NoCommitWithoutChain", () => Commits(first));
    }

    [Fact]
    public void NoCommitWithoutChain_basic()
    {
        var cluster = new SimulatedCluster(4, protocol: "basic");
        _ = new Invariants(cluster);
        cluster.Start();
        var block = _made.Child(_made.Genesis, 1);
        cluster.Observe(cluster.Replicas[0], Formed(block, Phase.Prepare), []);
        cluster.Observe(cluster.Replicas[0], Formed(block, Phase.PreCommit), []);
        Broken("NoCommitWithoutChain", () => cluster.Doing(cluster.Replicas[0], new Effect.Commit([block])));

        cluster.Observe(cluster.Replicas[1], Formed(block, Phase.Commit), []);
        cluster.Doing(cluster.Replicas[0], new Effect.Commit([block]));
    }

    [Fact]
    public void ExecutedOnce()
    {
        var block = Committable(_made.Genesis, 1, Commands(client: 1, first: 1));
        Commits(block);
        // Its state has executed another block than the one that is committed.
        Replica.State.Execute(_made.Child(_made.Genesis, 1, Commands(client: 1, first: 1, count: 2)));

        Broken("ExecutedOnce", () => _cluster.Executed(Replica, block, []));
    }

    [Fact]
    public void RecordBeforeVote()
    {
        var block = _made.Child(_made.Genesis, 1);
        var vote = _made.Vote(0, block);
        var written = _made.Record with { LastVote = vote };
        Broken("RecordBeforeVote", () => Sends(vote));
        Broken("RecordBeforeVote", () => Sends(_made.Complaint(0, 1)));
        Broken("RecordBeforeVote", () => _cluster.Doing(Replica, new Effect.Broadcast(new Proposal(block, null, default))));
        Broken("RecordBeforeVote", () => _cluster.Doing(Replica, new Effect.CombineVotes(vote.Statement, [vote.Share])));
        Broken("RecordBeforeVote", () => _cluster.Doing(Replica, new Effect.CombineComplaints(_made.Complaint(0, 1).Statement, [_made.Complaint(0, 1).Share])));

        Writes(written with { HighestComplaint = new View(1), LastProposal = vote.Statement });
        Sends(vote);
        Broken("RecordBeforeVote", () => Sends(_made.Complaint(0, 1)));
        Sends(_made.Complaint(0, 1, vote));
        _cluster.Doing(Replica, new Effect.Broadcast(new Proposal(block, null, default)));
    }

    [Fact]
    public void EnterOnlyWithCertificate()
    {
        var block = _made.Child(_made.Genesis, 1);
        Happens(Formed(block), Entered(2));

        Broken("EnterOnlyWithCertificate", () => Happens(Formed(block), Entered(3)));
        Broken("EnterOnlyWithCertificate", () => Happens(new ReplicaEvent.PeerProven(Peer), Entered(2)));
        Broken("EnterOnlyWithCertificate", () => Happens(Formed(block), new Effect.EnteredView(new View(2), Peer, EntryReason.TimeoutCertificate)));
    }

    [Fact]
    public void BoundedState()
    {
        var cluster = new SimulatedCluster(4, new ReplicaOptions { UncommittedBlocks = -1 });
        _ = new Invariants(cluster);

        Broken("BoundedState", cluster.Start);
    }

    private static void Broken(string invariant, Action action) => Assert.Equal(invariant, Assert.Throws<InvariantBrokenException>(action).Invariant);

    private static Effect.EnteredView Entered(long view) => new(new View(view), Peer, EntryReason.QuorumCertificate);

    private ReplicaEvent.CertificateFormed Formed(Block block, Phase phase = Phase.Generic) => new(_made.Certificate(block, phase));

    private void Happens(ReplicaEvent happened, params ImmutableArray<Effect> effects) => _cluster.Observe(Replica, happened, effects);

    private void Writes(SafetyRecord record)
    {
        _cluster.Doing(Replica, new Effect.Persist(record, null));
        Replica.Disk.Persist(record, null);
    }

    private void Votes(Vote vote)
    {
        Writes(_made.Record with { LastVote = vote });
        Sends(vote);
    }

    private void Proposes(Block block)
    {
        Writes(_made.Record with { LastProposal = new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic) });
        _cluster.Doing(Replica, new Effect.Broadcast(new Proposal(block, null, default)));
    }

    private void Sends(ConsensusMessage message) => _cluster.Doing(Replica, new Effect.Send(Peer, message));

    private void Commits(Block block) => _cluster.Doing(Replica, new Effect.Commit([block]));

    /// <summary>A block with all the certificates that commit it.</summary>
    private Block Committable(Block parent, long view, params CommandSegment[] segments)
    {
        var block = _made.Child(parent, view, segments);
        var tip = block;
        for (var i = 0; i < 3; i++)
        {
            _cluster.Doing(_cluster.Replicas[3], new Effect.Persist(_made.Record, tip));
            Happens(Formed(tip));
            tip = _made.Child(tip, tip.View.Number + 1);
        }

        return block;
    }
}
