using CsCheck;
using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>What every store promises, whatever it keeps things in.</summary>
public abstract partial class ReplicaStoreContract : IDisposable
{
    private IReplicaStore? _store;

    private protected IReplicaStore Store => _store ??= Open();

    public void Dispose()
    {
        Close();
        CleanUp();
        GC.SuppressFinalize(this);
    }

    private protected abstract IReplicaStore Open();

    private protected void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    protected virtual void CleanUp()
    {
    }

    [Fact]
    public void A_new_store_has_no_record_and_only_the_genesis_block()
    {
        Assert.Null(Store.LoadRecord());
        Assert.Equal(Height.Genesis, Store.CommittedHeight);
        Assert.Empty(Store.Uncommitted());
        Assert.Equal(Genesis.Id, Store.Find(Genesis.Id)!.Id);
        Assert.Equal(Genesis.Id, Store.FindCommitted(Height.Genesis)!.Id);
        Assert.Null(Store.FindCommitted(new Height(1)));
        Assert.Null(Store.FindCommitted(new Height(-1)));
        Assert.Null(Store.Find(default));
    }

    [Fact]
    public void A_record_comes_back_as_written() => Records.Sample(
        record =>
        {
            Store.Persist(record);
            Assert.Equal(record, Store.LoadRecord());
        },
        iter: 50,
        threads: 1);

    [Fact]
    public void A_persisted_block_is_found_with_its_record()
    {
        var block = Child(Genesis, 1);
        Store.Persist(RecordOf(block), block);

        Assert.Equal(RecordOf(block), Store.LoadRecord());
        Assert.True(Store.Find(block.Id)!.Encoded.Span.SequenceEqual(block.Encoded.Span));
        Assert.Null(Store.FindCommitted(block.Height));
        Assert.Equal([block.Id], Ids(Store.Uncommitted()));
    }

    [Fact]
    public void The_same_block_may_come_again_and_again()
    {
        var block = Child(Genesis, 1);
        Store.Put([block, block]);
        Store.Persist(RecordOf(block), block);
        Store.Put([block]);
        Assert.Equal([block.Id], Ids(Store.Uncommitted()));

        Store.Commit([block]);
        Store.Put([block]);
        Store.Persist(RecordOf(block), block);
        Assert.Empty(Store.Uncommitted());
        Assert.Equal(block.Id, Store.FindCommitted(block.Height)!.Id);
    }

    [Fact]
    public void Committed_blocks_are_found_by_height_and_by_id_and_are_uncommitted_no_more()
    {
        var blocks = After(Genesis, 5);
        Store.Put(blocks);
        Store.Commit(blocks[..2]);
        Store.Commit(blocks[2..3]);

        Assert.Equal(new Height(3), Store.CommittedHeight);
        foreach (var block in blocks[..3])
        {
            Assert.Equal(block.Id, Store.FindCommitted(block.Height)!.Id);
            Assert.Equal(block.Id, Store.Find(block.Id)!.Id);
        }

        Assert.Null(Store.FindCommitted(new Height(4)));
        Assert.Equal(Ids(blocks[3..]), Ids(Store.Uncommitted()));
    }

    [Fact]
    public void Committing_keeps_blocks_that_the_store_did_not_have()
    {
        var blocks = After(Genesis, 3, size: 0);
        Store.Put(blocks[1..2]);
        Store.Commit(blocks);

        Assert.Equal(Ids(blocks), Ids(blocks.Select(block => Store.Find(block.Id)!)));
        Assert.Empty(Store.Uncommitted());
    }

    [Fact]
    public void Committing_nothing_changes_nothing()
    {
        Store.Commit([]);
        Assert.Equal(Height.Genesis, Store.CommittedHeight);
    }

    [Fact]
    public void Uncommitted_blocks_come_back_lowest_first_whatever_order_they_came_in()
    {
        var blocks = After(Genesis, 5);
        var fork = Child(blocks[1], 9);
        Store.Put([blocks[4], blocks[0]]);
        Store.Persist(RecordOf(blocks[2]), blocks[2]);
        Store.Put([fork, blocks[3], blocks[1]]);

        var uncommitted = Store.Uncommitted();
        Assert.Equal([1, 2, 3, 3, 4, 5], uncommitted.Select(block => block.Height.Number));
        Assert.Equal(Ids([.. blocks, fork]).ToHashSet(), Ids(uncommitted).ToHashSet());
    }

    [Fact]
    public void Blocks_that_lost_against_committed_ones_are_dropped()
    {
        var blocks = After(Genesis, 3);
        var loser = Child(Genesis, 7);
        var losersChild = Child(loser, 8);
        var above = Child(losersChild, 9);
        Store.Put([loser, losersChild, above, .. blocks]);

        Store.Commit(blocks[..2]);

        Assert.Null(Store.Find(loser.Id));
        Assert.Null(Store.Find(losersChild.Id));
        Assert.Equal([3, 3], Store.Uncommitted().Select(block => block.Height.Number));
        Store.Commit(blocks[2..]);
        Assert.Empty(Store.Uncommitted());
        Assert.Null(Store.Find(above.Id));
    }

    [Fact]
    public void Blocks_that_come_after_they_lost_are_not_kept()
    {
        var late = Child(Genesis, 7);
        Store.Commit(After(Genesis, 2));
        Store.Put([late]);
        Store.Persist(RecordOf(late), late);

        Assert.Null(Store.Find(late.Id));
        Assert.Empty(Store.Uncommitted());
        Assert.Equal(RecordOf(late), Store.LoadRecord());
    }

    [Fact]
    public void A_commit_that_does_not_continue_the_committed_chain_is_refused_and_changes_nothing()
    {
        var blocks = After(Genesis, 4);
        Store.Commit(blocks[..1]);

        Assert.Throws<ArgumentException>(() => Store.Commit(blocks[..1]));
        Assert.Throws<ArgumentException>(() => Store.Commit(blocks[2..]));
        Assert.Throws<ArgumentException>(() => Store.Commit([blocks[1], blocks[3]]));
        Assert.Throws<ArgumentException>(() => Store.Commit([blocks[2], blocks[1]]));
        Assert.Throws<ArgumentException>(() => Store.Commit([Child(Child(Genesis, 5), 6)]));
        Assert.Equal(new Height(1), Store.CommittedHeight);
        Assert.Null(Store.Find(blocks[1].Id));

        Store.Commit(blocks[1..]);
        Assert.Equal(new Height(4), Store.CommittedHeight);
    }

    [Fact]
    public async Task Readers_see_whole_blocks_and_a_growing_chain_while_the_chain_grows()
    {
        var store = Store;
        var blocks = After(Genesis, 300, size: 2000);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntil(store, blocks, done.Token))).ToArray();
        var parent = Genesis;
        foreach (var block in blocks)
        {
            store.Put([Child(parent, 1000 + block.View.Number)]);
            store.Persist(RecordOf(block), block);
            store.Commit([block]);
            parent = block;
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
        Assert.Equal(new Height(300), store.CommittedHeight);
        Assert.Empty(store.Uncommitted());
    }

    private static int ReadUntil(IReplicaStore store, Block[] blocks, CancellationToken done)
    {
        var reads = 0;
        long seen = 0;
        do
        {
            var height = store.CommittedHeight;
            Assert.True(height.Number >= seen);
            seen = height.Number;
            for (var at = Math.Max(1, seen - 5); at <= seen; at++)
            {
                Assert.Equal(blocks[at - 1].Id, store.FindCommitted(new Height(at))!.Id);
                Assert.Equal(blocks[at - 1].Id, store.Find(blocks[at - 1].Id)!.Id);
            }

            Assert.All(store.Uncommitted(), block => Assert.InRange(block.Height.Number, seen + 1, blocks.Length));
            reads++;
        }
        while (!done.IsCancellationRequested);

        return reads;
    }
}
