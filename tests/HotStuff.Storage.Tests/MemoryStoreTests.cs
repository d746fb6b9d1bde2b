using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

public sealed class MemoryStoreTests : ReplicaStoreContract
{
    private protected override IReplicaStore Open() => new MemoryStore(Chain);

    [Fact]
    public void Committed_blocks_beyond_the_limit_are_dropped_oldest_first()
    {
        var blocks = After(Genesis, 10, size: 1000);
        var three = blocks[7..].Sum(block => block.Encoded.Length);
        using var store = new MemoryStore(Chain, three);

        store.Put(blocks[..5]);
        store.Commit(blocks);

        Assert.All(blocks[..7], block => Assert.Null(store.FindCommitted(block.Height)));
        Assert.All(blocks[..7], block => Assert.Null(store.Find(block.Id)));
        Assert.All(blocks[7..], block => Assert.Equal(block.Id, store.FindCommitted(block.Height)!.Id));
        Assert.NotNull(store.FindCommitted(Height.Genesis));
    }

    [Fact]
    public void The_last_committed_block_stays_whatever_the_limit()
    {
        var blocks = After(Genesis, 3);
        using var store = new MemoryStore(Chain, retainedBytes: 0);
        store.Commit(blocks);
        store.Put(After(blocks[2], 2));

        Assert.Null(store.FindCommitted(new Height(2)));
        Assert.Equal(blocks[2].Id, store.FindCommitted(new Height(3))!.Id);
        Assert.Equal(2, store.Uncommitted().Count);
    }

    [Fact]
    public void It_is_what_memory_durability_opens_without_a_directory()
    {
        using var store = ReplicaStores.Open(null, Durability.Memory, Chain, Limits);
        Assert.IsType<MemoryStore>(store);
    }
}
