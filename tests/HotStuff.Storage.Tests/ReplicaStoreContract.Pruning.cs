using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <content>What is forgotten, and what is kept of it: blocks below a checkpoint, and evidence.</content>
public abstract partial class ReplicaStoreContract
{
    [Fact]
    public void Pruned_blocks_are_gone_and_the_last_committed_one_never_is()
    {
        var blocks = After(Genesis, 10);
        Store.Commit(blocks);
        Assert.Equal(new Height(1), Store.OldestHeight);
        Store.Prune(new Height(4));
        AssertKept(blocks, from: 4);
        Store.Prune(new Height(2));
        AssertKept(blocks, from: 4);
        Store.Prune(new Height(99));
        AssertKept(blocks, from: 10);
        Store.Commit(After(blocks[^1], 1));
        Assert.Equal(new Height(11), Store.CommittedHeight);
    }

    [Fact]
    public void A_restart_from_a_checkpoint_leaves_its_block_and_what_is_above_it()
    {
        var blocks = After(Genesis, 12);
        Store.Commit(blocks[..3]);
        Store.Put([blocks[3], blocks[10]]);
        Store.Restart(blocks[8]);
        Assert.Equal(blocks[8].Height, Store.CommittedHeight);
        Assert.Equal([blocks[10].Id], Ids(Store.Uncommitted()));
        AssertKept(blocks[..9], from: 9);
        Store.Commit([blocks[9], blocks[10]]);
        Assert.Equal(blocks[10].Id, Store.FindCommitted(blocks[10].Height)!.Id);
        Assert.Throws<ArgumentException>(() => Store.Restart(blocks[10]));
    }

    [Fact]
    public void A_restart_from_a_block_that_was_here_uncommitted_commits_it()
    {
        var blocks = After(Genesis, 3);
        Store.Put(blocks);
        Store.Restart(blocks[1]);
        Assert.Equal([blocks[2].Id], Ids(Store.Uncommitted()));
        AssertKept(blocks[..2], from: 2);
    }

    [Fact]
    public async Task A_restart_while_blocks_are_pruned_is_not_undone()
    {
        var blocks = After(Genesis, 6_000, size: 0);
        for (var start = 0; start < blocks.Length; start += 1_000)
        {
            // Pruned in steps of 256: the restart comes between two of them.
            Store.Commit(blocks[start..(start + 900)]);
            var pruning = Task.Run(() => Store.Prune(blocks[start + 850].Height));
            Store.Restart(blocks[start + 999]);
            await pruning;
            Assert.Equal(blocks[start + 999].Height, Store.OldestHeight);
            Assert.Null(Store.FindCommitted(blocks[start + 899].Height));
        }
    }

    [Fact]
    public void Evidence_is_kept_once_for_each_view_and_up_to_a_bound_for_each_replica()
    {
        Assert.True(Store.Keep(Double(replica: 1, view: 1)));
        Assert.False(Store.Keep(Double(replica: 1, view: 1)));
        Assert.True(Store.Keep(new DoubleProcess(new ReplicaId(1), 5, 6)));
        for (var view = 2; view < 2 * IEvidenceStore.MaxPerReplica; view++)
            Store.Keep(Double(replica: 1, view));
        Assert.True(Store.Keep(Double(replica: 2, view: 1)));
        Assert.Equal(IEvidenceStore.MaxPerReplica + 1, Store.Evidence.Count);
        Assert.Equal(Double(replica: 1, view: 1), Store.Evidence[0]);
        Assert.Equal(Double(replica: 2, view: 1), Store.Evidence[^1]);
    }

    private protected static DoubleVote Double(int replica, long view)
    {
        Vote Vote(byte block) => new(
            new VoteStatement(Epoch.Genesis, new View(view), new BlockId(Digest.Of([block])), Phase.Generic),
            new SignatureShare(new ReplicaId(replica), new Signature(new[] { block })));
        return new DoubleVote(Vote(1), Vote(2));
    }

    private protected void AssertKept(Block[] committed, int from)
    {
        Assert.Equal(new Height(from), Store.OldestHeight);
        foreach (var block in committed)
        {
            Assert.Equal(block.Height.Number >= from, Store.FindCommitted(block.Height) is not null);
            Assert.Equal(block.Height.Number >= from, Store.Find(block.Id) is not null);
        }
    }
}
