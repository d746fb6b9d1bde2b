namespace HotStuff.Consensus.Tests;

public class SafetyRulesTests
{
    private readonly Inputs _inputs = new();
    private readonly BlockTree _tree;
    private readonly SafetyRules _safety;

    public SafetyRulesTests()
    {
        _tree = new BlockTree(_inputs.Genesis);
        _safety = _inputs.Safety(3);
    }

    [Fact]
    public void A_view_gets_one_vote_and_the_same_vote_again()
    {
        var (one, two) = (InTree(view: 2, first: 1), InTree(view: 2, first: 2));

        Assert.Null(_safety.SignVote(one, _tree, out var vote));
        Assert.Equal(Refusal.AlreadyVoted, _safety.SignVote(two, _tree, out var second));
        Assert.Null(_safety.SignVote(one, _tree, out var again));
        Assert.Null(second);
        Assert.Equal(vote, again);
        Assert.Equal(vote, _safety.Record.LastVote);
        Assert.Null(_inputs.RefusalOf(vote!));
    }

    [Fact]
    public void Earlier_views_get_no_vote()
    {
        _safety.SignVote(InTree(view: 5), _tree, out _);

        Assert.Equal(Refusal.AlreadyVoted, _safety.SignVote(InTree(view: 4), _tree, out var vote));
        Assert.Null(vote);
    }

    [Fact]
    public void The_record_remembers_the_vote_over_a_restart()
    {
        var (one, two) = (InTree(view: 2, first: 1), InTree(view: 2, first: 2));
        _safety.SignVote(one, _tree, out var vote);
        var restarted = _inputs.Safety(3, _safety.Record);

        Assert.Equal(Refusal.AlreadyVoted, restarted.SignVote(two, _tree, out _));
        Assert.Null(restarted.SignVote(one, _tree, out var again));
        Assert.Equal(vote, again);
    }

    [Fact]
    public void Of_the_votes_above_the_highest_certificate_the_latest_f_plus_1_are_known()
    {
        var (one, two, three) = (InTree(view: 1), InTree(view: 2), InTree(view: 3));
        foreach (var block in (Block[])[one, two, three])
            _safety.SignVote(block, _tree, out _);
        Assert.Equal([2, 3], _safety.UncertifiedVotes.Select(vote => vote.Statement.View.Number));
        Assert.Equal([3], _inputs.Safety(3, _safety.Record).UncertifiedVotes.Select(vote => vote.Statement.View.Number));

        _safety.Observe(_inputs.Certify(two));
        Assert.Equal([3], _safety.UncertifiedVotes.Select(vote => vote.Statement.View.Number));
        _safety.Observe(_inputs.Certify(three));
        Assert.Empty(_safety.UncertifiedVotes);
        Assert.Empty(_inputs.Safety(3, _safety.Record).UncertifiedVotes);
    }

    [Fact]
    public void A_view_that_was_complained_about_gets_no_vote_nor_does_one_before()
    {
        _safety.SignComplaint(new View(3));

        Assert.Equal(Refusal.AlreadyComplained, _safety.SignVote(InTree(view: 3), _tree, out _));
        Assert.Equal(Refusal.AlreadyComplained, _safety.SignVote(InTree(view: 2), _tree, out _));
        Assert.Null(_safety.SignVote(InTree(view: 4), _tree, out _));
    }

    [Fact]
    public void A_complaint_says_the_same_again_and_carries_what_others_lack()
    {
        var voted = InTree(view: 2);
        _safety.SignVote(voted, _tree, out var vote);
        _safety.Observe(_inputs.GiveUp(2));
        var complaint = _safety.SignComplaint(new View(3))!;

        Assert.Equal(complaint, _safety.SignComplaint(new View(3)));
        Assert.Equal(vote, complaint.LastVote);
        Assert.Equal(_inputs.GenesisQc, complaint.HighQc);
        Assert.Equal(_inputs.GiveUp(2), complaint.EntryCertificate);
        Assert.Null(_inputs.RefusalOf(complaint));
        Assert.Equal(new View(3), _safety.Record.HighestComplaint);
        _safety.SignComplaint(new View(1));
        Assert.Equal(new View(3), _safety.Record.HighestComplaint);
    }

    [Fact]
    public void A_block_that_conflicts_with_the_lock_gets_a_vote_only_with_a_justify_of_a_later_view()
    {
        var chain = Lock(on: 2);
        var sibling = Add(_inputs.Child(_inputs.Genesis, view: 3, first: 9));

        Assert.Equal(chain[1].Id, _safety.Lock.Block);
        Assert.Equal(Refusal.ConflictsWithLock, _safety.SignVote(Add(_inputs.Child(chain[0], view: 10)), _tree, out _));
        Assert.Equal(Refusal.ConflictsWithLock, _safety.SignVote(Add(_inputs.Child(_inputs.Genesis, view: 10)), _tree, out _));
        Assert.Null(_safety.SignVote(Add(_inputs.Child(chain[1], view: 10)), _tree, out _));
        Assert.Null(_safety.SignVote(Add(_inputs.Child(sibling, view: 11)), _tree, out _));
    }

    [Fact]
    public void The_lock_is_the_parent_of_what_is_certified_and_never_falls()
    {
        var chain = Lock(on: 2);
        var fork = Add(_inputs.Child(_inputs.Genesis, view: 7));

        _safety.MoveLock(_inputs.Certify(fork), _tree);
        Assert.Equal(chain[1].Id, _safety.Lock.Block);
        _safety.MoveLock(_inputs.Certify(chain[0]), _tree);
        Assert.Equal(chain[1].Id, _safety.Lock.Block);
        _safety.MoveLock(_inputs.Certify(Add(_inputs.Child(fork, view: 8))), _tree);
        Assert.Equal(fork.Id, _safety.Lock.Block);
    }

    [Fact]
    public void The_highest_certificates_never_fall()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2);
        _safety.Observe(_inputs.Certify(chain[1]));
        _safety.Observe(_inputs.Certify(chain[0]));
        _safety.Observe(_inputs.GiveUp(5));
        _safety.Observe(_inputs.GiveUp(4));

        Assert.Equal(new View(2), _safety.HighQc.View);
        Assert.Equal(new View(5), _safety.HighTc!.View);
    }

    [Fact]
    public void A_view_gets_one_proposal_also_after_a_restart()
    {
        var (one, two) = (_inputs.Child(_inputs.Genesis, view: 3, first: 1), _inputs.Child(_inputs.Genesis, view: 3, first: 2));
        _safety.Observe(_inputs.GiveUp(2));
        var proposal = _safety.SignProposal(one);
        var restarted = _inputs.Safety(3, _safety.Record);

        Assert.Null(_inputs.RefusalOf(proposal!));
        Assert.Null(_safety.SignProposal(two));
        Assert.Null(restarted.SignProposal(two));
        Assert.Null(restarted.SignProposal(_inputs.Child(_inputs.Genesis, view: 2)));
        Assert.Equal(proposal, restarted.SignProposal(one));
    }

    [Fact]
    public void A_block_of_another_epoch_gets_no_vote()
    {
        var block = Block.Create(
            _inputs.Committee.Chain, new Epoch(1), new View(1), new Height(1), new ReplicaId(1), _inputs.GenesisQc, []);

        Assert.Equal(Refusal.WrongEpoch, _safety.SignVote(block, _tree, out var vote));
        Assert.Null(vote);
    }

    [Fact]
    public void Three_blocks_commit_the_first_only_when_their_views_are_consecutive()
    {
        var rules = new ChainedRules();

        Assert.Equal(1, Committed(1, 2, 3));
        Assert.Equal(5, Committed(1, 5, 6, 7));
        Assert.Null(Committed(1, 2, 4));
        Assert.Null(Committed(1, 3, 4));
        Assert.Null(Committed(1, 2));

        long? Committed(params long[] views)
        {
            var tree = new BlockTree(_inputs.Genesis);
            var chain = _inputs.Chain(_inputs.Genesis, views);
            chain.ForEach(block => tree.Add(block, null));
            return rules.CommitAfter(_inputs.Certify(chain[^1]), tree)?.View.Number is > 0 and var view ? view : null;
        }
    }

    /// <summary>Blocks of views 1 to <paramref name="on"/> + 1, all certified: the lock is on that of view <paramref name="on"/>.</summary>
    private List<Block> Lock(int on)
    {
        var chain = _inputs.Chain(_inputs.Genesis, [.. Enumerable.Range(1, on + 1).Select(view => (long)view)]);
        foreach (var block in chain)
            _safety.MoveLock(_inputs.Certify(Add(block)), _tree);
        return chain;
    }

    private Block InTree(long view, long first = 1) => Add(_inputs.Child(_inputs.Genesis, view, first));

    private Block Add(Block block)
    {
        _tree.Add(block, null);
        return block;
    }
}
