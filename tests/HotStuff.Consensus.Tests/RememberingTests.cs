using System.Collections.Immutable;

namespace HotStuff.Consensus.Tests;

/// <summary>What a replica does after a start before it signs anything, and what it signs when its record turns out to be an old one.</summary>
public sealed class RememberingTests
{
    private const int Number = 40;
    private readonly Inputs _inputs = new();

    [Fact]
    public void A_replica_that_starts_asks_all_others_and_asks_those_again_that_have_not_answered()
    {
        var (replica, effects) = Start(3);
        Assert.Equal([0, 1, 2], Inquiries(effects));
        Assert.Empty(Inquiries(replica.Take(_inputs, Answer(1))));
        var again = Expire(replica, TimerKind.Inquiry);
        Assert.Equal([0, 2], Inquiries(again));
        Assert.Equal([2], Inquiries(replica.Advance(new ReplicaEvent.PeerProven(new ReplicaId(2)))));
        Assert.Empty(Inquiries(replica.Advance(new ReplicaEvent.PeerProven(new ReplicaId(1)))));
    }

    [Fact]
    public void It_signs_nothing_before_all_have_answered_and_then_votes_for_what_came_meanwhile()
    {
        var (replica, _) = Start(3);
        var block = _inputs.Child(_inputs.Genesis, 1, first: 1);
        var proposed = replica.Take(_inputs, _inputs.Propose(block));
        Assert.Equal([Refusal.Remembering], proposed.Refusals());
        Assert.Empty(Expire(replica, TimerKind.View).OfType<Effect.Persist>());
        Assert.Empty(replica.Take(_inputs, Answer(1)).Sent<Vote>());
        Assert.Empty(replica.Take(_inputs, Answer(0)).Sent<Vote>());
        Assert.Equal(block.Id, Assert.Single(replica.Take(_inputs, Answer(2)).Sent<Vote>()).Statement.Block);
    }

    [Fact]
    public void A_quorum_with_itself_is_enough_when_the_others_have_been_asked_for_long()
    {
        var (replica, _) = Start(3);
        replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, 1, first: 1)));
        replica.Take(_inputs, Answer(1));
        Assert.Empty(Expire(replica, TimerKind.Inquiry).Sent<Vote>());
        replica.Take(_inputs, Answer(0));
        Assert.Single(Expire(replica, TimerKind.Inquiry).Sent<Vote>());
    }

    [Fact]
    public void A_leader_that_starts_does_not_propose_before()
    {
        var (replica, _) = Start(1);
        Assert.Empty(replica.Advance(new ReplicaEvent.CommandsArrived([Scenario.Commands(1, 1)], PassedOn: false)).OfType<Effect.Broadcast>());
        replica.Take(_inputs, Answer(0, about: 1));
        replica.Take(_inputs, Answer(3, about: 1));
        Assert.Single(replica.Take(_inputs, Answer(2, about: 1)).OfType<Effect.Broadcast>());
    }

    [Fact]
    public void Answers_to_another_start_about_another_replica_or_said_twice_do_not_count()
    {
        var (replica, _) = Start(3);
        replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, 1, first: 1)));
        Assert.Empty(replica.Take(_inputs, Answer(0, number: Number - 1)).Sent<Vote>());
        Assert.Empty(replica.Take(_inputs, Answer(0, about: 2)).Sent<Vote>());
        Assert.Empty(replica.Take(_inputs, Answer(1)).Sent<Vote>());
        Assert.Empty(replica.Take(_inputs, Answer(2)).Sent<Vote>());
        Assert.Empty(replica.Take(_inputs, Answer(2)).Sent<Vote>());
        Assert.Single(replica.Take(_inputs, Answer(0)).Sent<Vote>());
    }

    [Fact]
    public void One_that_is_asked_shows_the_latest_of_each_kind_that_it_holds()
    {
        var replica = _inputs.Started(2);
        var blocks = _inputs.Chain(_inputs.Genesis, 1, 2);
        replica.Take(_inputs, _inputs.Propose(blocks[0]));
        replica.Take(_inputs, _inputs.VoteOf(1, blocks[0]));
        replica.Take(_inputs, _inputs.ComplainAbout(1, 1));
        var told = Assert.Single(replica.Take(_inputs, new Inquiry(new ReplicaId(1), 7)).Sent<Recollection>());
        Assert.Equal((UInt128)7, told.Number);
        Assert.Equal(_inputs.VoteOf(1, blocks[0]), told.Held.Vote);
        Assert.Equal(new View(1), told.Held.Complaint!.Statement.View);
        Assert.Equal(blocks[0].Id, told.Held.Proposal!.Statement.Block);
        Assert.Null(_inputs.RefusalOf(told));

        replica.Take(_inputs, _inputs.ComplainAbout(1, 2, entry: _inputs.GiveUp(1), lastVote: _inputs.VoteOf(1, blocks[1])));
        told = Assert.Single(replica.Take(_inputs, new Inquiry(new ReplicaId(1), 8)).Sent<Recollection>());
        Assert.Equal((new View(2), new View(2)), (told.Held.Vote!.Statement.View, told.Held.Complaint!.Statement.View));
    }

    [Theory]
    [InlineData("vote")]
    [InlineData("complaint")]
    [InlineData("proposal")]
    public void A_signature_that_its_record_does_not_know_makes_it_wait_for_a_quorum_of_others_and_sign_nothing_up_to_two_views_above_all_it_hears(string kind)
    {
        var (replica, _) = Start(3);
        var blocks = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4);
        replica.Take(_inputs, Answer(0, held: Held(kind, blocks[2])));
        Assert.Empty(replica.Take(_inputs, Answer(1, highQc: _inputs.Certify(blocks[1]))).OfType<Effect.RecordWasOld>());

        var last = replica.Take(_inputs, Answer(2, tc: _inputs.GiveUp(4)));
        Assert.Equal(new View(6), Assert.Single(last.OfType<Effect.RecordWasOld>()).Floor);
        Assert.Equal(new View(6), Assert.Single(last.OfType<Effect.Persist>()).Record.Floor);
        Assert.Empty(replica.Advance(new ReplicaEvent.TimerFired(new TimerKey(TimerKind.View, Epoch.Genesis, new View(5)))).Sent<Complaint>());
    }

    [Fact]
    public void What_its_record_knows_is_no_news()
    {
        var blocks = _inputs.Chain(_inputs.Genesis, 1, 2);
        var record = SafetyRecord.Initial(_inputs.GenesisQc) with
        {
            LastVote = _inputs.VoteOf(3, blocks[1]),
            HighestComplaint = new View(2),
            HighQc = _inputs.Certify(blocks[0]),
            HighTc = _inputs.GiveUp(1),
        };
        var replica = _inputs.Replica(3, recovered: new RecoveredState(record, _inputs.Genesis, blocks, Number));
        replica.Advance(new ReplicaEvent.Started());
        replica.Take(_inputs, Answer(0, held: Held("vote", blocks[1])));
        replica.Take(_inputs, Answer(1, held: Held("complaint", blocks[1])));
        var last = replica.Take(_inputs, Answer(2));
        Assert.Empty(last.OfType<Effect.RecordWasOld>());
        Assert.Contains(last, effect => effect is Effect.StopTimer { Kind: TimerKind.Inquiry });
    }

    [Fact]
    public void With_a_floor_it_votes_only_above_it_and_only_for_what_is_justified_above_it()
    {
        var blocks = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 7, 8, 9);
        var floor = _inputs.Safety(0, SafetyRecord.Initial(_inputs.GenesisQc) with { Floor = new View(6) });
        var tree = new BlockTree(_inputs.Genesis);
        foreach (var block in blocks)
            tree.Add(block, null);
        Assert.Equal(Refusal.BelowFloor, floor.SignVote(blocks[2], tree, out _));
        Assert.Equal(Refusal.BelowFloor, floor.SignVote(blocks[3], tree, out var vote));
        Assert.Null(vote);
        Assert.Null(floor.SignVote(blocks[4], tree, out _));
        Assert.Null(floor.SignComplaint(new View(6)));
        Assert.NotNull(floor.SignComplaint(new View(9)));
        Assert.Null(_inputs.Safety(2, SafetyRecord.Initial(_inputs.GenesisQc) with { Floor = new View(6) }).SignProposal(blocks[1]));
    }

    [Fact]
    public void A_fetched_block_of_its_own_that_it_does_not_know_makes_it_ask_once_more()
    {
        var (replica, _) = Start(2);
        replica.Take(_inputs, Answer(0, about: 2));
        replica.Take(_inputs, Answer(1, about: 2));
        replica.Take(_inputs, Answer(3, about: 2));
        var blocks = _inputs.Chain(_inputs.Genesis, 1, 2, 3);
        var fetched = replica.Advance(Inputs.Fetched(blocks));
        Assert.Equal([0, 1, 3], Inquiries(fetched));
        foreach (var peer in new[] { 0, 1 })
            Assert.Empty(replica.Take(_inputs, Answer(peer, about: 2, number: Number + 1)).OfType<Effect.RecordWasOld>());
        Assert.Equal(new View(4), Assert.Single(replica.Take(_inputs, Answer(3, about: 2, number: Number + 1)).OfType<Effect.RecordWasOld>()).Floor);
        Assert.Empty(Inquiries(replica.Advance(Inputs.Fetched(blocks))));
    }

    [Fact]
    public void Nobody_can_make_a_replica_silent_by_inventing_its_signature()
    {
        var block = _inputs.Child(_inputs.Genesis, 1, first: 1);
        var forged = _inputs.VoteOf(0, block);
        Assert.Equal(Refusal.BadSignature, _inputs.RefusalOf(Answer(0, held: Held("vote", block) with { Vote = forged })));
        Assert.Equal(Refusal.BadSignature, _inputs.RefusalOf(Answer(0, held: Held("vote", block) with
        {
            Vote = forged with { Share = new SignatureShare(new ReplicaId(3), forged.Share.Signature) },
        })));
        var complaint = Held("complaint", block);
        Assert.Equal(Refusal.BadSignature, _inputs.RefusalOf(Answer(0, held: complaint with
        {
            Complaint = complaint.Complaint! with { Statement = new ComplaintStatement(Epoch.Genesis, new View(99)) },
        })));
        var proposal = Held("proposal", block);
        Assert.Equal(Refusal.BadSignature, _inputs.RefusalOf(Answer(0, held: proposal with
        {
            Proposal = proposal.Proposal! with { Statement = proposal.Proposal.Statement with { View = new View(99) } },
        })));
        Assert.Null(_inputs.RefusalOf(Answer(0, held: Held("proposal", block))));
    }

    [Fact]
    public void Alone_it_asks_nobody()
    {
        var inputs = new Inputs(1);
        var replica = inputs.Replica(0, recovered: RecoveredState.Fresh(inputs.Committee.Chain) with { Inquiry = Number });
        replica.Advance(new ReplicaEvent.Started());
        Assert.Single(replica.Advance(new ReplicaEvent.CommandsArrived([Scenario.Commands(1, 1)], PassedOn: false)).OfType<Effect.Broadcast>());
    }

    private static ImmutableArray<Effect> Expire(Replica replica, TimerKind timer) =>
        replica.Advance(new ReplicaEvent.TimerFired(new TimerKey(timer, Epoch.Genesis, new View(1))));

    private static int[] Inquiries(ImmutableArray<Effect> effects) =>
        [.. effects.OfType<Effect.Send>().Where(send => send.Message is Inquiry).Select(send => send.To.Index)];

    private (Replica Replica, ImmutableArray<Effect> Effects) Start(int index)
    {
        var replica = _inputs.Replica(index, recovered: RecoveredState.Fresh(_inputs.Committee.Chain) with { Inquiry = Number });
        return (replica, replica.Advance(new ReplicaEvent.Started()));
    }

    private Recollection Answer(
        int from, int about = 3, int number = Number, HeldSignatures? held = null, QuorumCertificate? highQc = null, TimeoutCertificate? tc = null) =>
        new(new ReplicaId(from), (UInt128)number, held ?? new HeldSignatures(new ReplicaId(about), null, null, null), highQc ?? _inputs.GenesisQc, tc);

    /// <summary>Something that replica 3 signed about a block, or about its view.</summary>
    private HeldSignatures Held(string kind, Block block)
    {
        var none = new HeldSignatures(new ReplicaId(3), null, null, null);
        var complaint = _inputs.ComplainAbout(3, block.View.Number);
        var own = _inputs.Child(_inputs.Genesis, block.View.Number, proposer: new ReplicaId(3));
        return kind switch
        {
            "vote" => none with { Vote = _inputs.VoteOf(3, block) },
            "complaint" => none with { Complaint = new SignedComplaint(complaint.Statement, complaint.Share) },
            _ => none with { Proposal = _inputs.Propose(own).Signed },
        };
    }
}
