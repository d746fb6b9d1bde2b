namespace HotStuff.Consensus.Tests;

public class BlockTreeTests
{
    private readonly Inputs _inputs = new();
    private readonly BlockTree _tree;

    public BlockTreeTests() => _tree = new BlockTree(_inputs.Genesis);

    [Fact]
    public void A_block_fits_its_parent_when_height_view_and_justify_say_so()
    {
        var parent = _inputs.Child(_inputs.Genesis, view: 3);
        var qc = _inputs.Certify(parent);

        Assert.True(BlockTree.Fits(Make(height: 2, view: 4, qc), parent));
        Assert.True(BlockTree.Fits(Make(height: 2, view: 9, qc), parent));
        Assert.False(BlockTree.Fits(Make(height: 3, view: 4, qc), parent));
        Assert.False(BlockTree.Fits(Make(height: 1, view: 4, qc), parent));
        Assert.False(BlockTree.Fits(Make(height: 2, view: 3, qc), parent));
        Assert.False(BlockTree.Fits(Make(height: 2, view: 2, qc), parent));
        Assert.False(BlockTree.Fits(Make(height: 2, view: 5, _inputs.Certify(qc.Statement with { View = new View(4) })), parent));

        Block Make(long height, long view, QuorumCertificate justify) =>
            Block.Create(_inputs.Committee.Chain, Epoch.Genesis, new View(view), new Height(height), default, justify, []);
    }

    [Fact]
    public void A_block_extends_itself_and_its_ancestors_and_nothing_else()
    {
        var chain = Add(_inputs.Chain(_inputs.Genesis, 1, 2, 3));
        var fork = Add(_inputs.Chain(chain[0], 4));

        Assert.True(_tree.Extends(chain[2], chain[2].Id));
        Assert.True(_tree.Extends(chain[2], chain[0].Id));
        Assert.True(_tree.Extends(chain[2], _inputs.Genesis.Id));
        Assert.False(_tree.Extends(chain[0], chain[2].Id));
        Assert.False(_tree.Extends(fork[0], chain[1].Id));
        Assert.True(_tree.Extends(fork[0], chain[0].Id));
    }

    [Fact]
    public void A_commit_returns_the_path_oldest_first_and_prunes_the_branches_that_lost()
    {
        var chain = Add(_inputs.Chain(_inputs.Genesis, 1, 2, 3, 4));
        var lost = Add(_inputs.Chain(chain[0], 5, 6));

        Assert.Equal(chain[..3], _tree.Commit(chain[2]));
        Assert.Same(chain[2], _tree.Root);
        Assert.Equal(1, _tree.Count);
        Assert.NotNull(_tree.Find(chain[3].Id));
        Assert.Null(_tree.Find(chain[0].Id));
        Assert.All(lost, block => Assert.Null(_tree.Find(block.Id)));
    }

    [Fact]
    public void What_does_not_descend_from_the_root_commits_nothing()
    {
        var chain = Add(_inputs.Chain(_inputs.Genesis, 1, 2));
        var stranger = _inputs.Chain(_inputs.Chain(_inputs.Genesis, 7)[0], 8);
        _tree.Commit(chain[0]);

        Assert.Empty(_tree.Commit(chain[0]));
        Assert.Empty(_tree.Commit(_inputs.Genesis));
        Assert.Empty(_tree.Commit(stranger[0]));
        Assert.Same(chain[0], _tree.Root);
    }

    [Fact]
    public void The_tip_is_settled_when_its_own_ancestry_commits_the_last_command()
    {
        var command = _inputs.Child(_inputs.Genesis, view: 1, first: 1);
        var tips = new List<Block> { command };
        for (var view = 2; view <= 4; view++)
            tips.Add(_inputs.Child(tips[^1], view));

        _tree.Add(tips[0], null);
        _tree.Add(tips[1], null);
        _tree.Add(tips[2], null);
        _tree.Add(tips[3], command.Height);

        Assert.True(_tree.IsSettled(_inputs.Genesis));
        Assert.False(_tree.IsSettled(tips[0]));
        Assert.False(_tree.IsSettled(tips[2]));
        Assert.True(_tree.IsSettled(tips[3]));

        _tree.Commit(command);

        Assert.False(_tree.IsSettled(tips[2]));
        Assert.True(_tree.IsSettled(tips[3]));
        Assert.True(new BlockTree(tips[3]).IsSettled(tips[3]));
    }

    [Fact]
    public void Commands_await_a_commit_on_the_certified_branch_and_in_the_current_view_but_not_where_they_lost()
    {
        var empty = _inputs.Child(_inputs.Genesis, view: 1);
        var lost = _inputs.Child(empty, view: 2, first: 1);
        _tree.Add(empty, null);
        Assert.False(_tree.AwaitsCommit(empty.Id, new View(2)));

        _tree.Add(lost, null);
        Assert.True(_tree.AwaitsCommit(empty.Id, new View(2)));
        Assert.False(_tree.AwaitsCommit(empty.Id, new View(3)));
        Assert.True(_tree.AwaitsCommit(lost.Id, new View(3)));

        _tree.Commit(lost);
        Assert.False(_tree.AwaitsCommit(lost.Id, new View(2)));
    }

    [Fact]
    public void Trimming_keeps_the_branches_of_the_tips_and_recent_blocks_that_still_have_their_ancestors()
    {
        var high = Add(_inputs.Chain(_inputs.Genesis, 1, 2, 3));
        var locked = Add(_inputs.Chain(_inputs.Genesis, 4, 5));
        var lost = Add(_inputs.Chain(_inputs.Genesis, 6, 20));
        var recent = Add(_inputs.Chain(high[1], 21));

        _tree.Trim(new View(20), high[2].Id, locked[1].Id, new BlockId(Digest.Of("not here"u8)));

        Assert.All([.. high, .. locked, .. recent], block => Assert.NotNull(_tree.Find(block.Id)));
        Assert.All(lost, block => Assert.Null(_tree.Find(block.Id)));
        Assert.Equal(6, _tree.Count);
    }

    private List<Block> Add(List<Block> chain)
    {
        chain.ForEach(block => _tree.Add(block, null));
        return chain;
    }
}
