using HotStuff.Consensus;
using RocksDbSharp;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>What is refused, with a line that says why; damage is done through a RocksDB handle beside the store.</summary>
public abstract partial class RocksDbStoreTests
{
    [Fact]
    public async Task A_store_that_another_process_has_open_is_refused()
    {
        using var child = ChildProcess.Start("hold", Data, durability);
        Assert.Equal("open", await child.ReadLineAsync());
        AssertRefused("is in use by another process", Data);
    }

    [Fact]
    public void A_store_that_is_open_already_is_refused()
    {
        Store.LoadRecord();
        AssertRefused("is in use by another process", Data);
    }

    [Fact]
    public void A_store_of_another_chain_is_refused()
    {
        ReplicaStores.Open(Data, durability, OtherChain, Limits).Dispose();
        AssertRefused($"belongs to chain {OtherChain}, not to chain {Chain}", Data);
    }

    [Fact]
    public void A_store_of_a_newer_format_is_refused()
    {
        Store.LoadRecord();
        ChangeRaw(raw => raw.Put("format"u8, [0, 0, 0, 2], raw.GetColumnFamily("meta")));
        AssertRefused("has format 2, this program knows format 1", Data);
    }

    [Fact]
    public void A_store_with_parts_that_this_program_does_not_know_is_refused()
    {
        Store.LoadRecord();
        ChangeRaw(raw => raw.CreateColumnFamily(new ColumnFamilyOptions(), "later"));
        AssertRefused("parts that this program does not know", Data);
    }

    [Fact]
    public void A_store_with_data_and_no_format_is_refused()
    {
        Store.Put(After(Genesis, 1));
        ChangeRaw(raw => raw.Remove("format"u8, raw.GetColumnFamily("meta")));
        AssertRefused("it has data but no format version", Data);
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        File.WriteAllText(Data, "");
        AssertRefused("cannot be used", Data);
    }

    [Fact]
    public void A_missing_directory_setting_is_refused() =>
        Assert.Contains(
            "needs a data directory",
            Assert.Throws<StoreException>(() => ReplicaStores.Open("", durability, Chain, Limits)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_damaged_record_is_never_taken_for_none()
    {
        Store.Persist(RecordOf(Genesis));
        ChangeRaw(raw =>
        {
            var record = raw.Get("record"u8, raw.GetColumnFamily("record"));
            record[40] ^= 1;
            raw.Put("record"u8, record, raw.GetColumnFamily("record"));
        });

        var message = Assert.Throws<StoreException>(() => Store.LoadRecord()).Message;
        Assert.Contains($"The safety record in {Data} is damaged", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_put_back_from_a_copy_is_refused_until_the_operator_says_that_it_is_known()
    {
        Store.Persist(RecordOf(Genesis));
        Close();
        var copy = CopyData("copy");
        Store.Persist(RecordOf(Genesis));
        Close();
        PutBack(copy);
        AssertRefused("it is at record 1, and record 2 was written", Data);
        AssertRefused("for not more than f replicas at a time", Data);

        File.Delete(Path.Combine(Data, "record.generation"));
        Assert.Equal(RecordOf(Genesis), Store.LoadRecord());
    }

    [Fact]
    public void A_generation_file_that_is_damaged_missing_or_older_refuses_nothing()
    {
        for (var i = 0; i < 3; i++)
            Store.Persist(RecordOf(Genesis));
        Close();
        var file = Path.Combine(Data, "record.generation");
        var good = File.ReadAllBytes(file);
        for (var at = 0; at < good.Length; at++)
        {
            var bytes = good.ToArray();
            bytes[at] ^= 0x40;
            File.WriteAllBytes(file, at % 2 == 0 ? bytes : bytes[..at]);
            Assert.Equal(0, RecordGeneration.Read(file));
        }

        File.WriteAllBytes(file, good[..20]);
        Assert.NotNull(Store.LoadRecord());
        Close();
        Assert.Equal(good, File.ReadAllBytes(file));
        Store.Persist(RecordOf(Genesis));
        Close();
        File.WriteAllBytes(file, good);
        Assert.NotNull(Store.LoadRecord());
    }

    [Fact]
    public void A_store_that_was_written_before_records_were_counted_is_opened()
    {
        Store.Persist(RecordOf(Genesis));
        ChangeRaw(raw => raw.Remove("generation"u8, raw.GetColumnFamily("record")));
        File.Delete(Path.Combine(Data, "record.generation"));
        Assert.Equal(RecordOf(Genesis), Store.LoadRecord());
        Store.Persist(RecordOf(Genesis));
        Close();
        Assert.NotNull(Store.LoadRecord());
    }

    [Fact]
    public void A_damaged_block_is_named()
    {
        var blocks = After(Genesis, 2);
        Store.Commit(blocks);
        ChangeRaw(raw => ChangeBlock(raw, blocks[0], encoded => encoded[^1] ^= 1));

        foreach (var read in new Func<Block?>[] { () => Store.Find(blocks[0].Id), () => Store.FindCommitted(blocks[0].Height) })
        {
            var message = Assert.Throws<StoreException>(() => read()).Message;
            Assert.Contains($"Block {blocks[0].Id} {blocks[0].Height} in {Data} is damaged", message, StringComparison.Ordinal);
        }

        Assert.Equal(blocks[1].Id, Store.FindCommitted(blocks[1].Height)!.Id);
    }

    [Fact]
    public void Another_block_in_the_place_of_one_is_noticed()
    {
        var blocks = After(Genesis, 2);
        Store.Commit(blocks);
        ChangeRaw(raw => ChangeBlock(raw, blocks[0], encoded => blocks[1].Encoded.Span.CopyTo(encoded)));

        Assert.Contains("it is another block", Assert.Throws<StoreException>(() => Store.Find(blocks[0].Id)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_whose_last_committed_block_is_missing_is_refused()
    {
        var blocks = After(Genesis, 2);
        Store.Commit(blocks);
        ChangeRaw(raw => raw.Remove(BlockKey(blocks[1]), raw.GetColumnFamily("blocks")));
        AssertRefused($"block {blocks[1].Id} h2 is missing", Data);
    }

    // The database as it was, and beside it what is there now.
    private void PutBack(string copy)
    {
        foreach (var file in Directory.EnumerateFiles(Data).Where(file => Path.GetFileName(file) != "record.generation"))
            File.Delete(file);
        foreach (var file in Directory.EnumerateFiles(copy).Where(file => Path.GetFileName(file) != "record.generation"))
            File.Copy(file, Path.Combine(Data, Path.GetFileName(file)));
    }

    private void ChangeRaw(Action<RocksDb> change)
    {
        Close();
        var families = new ColumnFamilies();
        foreach (var name in RocksDb.ListColumnFamilies(new DbOptions(), Data))
            families.Add(name, new ColumnFamilyOptions());
        using var raw = RocksDb.Open(new DbOptions(), Data, families);
        change(raw);
    }

    private static void ChangeBlock(RocksDb raw, Block block, Action<byte[]> change)
    {
        var encoded = raw.Get(BlockKey(block), raw.GetColumnFamily("blocks"));
        change(encoded);
        raw.Put(BlockKey(block), encoded, raw.GetColumnFamily("blocks"));
    }

    private static byte[] BlockKey(Block block)
    {
        var key = new byte[8 + Digest.Size];
        var writer = new CanonicalWriter(key);
        writer.Int64(block.Height.Number);
        writer.Digest(block.Id.Hash);
        return key;
    }
}
