using HotStuff.Consensus;
using static HotStuff.Storage.Tests.Chains;

namespace HotStuff.Storage.Tests;

/// <summary>What a process leaves that is killed at any moment while it forgets blocks or writes snapshots.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hotstuff-killed-").FullName;
    private IReplicaStore? _store;

    private IReplicaStore Store => _store ??= ReplicaStores.Open(_directory, Durability.Fsync, Chain, Limits);

    public void Dispose()
    {
        _store?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public async Task A_process_that_is_killed_while_it_forgets_leaves_a_chain_without_holes(int lines)
    {
        var said = await RunAndKillAsync("forget", lines);

        // What was said to be done is so, unless the next was begun: then it may be done, partly for pruning, which goes in steps.
        var done = Last(said, "done ");
        var begun = Math.Max(done, Last(said, "begins "));
        var oldest = Store.OldestHeight.Number;
        var committed = Store.CommittedHeight.Number;
        Assert.InRange(oldest, Math.Max(1, done), begun);
        Assert.True(oldest == 1 || Store.FindCommitted(new Height(oldest - 1)) is null);
        Block? parent = null;
        for (var height = oldest; height <= committed; height++)
        {
            var block = Store.FindCommitted(new Height(height))!;
            Assert.Equal(block.Id, Store.Find(block.Id)!.Id);
            Assert.True(parent is null || block.Parent == parent.Id);
            parent = block;
        }

        Assert.Empty(Store.Uncommitted());
        Store.Commit(After(parent!, 1));
        Store.Prune(Store.CommittedHeight);
        Assert.Equal(committed + 1, Store.OldestHeight.Number);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_process_that_is_killed_while_it_takes_snapshots_leaves_those_that_it_said_it_wrote(int lines)
    {
        var said = await RunAndKillAsync("snapshots", lines);

        var written = Last(said, "written ");
        var certified = Last(said, "certified ");
        var all = Store.Snapshots.All;
        Assert.InRange(all[^1].Height.Number, written, written + 1);
        Assert.True(certified == 0 || all.Any(one => one.Height.Number == certified && one.Certificate == CertificateOf(one.Manifest)));
        Assert.All(all, one => Assert.True(ContentsOf(one.Height.Number).AsSpan().SequenceEqual(Store.Snapshots.ReadAll(one.Manifest.Digest))));
        Assert.Equal(2 * all.Count, Directory.GetFiles(Path.Combine(_directory, "snapshots")).Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(11)]
    public async Task A_process_that_is_killed_while_it_fetches_snapshots_leaves_the_pieces_that_it_said_had_come(int lines)
    {
        var said = await RunAndKillAsync("fetch", lines);

        var whole = Last(said, "whole ");
        var all = Store.Snapshots.All;
        Assert.Equal(Enumerable.Range(1, all.Count).Select(height => (long)height), all.Select(one => one.Height.Number));
        Assert.InRange(all.Count, whole, whole + 1);
        Assert.All(all, one => Assert.True(ContentsOf(one.Height.Number).AsSpan().SequenceEqual(Store.Snapshots.ReadAll(one.Manifest.Digest))));
        var under = After(Genesis, all.Count + 1)[^1];
        var manifest = SnapshotOf(under);
        using var partial = Store.Snapshots.Fetch(manifest, CertificateOf(manifest));
        var came = said.Where(line => line.StartsWith($"piece {under.Height.Number} ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[2])).ToList();
        Assert.Empty(partial.Missing.Intersect(came));
        foreach (var chunk in partial.Missing.ToList())
        {
            var (start, length) = manifest.RangeOf(chunk);
            Assert.True(partial.Add(chunk, ContentsOf(under.Height.Number).AsSpan(start, length)));
        }

        Assert.Equal(under.Height, partial.Complete().Height);
        Assert.True(ContentsOf(under.Height.Number).AsSpan().SequenceEqual(Store.Snapshots.ReadAll(manifest.Digest)));
    }

    private static long Last(List<string> said, string what) =>
        said.LastOrDefault(line => line.StartsWith(what, StringComparison.Ordinal)) is { } line ? long.Parse(line[what.Length..]) : 0;

    private async Task<List<string>> RunAndKillAsync(string what, int lines)
    {
        using var child = ChildProcess.Start(what, _directory, Durability.Fsync);
        Assert.Equal("open", await child.ReadLineAsync());
        return await child.KillAfterAsync(lines);
    }
}
