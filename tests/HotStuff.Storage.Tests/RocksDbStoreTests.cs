using CsCheck;
using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

public sealed class RocksDbStoreWithFsyncTests() : RocksDbStoreTests(Durability.Fsync)
{
    [Fact]
    public void A_log_that_is_damaged_before_its_end_is_refused_because_it_could_hide_a_vote()
    {
        foreach (var block in After(Genesis, 20))
            Store.Persist(RecordOf(block), block);
        var log = Path.Combine(CopyData("damaged"), Path.GetFileName(LogFile()));
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log, bytes);

        AssertRefused("is damaged", Path.GetDirectoryName(log)!);
    }
}

public sealed class RocksDbStoreWithoutFsyncTests() : RocksDbStoreTests(Durability.Os)
{
    [Fact]
    public void A_store_that_is_put_back_while_its_file_was_written_last_after_many_records_is_refused()
    {
        Store.Persist(RecordOf(Genesis));
        Close();
        var copy = CopyData("copy");

        // As after a kill: not closed.
        for (var i = 0; i < 1_100; i++)
            Store.Persist(RecordOf(Genesis));
        File.Copy(Path.Combine(Data, "record.generation"), Path.Combine(copy, "record.generation"), overwrite: true);
        AssertRefused("it is at record 1, and record 1001 was written", copy);
    }
}

/// <summary>What a store on disk promises beyond <see cref="ReplicaStoreContract"/>: that it is there after a stop or a crash, or says why not.</summary>
public abstract partial class RocksDbStoreTests(Durability durability) : ReplicaStoreContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hotstuff-store-");

    private protected string Data => Path.Combine(_directory.FullName, "data");

    private protected override IReplicaStore Open() => ReplicaStores.Open(Data, durability, Chain, Limits);

    protected override void CleanUp() => _directory.Delete(recursive: true);

    [Fact]
    public void What_was_pruned_restarted_and_testified_is_so_after_a_restart_too()
    {
        var blocks = After(Genesis, 12);
        Store.Commit(blocks[..6]);
        Store.Prune(new Height(4));
        Store.Keep(Double(replica: 1, view: 1));
        Close();
        AssertKept(blocks[..6], from: 4);
        Assert.Equal([Double(replica: 1, view: 1)], Store.Evidence);
        Assert.False(Store.Keep(Double(replica: 1, view: 1)));
        Store.Put([blocks[10]]);
        Store.Restart(blocks[8]);
        Close();
        AssertKept(blocks[..9], from: 9);
        Assert.Equal(blocks[8].Height, Store.CommittedHeight);
        Assert.Equal([blocks[10].Id], Ids(Store.Uncommitted()));
        Store.Commit([blocks[9]]);
    }

    [Fact]
    public void The_directory_stays_as_small_as_what_is_kept()
    {
        var block = Genesis;
        for (var round = 0; round < 150; round++)
        {
            var blocks = After(block, 200, size: 10_000);
            Store.Commit(blocks);
            block = blocks[^1];
            Store.Prune(new Height(block.Height.Number - 200));
        }

        Close();

        // 300 MB were written and 2 MB are kept, beside the log of up to 64 MB.
        Assert.InRange(Directory.GetFiles(Data, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 0, 110_000_000);
    }

    [Fact]
    public void Everything_is_there_after_closing_and_opening_again()
    {
        var blocks = After(Genesis, 6);
        var loser = Child(Genesis, 9);
        Store.Put([loser, .. blocks[..4]]);
        Store.Persist(RecordOf(blocks[4]), blocks[4]);
        Store.Commit(blocks[..3]);
        Close();

        Assert.Equal(RecordOf(blocks[4]), Store.LoadRecord());
        Assert.Equal(new Height(3), Store.CommittedHeight);
        Assert.Equal(Ids(blocks[..3]), Ids(blocks[..3].Select(block => Store.FindCommitted(block.Height)!)));
        Assert.Equal(Ids(blocks[3..5]), Ids(Store.Uncommitted()));
        Assert.Null(Store.Find(loser.Id));
        Assert.True(Store.Find(blocks[4].Id)!.Encoded.Span.SequenceEqual(blocks[4].Encoded.Span));

        Store.Commit(blocks[3..]);
        Close();
        Assert.Equal(blocks[5].Id, Store.FindCommitted(new Height(6))!.Id);
        Assert.Empty(Store.Uncommitted());
    }

    [Fact]
    public void Any_record_comes_back_from_disk() => Records.Sample(
        record =>
        {
            Store.Persist(record);
            Close();
            Assert.Equal(record, Store.LoadRecord());
        },
        iter: 5,
        threads: 1);

    [Fact]
    public void A_store_of_many_large_blocks_comes_back_from_its_files()
    {
        var blocks = After(Genesis, 100, size: 60_000);
        for (var i = 0; i < blocks.Length; i++)
        {
            Store.Persist(RecordOf(blocks[i]), blocks[i]);
            if (i >= 3)
                Store.Commit(blocks[(i - 3)..(i - 2)]);
        }

        Close();
        Assert.Equal(new Height(97), Store.CommittedHeight);
        Assert.Equal(Ids(blocks[..97]), Ids(Enumerable.Range(1, 97).Select(height => Store.FindCommitted(new Height(height))!)));
        Assert.Equal(Ids(blocks), Ids(blocks.Select(block => Store.Find(block.Id)!)));
        Assert.Equal(Ids(blocks[97..]), Ids(Store.Uncommitted()));
    }

    [Fact]
    public void A_crash_that_takes_the_end_of_the_log_leaves_the_store_of_an_earlier_moment()
    {
        var blocks = After(Genesis, 30);
        for (var i = 0; i < blocks.Length; i++)
        {
            Store.Persist(RecordOf(blocks[i]), blocks[i]);
            Store.Put([Child(i == 0 ? Genesis : blocks[i - 1], 100 + i)]);
            if (i >= 2)
                Store.Commit(blocks[(i - 2)..(i - 1)]);
        }

        var log = LogFile();
        var copies = 0;
        Gen.Double.Unit.Sample(
            part =>
            {
                var copy = CopyData($"copy{copies++}");
                using (var end = File.OpenWrite(Path.Combine(copy, Path.GetFileName(log))))
                    end.SetLength((long)(end.Length * part));

                using var store = ReplicaStores.Open(copy, durability, Chain, Limits);
                var votes = store.LoadRecord()?.LastVote!.Statement.View.Number ?? 0;
                var commits = store.CommittedHeight.Number;
                Assert.InRange(commits, Math.Max(0, votes - 3), Math.Max(0, votes - 2));
                Assert.Equal(Ids(blocks[..(int)votes]), Ids(blocks[..(int)votes].Select(block => store.Find(block.Id)!)));
                Assert.All(blocks[..(int)commits], block => Assert.Equal(block.Id, store.FindCommitted(block.Height)!.Id));
                Assert.All(store.Uncommitted(), block => Assert.InRange(block.Height.Number, commits + 1, votes));
                Assert.All(blocks[(int)votes..], block => Assert.Null(store.Find(block.Id)));

                var next = blocks[Math.Min((int)votes, blocks.Length - 1)];
                store.Persist(RecordOf(next), next);
                store.Dispose();
                using var again = ReplicaStores.Open(copy, durability, Chain, Limits);
                Assert.Equal(RecordOf(next), again.LoadRecord());
                Assert.Equal(commits, again.CommittedHeight.Number);
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task A_killed_process_has_lost_nothing_that_it_had_persisted()
    {
        var said = 0L;
        using (var child = ChildProcess.Start("write", Data, durability))
        {
            Assert.Equal("open", await child.ReadLineAsync());
            while (said < 40)
                said = long.Parse((await child.ReadLineAsync())!);
            child.Kill();
            while (await child.ReadLineAsync() is { } line)
                said = long.TryParse(line, out var height) ? Math.Max(said, height) : said;
        }

        var vote = Store.LoadRecord()!.LastVote!.Statement;
        Assert.True(vote.View.Number >= said);
        Assert.Equal(vote.View, Store.Find(vote.Block)!.View);
        Assert.True(Store.CommittedHeight.Number >= said - 1);
        Assert.Equal(Store.FindCommitted(Store.CommittedHeight)!.Id, Store.Uncommitted()[0].Parent);
    }

    [Fact]
    public void A_closed_store_refuses_and_may_be_closed_again()
    {
        var store = Open();
        store.Dispose();
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => store.LoadRecord());
        Assert.Throws<ObjectDisposedException>(() => store.Put(After(Genesis, 1)));
        Assert.Throws<ObjectDisposedException>(() => store.Find(default));
    }

    private protected string LogFile() => Directory.EnumerateFiles(Data, "*.log").Max(StringComparer.Ordinal)!;

    private protected string CopyData(string name)
    {
        var copy = _directory.CreateSubdirectory(name).FullName;
        foreach (var file in Directory.EnumerateFiles(Data))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private protected void AssertRefused(string why, string directory)
    {
        var message = Assert.Throws<StoreException>(() => ReplicaStores.Open(directory, durability, Chain, Limits)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains(directory, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
