using System.Buffers;
using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>What every place for snapshots promises.</summary>
public abstract class SnapshotContract
{
    private protected static readonly Block[] Blocks = After(Genesis, 10);

    private protected abstract ISnapshotStore Store { get; }

    [Fact]
    public void A_snapshot_comes_back_whole_and_in_pieces()
    {
        Assert.Empty(Store.All);
        var contents = Contents(1, 2500);
        var stored = Write(Blocks[4], contents);
        Assert.Equal((new Height(5), Blocks[4].Id, 3), (stored.Height, stored.Manifest.Block, stored.Manifest.Chunks.Length));
        Assert.Equal(contents, Store.ReadAll(stored.Manifest.Digest));
        Assert.Equal(contents[1024..2048], Store.ReadChunk(stored.Manifest.Digest, 1));
        Assert.Equal(contents[2048..], Store.ReadChunk(stored.Manifest.Digest, 2));
        Assert.Null(Store.ReadChunk(stored.Manifest.Digest, 3));
        Assert.Null(Store.ReadChunk(stored.Manifest.Digest, -1));
        Assert.Null(Store.ReadAll(default));
        Assert.Equal(stored.Manifest.Digest, Assert.Single(Store.All).Manifest.Digest);
    }

    [Fact]
    public void A_certificate_stays_with_its_snapshot_and_with_no_other()
    {
        var stored = Write(Blocks[4], Contents(1, 100));
        Store.Certify(CertificateOf(stored.Manifest) with { Statement = CertificateOf(stored.Manifest).Statement with { Snapshot = default } });
        Assert.Null(Store.All[0].Certificate);
        Store.Certify(CertificateOf(stored.Manifest));
        Assert.Equal(CertificateOf(stored.Manifest), Store.All[0].Certificate);
        Assert.NotNull(Store.ReadAll(stored.Manifest.Digest));
    }

    [Fact]
    public void Snapshots_below_a_height_are_forgotten()
    {
        var all = new[] { 2, 5, 8 }.Select(i => Write(Blocks[i], Contents(i, 100))).ToList();
        Store.Prune(Blocks[5].Height);
        Assert.Equal([Blocks[5].Height, Blocks[8].Height], Store.All.Select(one => one.Height));
        Assert.Null(Store.ReadAll(all[0].Manifest.Digest));
        Assert.NotNull(Store.ReadAll(all[1].Manifest.Digest));
    }

    [Fact]
    public void One_snapshot_can_be_forgotten()
    {
        var all = new[] { 2, 5, 8 }.Select(i => Write(Blocks[i], Contents(i, 100))).ToList();
        Store.Remove(all[1].Manifest.Digest);
        Store.Remove(all[1].Manifest.Digest);
        Assert.Equal([Blocks[2].Height, Blocks[8].Height], Store.All.Select(one => one.Height));
        Assert.Null(Store.ReadAll(all[1].Manifest.Digest));
        Assert.NotNull(Store.ReadAll(all[2].Manifest.Digest));
    }

    [Fact]
    public void A_snapshot_is_put_together_from_pieces_in_any_order_and_from_no_wrong_one()
    {
        var contents = Contents(3, 5000);
        var manifest = SnapshotManifest.Of(Blocks[7], new ReadOnlySequence<byte>(contents), 1024);
        using var partial = Store.Fetch(manifest, CertificateOf(manifest));
        Assert.Equal([0, 1, 2, 3, 4], partial.Missing);
        Assert.False(partial.Add(1, contents.AsSpan(0, 1024)));
        Assert.False(partial.Add(5, []));
        Assert.False(partial.Add(-1, []));
        foreach (var chunk in new[] { 3, 0, 4, 1 })
            Assert.True(Add(partial, contents, chunk));
        Assert.Equal([2], partial.Missing);
        Assert.Throws<InvalidOperationException>(() => partial.Complete());
        Assert.Empty(Store.All);
        Assert.True(Add(partial, contents, 2));
        Assert.Equal(CertificateOf(manifest), partial.Complete().Certificate);
        Assert.Equal(contents, Store.ReadAll(manifest.Digest));
        Assert.Equal(CertificateOf(manifest), Assert.Single(Store.All).Certificate);
    }

    [Fact]
    public void A_snapshot_of_the_same_height_takes_the_place_of_the_other()
    {
        var first = Write(Blocks[4], Contents(1, 100));
        var second = Write(Blocks[4], Contents(2, 200));
        Assert.Null(Store.ReadAll(first.Manifest.Digest));
        Assert.Equal(Contents(2, 200), Store.ReadAll(second.Manifest.Digest));
        Assert.Single(Store.All);
    }

    [Fact]
    public void A_snapshot_that_is_taken_again_keeps_its_certificate()
    {
        var stored = Write(Blocks[4], Contents(1, 3000));
        Store.Certify(CertificateOf(stored.Manifest));
        Assert.Equal(CertificateOf(stored.Manifest), Write(Blocks[4], Contents(1, 3000)).Certificate);
        Assert.Equal(CertificateOf(stored.Manifest), Assert.Single(Store.All).Certificate);
        Assert.Equal(Contents(1, 3000), Store.ReadAll(stored.Manifest.Digest));
    }

    private protected static byte[] Contents(int seed, int length)
    {
        var contents = new byte[length];
        new Random(seed).NextBytes(contents);
        return contents;
    }

    private protected static bool Add(IPartialSnapshot partial, byte[] contents, int chunk)
    {
        var (start, length) = partial.Manifest.RangeOf(chunk);
        return partial.Add(chunk, contents.AsSpan(start, length));
    }

    private protected StoredSnapshot Write(Block block, byte[] contents) =>
        Store.Write(SnapshotManifest.Of(block, new ReadOnlySequence<byte>(contents), 1024), new ReadOnlySequence<byte>(contents));
}

/// <summary>Snapshots in memory.</summary>
public sealed class MemorySnapshotTests : SnapshotContract
{
    private protected override ISnapshotStore Store { get; } = new MemorySnapshots();
}
