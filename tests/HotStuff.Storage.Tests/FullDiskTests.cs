using HotStuff.Consensus;
using Xunit.Abstractions;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>What a store does on a disk that fills up.</summary>
public sealed class FullDiskTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hotstuff-full-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Os)]
    public void A_full_disk_is_one_clear_line_and_when_there_is_room_again_everything_written_before_is_there(Durability durability)
    {
        using var disk = SmallDisk.TryMount(Path.Combine(_directory, "mount"), "24m", output);
        if (disk is null)
            return;
        var data = Path.Combine(disk.Path, "data");
        var ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[8 * 1024 * 1024]);
        var block = Genesis;
        SafetyRecord? written = null;
        using (var store = RocksDbStore.Open(data, Chain, Limits, durability))
        {
            var failure = Record.Exception(() =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    var next = Child(block, block.View.Number + 1, size: 20_000);
                    store.Persist(RecordOf(next), next);
                    (block, written) = (next, RecordOf(next));
                    store.Commit([next]);
                }
            });
            var message = Assert.IsType<StoreException>(failure).Message;
            Assert.Contains("free disk space", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        File.Delete(ballast);
        using var opened = RocksDbStore.Open(data, Chain, Limits, durability);
        // The write that failed may be there after all; the one before must be.
        Assert.True(opened.LoadRecord()!.LastVote!.Statement.View >= written!.LastVote!.Statement.View);
        Assert.True(opened.CommittedHeight.Number >= block.Height.Number - 1);
        Assert.Equal(block.Id, opened.Find(block.Id)!.Id);
    }
}
