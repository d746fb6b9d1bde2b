using static HotStuff.Consensus.Tests.Scenario;

namespace HotStuff.Consensus.Tests;

/// <summary>What a Byzantine replica may say to replica 3 of four, its signatures and certificates being good.</summary>
public class HostileInputTests
{
    private readonly Inputs _inputs = new();
    private readonly Replica _replica;

    public HostileInputTests() => _replica = _inputs.Started(3);

    [Fact]
    public void A_proposal_that_fits_is_voted_for_after_its_block_and_the_record_are_durable()
    {
        var block = _inputs.Child(_inputs.Genesis, view: 1, first: 1);
        var effects = _replica.Take(_inputs, _inputs.Propose(block));

        var vote = Assert.Single(effects.Votes());
        Assert.Equal(block.Id, vote.Statement.Block);
        var persist = Assert.Single(effects.OfType<Effect.Persist>());
        Assert.Equal(vote, persist.Record.LastVote);
        Assert.Same(block, persist.Block);
        Assert.True(effects.IndexOf(persist) < effects.IndexOf(effects.OfType<Effect.Send>().Single()));
        Assert.Equal(new ReplicaId(2), effects.OfType<Effect.Send>().Single().To);
    }

    [Fact]
    public void A_leader_writes_block_proposal_and_vote_down_before_it_proposes()
    {
        var leader = _inputs.Started(1);
        var effects = leader.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 1, first: 1)], PassedOn: false));

        var persist = Assert.Single(effects.OfType<Effect.Persist>());
        var broadcast = Assert.Single(effects.OfType<Effect.Broadcast>());
        var block = Assert.IsType<Proposal>(broadcast.Message).Block;
        Assert.Same(block, persist.Block);
        Assert.Equal(block.Id, persist.Record.LastProposal!.Value.Block);
        Assert.Equal(block.Id, persist.Record.LastVote!.Statement.Block);
        Assert.True(effects.IndexOf(persist) < effects.IndexOf(broadcast));
        Assert.All(effects.OfType<Effect.Send>(), send => Assert.True(effects.IndexOf(persist) < effects.IndexOf(send)));
    }

    [Fact]
    public void A_complaint_leaves_after_it_is_written_down()
    {
        _replica.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 1, first: 1)], PassedOn: true));
        var effects = _replica.Advance(Fired(TimerKind.View, 1));

        var persist = Assert.Single(effects.OfType<Effect.Persist>());
        var send = Assert.Single(effects.OfType<Effect.Send>());
        Assert.IsType<Complaint>(send.Message);
        Assert.Equal(new View(1), persist.Record.HighestComplaint);
        Assert.True(effects.IndexOf(persist) < effects.IndexOf(send));
        Assert.Equal(new ReplicaId(2), send.To);
    }

    [Fact]
    public void Who_enters_a_view_by_a_timeout_certificate_without_a_complaint_tells_its_leader_the_vote_that_nobody_certified()
    {
        var block = _inputs.Child(_inputs.Genesis, view: 1);
        var vote = Assert.Single(_replica.Take(_inputs, _inputs.Propose(block)).Votes());
        var effects = _replica.Take(_inputs, new NextView(new ReplicaId(0), _inputs.GenesisQc, _inputs.GiveUp(1)));

        var again = Assert.Single(effects.OfType<Effect.Send>());
        Assert.Equal(vote, again.Message);
        Assert.Equal(new ReplicaId(2), again.To);
    }

    [Fact]
    public void A_complaint_repeats_the_votes_before_the_last_that_nobody_certified()
    {
        var first = Assert.Single(_replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 1))).Votes());
        var last = Assert.Single(_replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 4, first: 1), _inputs.GiveUp(3))).Votes(), vote => vote.Statement.View.Number == 4);

        var said = _replica.Advance(Fired(TimerKind.View, 4)).OfType<Effect.Send>().ToList();
        Assert.All(said, send => Assert.Equal(new ReplicaId(1), send.To));
        Assert.Equal(first, said[0].Message);
        Assert.Equal(last, Assert.IsType<Complaint>(said[1].Message).LastVote);
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void Votes_of_a_view_that_is_over_make_its_certificate_still()
    {
        var block = _inputs.Child(_inputs.Genesis, view: 1);
        _replica.Take(_inputs, _inputs.Propose(block));
        _replica.Take(_inputs, new NextView(new ReplicaId(0), _inputs.GenesisQc, _inputs.GiveUp(1)));

        _replica.Take(_inputs, _inputs.VoteOf(0, block));
        _replica.Take(_inputs, _inputs.ComplainAbout(1, 1, lastVote: _inputs.VoteOf(1, block)));
        var effects = _replica.Take(_inputs, _inputs.VoteOf(2, block));

        Assert.Equal(block.Id, Assert.Single(effects.OfType<Effect.CombineVotes>()).Statement.Block);
    }

    [Fact]
    public void A_conflicting_proposal_is_not_voted_for()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4);
        foreach (var block in chain)
            _replica.Take(_inputs, _inputs.Propose(block));
        Assert.Equal(new View(2), _replica.Record.Lock.View);

        var conflicting = _inputs.Child(chain[0], view: 6);
        var effects = _replica.Take(_inputs, _inputs.Propose(conflicting, _inputs.GiveUp(5)));

        Assert.Equal([Refusal.ConflictsWithLock], effects.Refusals());
        Assert.Equal(new View(4), _replica.Record.LastVote!.Statement.View);
    }

    [Fact]
    public void A_proposal_of_an_old_view_is_not_voted_for()
    {
        var old = _inputs.Child(_inputs.Genesis, view: 1, first: 7);
        _replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 2), _inputs.GiveUp(1)));
        var effects = _replica.Take(_inputs, _inputs.Propose(old));

        Assert.Equal([Refusal.OldView], effects.Refusals());
        Assert.Empty(effects.Votes());
    }

    [Fact]
    public void A_proposal_without_the_certificate_of_the_view_before_is_not_voted_for()
    {
        var effects = _replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 2)));

        Assert.Equal([Refusal.NoEntryCertificate], effects.Refusals());
        Assert.Empty(effects.Votes());
        Assert.Equal(new View(1), _replica.Status.View);
        Assert.Equal(
            Refusal.NoEntryCertificate, _inputs.RefusalOf(_inputs.Propose(_inputs.Child(_inputs.Genesis, view: 3), _inputs.GiveUp(1))));
    }

    [Fact]
    public void A_proposal_of_somebody_who_does_not_lead_the_view_is_not_voted_for()
    {
        var effects = _replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 1, proposer: new ReplicaId(2))));

        Assert.Equal([Refusal.WrongLeader], effects.Refusals());
        Assert.Empty(effects.Votes());
    }

    [Fact]
    public void A_proposal_that_does_not_fit_its_parent_is_not_voted_for()
    {
        var parent = _inputs.Child(_inputs.Genesis, view: 1);
        _replica.Take(_inputs, _inputs.Propose(parent));
        var tooHigh = Block.Create(
            _inputs.Committee.Chain, Epoch.Genesis, new View(2), new Height(3), new ReplicaId(2), _inputs.Certify(parent), []);
        var effects = _replica.Take(_inputs, _inputs.Propose(tooHigh));

        Assert.Equal([Refusal.WrongParent], effects.Refusals());
        Assert.Empty(effects.Votes());
    }

    [Fact]
    public void A_proposal_below_what_is_committed_is_not_voted_for()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4);
        foreach (var block in chain)
            _replica.Take(_inputs, _inputs.Propose(block));
        Assert.Equal(new Height(1), _replica.Status.Committed);

        var effects = _replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 5, first: 8), _inputs.GiveUp(4)));

        Assert.Equal([Refusal.WrongParent], effects.Refusals());
        Assert.Equal(new View(4), _replica.Record.LastVote!.Statement.View);
    }

    [Fact]
    public void The_second_proposal_of_an_equivocating_leader_is_not_voted_for_and_the_first_is_answered_again()
    {
        var (one, two) = (_inputs.Child(_inputs.Genesis, view: 1, first: 1), _inputs.Child(_inputs.Genesis, view: 1, first: 2));
        var vote = _replica.Take(_inputs, _inputs.Propose(one)).Votes().Single();
        var second = _replica.Take(_inputs, _inputs.Propose(two));
        var again = _replica.Take(_inputs, _inputs.Propose(one));

        Assert.Equal([Refusal.Equivocation], second.Refusals());
        Assert.Empty(second.Votes());
        Assert.Equal([vote], again.Votes());
        Assert.Empty(again.OfType<Effect.Persist>());
    }

    [Fact]
    public void A_proposal_of_a_view_that_this_replica_gave_up_is_not_voted_for()
    {
        _replica.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 1, first: 1)], PassedOn: true));
        _replica.Advance(Fired(TimerKind.View, 1));
        var block = _inputs.Child(_inputs.Genesis, view: 1, first: 1);
        var effects = _replica.Take(_inputs, _inputs.Propose(block));

        Assert.Equal([Refusal.AlreadyComplained], effects.Refusals());
        Assert.Empty(effects.Votes());
        Assert.Same(block, effects.OfType<Effect.Keep>().Single().Block);
    }

    [Fact]
    public void A_proposal_that_overtook_its_parent_is_voted_for_when_the_parent_arrives()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4);
        _replica.Take(_inputs, _inputs.Propose(chain[0]));
        _replica.Take(_inputs, _inputs.Propose(chain[1]));
        var orphan = _replica.Take(_inputs, _inputs.Propose(chain[3]));
        Assert.Empty(orphan.Votes());
        Assert.Contains(orphan, effect => effect is Effect.StartTimer { Timer.Kind: TimerKind.Fetch });

        var effects = _replica.Take(_inputs, _inputs.Propose(chain[2]));

        Assert.Same(chain[2], effects.OfType<Effect.Keep>().Single().Block);
        Assert.Equal([chain[3].Id], effects.Votes().Select(vote => vote.Statement.Block));
    }

    [Fact]
    public void A_missing_block_is_fetched_until_it_is_there()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4, 5);
        _replica.Take(_inputs, _inputs.Propose(chain[4]));
        var fetch = Assert.Single(_replica.Advance(Fired(TimerKind.Fetch, 5)).OfType<Effect.FetchBlocks>());
        var again = Assert.Single(_replica.Advance(Fired(TimerKind.Fetch, 5)).OfType<Effect.FetchBlocks>());
        var part = _replica.Advance(Inputs.Fetched(chain[0], chain[1]));
        var rest = _replica.Advance(Inputs.Fetched(chain[2], chain[3]));

        Assert.Equal(new Effect.FetchBlocks(chain[3].Id, Height.Genesis), fetch);
        Assert.Equal(fetch, again);
        Assert.Empty(part.Commits());
        Assert.Equal([chain[0], chain[1]], rest.Commits());
        Assert.Equal([chain[4].Id], rest.Votes().Select(vote => vote.Statement.Block));
        Assert.Empty(_replica.Advance(Fired(TimerKind.Fetch, 5)));
    }

    [Fact]
    public void Blocks_that_nobody_asked_for_harm_nothing()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4, 5);
        foreach (var block in chain)
            _replica.Take(_inputs, _inputs.Propose(block));
        var before = _replica.Status;
        var loose = _replica.Advance(Inputs.Fetched(_inputs.Chain(_inputs.Chain(chain[4], 10)[0], 11, 12).ToArray()));
        var known = _replica.Advance(Inputs.Fetched(chain.ToArray()));

        Assert.Equal([Refusal.WrongParent], loose.Refusals());
        Assert.Empty(known.Refusals());
        Assert.Empty(known.Commits());
        Assert.Equal(before, _replica.Status);
    }

    [Fact]
    public void Votes_are_counted_once_for_each_signer()
    {
        var block = _inputs.Child(_inputs.Genesis, view: 2);
        var other = _inputs.Child(_inputs.Genesis, view: 2, first: 1);

        Assert.Empty(_replica.Take(_inputs, _inputs.VoteOf(0, block)));
        Assert.Equal([Refusal.Duplicate], _replica.Take(_inputs, _inputs.VoteOf(0, block)).Refusals());
        Assert.Equal([Refusal.Equivocation], _replica.Take(_inputs, _inputs.VoteOf(0, other)).Refusals());
        Assert.Empty(_replica.Take(_inputs, _inputs.VoteOf(1, block)));
        var combine = Assert.Single(_replica.Take(_inputs, _inputs.VoteOf(2, block)).OfType<Effect.CombineVotes>());
        Assert.Equal([0, 1, 2], combine.Shares.Select(share => share.Signer.Index));
    }

    [Fact]
    public void Votes_that_turn_out_bad_are_refused_and_others_make_the_quorum()
    {
        var block = _inputs.Child(_inputs.Genesis, view: 2);
        for (var signer = 0; signer < 3; signer++)
            _replica.Take(_inputs, _inputs.VoteOf(signer, block));
        var statement = _inputs.VoteOf(0, block).Statement;
        var refused = _replica.Advance(new ReplicaEvent.VotesRefused(statement, [new ReplicaId(1)]));

        Assert.Equal([Refusal.BadSignature], refused.Refusals());
        var combine = Assert.Single(_replica.Take(_inputs, _inputs.VoteOf(3, block)).OfType<Effect.CombineVotes>());
        Assert.Equal([0, 2, 3], combine.Shares.Select(share => share.Signer.Index));
    }

    [Fact]
    public void Complaints_that_turn_out_bad_are_refused_and_others_make_the_quorum()
    {
        for (var signer = 0; signer < 2; signer++)
            _replica.Take(_inputs, _inputs.ComplainAbout(signer, 1));
        var refused = _replica.Advance(
            new ReplicaEvent.ComplaintsRefused(new ComplaintStatement(Epoch.Genesis, new View(1)), [new ReplicaId(1)]));

        Assert.Equal([Refusal.BadSignature], refused.Refusals());
        var combine = Assert.Single(_replica.Take(_inputs, _inputs.ComplainAbout(2, 1)).OfType<Effect.CombineComplaints>());
        Assert.Equal([0, 2, 3], combine.Shares.Select(share => share.Signer.Index));
    }

    [Fact]
    public void A_complaint_without_an_entry_certificate_is_not_counted()
    {
        var effects = _replica.Take(_inputs, _inputs.ComplainAbout(0, view: 2));

        Assert.Equal([Refusal.NoEntryCertificate], effects.Refusals());
        Assert.Equal(new View(1), _replica.Status.View);
    }

    [Fact]
    public void One_complaint_makes_nobody_join_and_as_many_as_include_an_honest_one_do()
    {
        Assert.Empty(_replica.Take(_inputs, _inputs.ComplainAbout(0, 1)).Messages());
        Assert.Empty(_replica.Take(_inputs, _inputs.ComplainAbout(0, 1)).Messages());

        var effects = _replica.Take(_inputs, _inputs.ComplainAbout(1, 1));

        Assert.IsType<Complaint>(Assert.Single(effects.Messages()));
        Assert.Single(effects.OfType<Effect.CombineComplaints>());
        Assert.Equal(new View(1), _replica.Record.HighestComplaint);
    }

    [Fact]
    public void One_who_is_behind_is_answered_with_one_message()
    {
        _replica.Take(_inputs, new NextView(new ReplicaId(0), _inputs.GenesisQc, _inputs.GiveUp(7)));
        var effects = _replica.Take(_inputs, _inputs.ComplainAbout(1, 1));

        var send = Assert.IsType<Effect.Send>(Assert.Single(effects));
        Assert.Equal(new ReplicaId(1), send.To);
        Assert.Equal(_inputs.GiveUp(7), Assert.IsType<NextView>(send.Message).TimeoutCertificate);
    }

    [Fact]
    public void Stale_timers_do_nothing()
    {
        _replica.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 1, first: 1)], PassedOn: true));
        _replica.Take(_inputs, new NextView(new ReplicaId(0), _inputs.GenesisQc, _inputs.GiveUp(1)));

        Assert.Empty(_replica.Advance(Fired(TimerKind.View, 1)));
        Assert.Empty(_replica.Advance(Fired(TimerKind.Complaint, 1)));
        Assert.Empty(_replica.Advance(Fired(TimerKind.Complaint, 2)));
        Assert.Empty(_replica.Advance(Fired(TimerKind.View, 3)));
        Assert.Empty(_replica.Advance(Fired(TimerKind.Fetch, 2)));
        Assert.Empty(_replica.Advance(new ReplicaEvent.TimerFired(new TimerKey(TimerKind.View, new Epoch(1), new View(2)))));
        Assert.Equal(View.Genesis, _replica.Record.HighestComplaint);
    }

    [Fact]
    public void Certificates_that_are_known_already_change_nothing()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3);
        foreach (var block in chain)
            _replica.Take(_inputs, _inputs.Propose(block));
        var record = _replica.Record;

        Assert.Empty(_replica.Advance(_inputs.Formed(_inputs.Certify(chain[0]))));
        Assert.Empty(_replica.Advance(new ReplicaEvent.TimeoutCertificateFormed(_inputs.GivenUp(1))));
        Assert.Equal(record, _replica.Record);
    }

    [Fact]
    public void Commands_that_no_block_can_hold_or_for_which_there_is_no_room_are_refused_to_their_clients_only()
    {
        var limits = new ProtocolLimits { MaxBlockCommands = 2 };
        var replica = _inputs.Started(3, new ReplicaOptions { Limits = limits, MempoolCommands = 2 });
        var (tooLong, fits, over) = (Commands(client: 1, first: 1, count: 3), Commands(client: 1, first: 4, count: 2), Commands(client: 1, first: 6));
        var own = replica.Advance(new ReplicaEvent.CommandsArrived([tooLong, fits, over], PassedOn: false));
        var passed = replica.Advance(new ReplicaEvent.CommandsArrived([tooLong, over], PassedOn: true));

        Assert.Equal((CommandSegment[])[tooLong, over], Assert.Single(own.OfType<Effect.RefuseCommands>()).Segments);
        Assert.Same(fits, Assert.Single(Assert.Single(own.OfType<Effect.PassOn>()).Segments));
        Assert.Equal([Refusal.OverBound], passed.Refusals());
        Assert.Empty(passed.OfType<Effect.RefuseCommands>());
        Assert.Equal(2, replica.Status.PendingCommands);
    }

    [Fact]
    public void Own_commands_that_a_block_leaves_behind_are_passed_on_to_the_next_leader_before_the_vote()
    {
        var late = Commands(client: 2, first: 1);
        _replica.Advance(new ReplicaEvent.CommandsArrived([late], PassedOn: false));
        _replica.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 3, first: 1)], PassedOn: true));
        var effects = _replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 1, first: 1)));

        var passOn = Assert.Single(effects.OfType<Effect.PassOn>());
        Assert.Equal(new ReplicaId(2), passOn.To);
        Assert.Same(late, Assert.Single(passOn.Segments));
        Assert.True(effects.IndexOf(passOn) < effects.IndexOf(effects.OfType<Effect.Send>().Single()));
    }

    [Fact]
    public void Commands_that_a_block_contains_or_had_no_room_for_are_not_passed_on_again()
    {
        var block = _inputs.Propose(_inputs.Child(_inputs.Genesis, view: 1, first: 1));
        _replica.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 1, first: 1)], PassedOn: false));
        Assert.Empty(_replica.Take(_inputs, block).OfType<Effect.PassOn>());

        var small = _inputs.Started(3, new ReplicaOptions { BatchCommands = 1 });
        small.Advance(new ReplicaEvent.CommandsArrived([Commands(client: 2, first: 1)], PassedOn: false));
        Assert.Empty(small.Take(_inputs, block).OfType<Effect.PassOn>());
    }

    [Fact]
    public void A_replica_far_behind_takes_in_a_long_chain_without_a_commit_although_it_keeps_few_blocks()
    {
        var replica = _inputs.Started(3, new ReplicaOptions { UncommittedBlocks = 10 });
        // Every other view timed out: nothing commits before the last three.
        var chain = _inputs.Chain(_inputs.Genesis, [.. Enumerable.Range(1, 50).Select(i => 2L * i), 101, 102]);
        replica.Take(_inputs, new NextView(new ReplicaId(0), _inputs.Certify(chain[^1]), null));
        var commits = new List<Block>();
        foreach (var part in chain.Chunk(7))
            commits.AddRange(replica.Advance(Inputs.Fetched(part)).Commits());

        Assert.Equal(chain[..^2], commits);
    }

    [Fact]
    public void Blocks_of_leaders_that_fork_for_ever_are_kept_in_bounded_number()
    {
        var options = new ReplicaOptions { UncommittedBlocks = 20 };
        var replica = _inputs.Started(3, options);
        for (var view = 2; view <= 200; view++)
        {
            if (_inputs.Leaders.LeaderOf(new View(view)) != new ReplicaId(3))
                replica.Take(_inputs, _inputs.Propose(_inputs.Child(_inputs.Genesis, view, first: view), _inputs.GiveUp(view - 1)));
        }

        Assert.InRange(replica.Status.UncommittedBlocks, 1, options.UncommittedBlocks);
    }

    private static ReplicaEvent.TimerFired Fired(TimerKind kind, long view) => new(new TimerKey(kind, Epoch.Genesis, new View(view)));
}
