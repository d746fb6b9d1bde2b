using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>Whole nodes that come back: after long, with nothing, with an old copy.</summary>
public sealed class RecoveryTests
{
    private const string Settings = "view-timeout.base = 150 ms";
    private static readonly ProtocolLimits FewBlocks = Samples.Limits with { SnapshotBlocks = 16 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_that_was_away_while_the_others_forgot_its_blocks_comes_back_by_a_snapshot(bool durable)
    {
        await using var nodes = await StartAsync(durable);
        await using var client = await nodes.ConnectAsync();
        await CountAsync(client, 1, 5);
        await nodes.Nodes[3].StopAsync();
        var next = await CountUntilAsync(client, 6, nodes, status => status.Oldest > new Height(40), of: [0, 1, 2]);
        await nodes.StartAsync(3, Settings, durable: durable);
        await AgreeAsync(nodes, client, next);
        Assert.Equal(1, nodes.Nodes[3].Counters.SnapshotsFetched);
    }

    [Fact]
    public async Task A_node_with_an_empty_disk_joins_again()
    {
        await using var nodes = await StartAsync(durable: true);
        await using var client = await nodes.ConnectAsync();
        var next = await CountUntilAsync(client, 1, nodes, status => status.Oldest > new Height(20), of: [0, 1, 2, 3]);
        await nodes.Nodes[2].StopAsync();
        Directory.Delete(Path.Combine(nodes.Directory, "r2"), recursive: true);
        await nodes.StartAsync(2, Settings, durable: true);
        await AgreeAsync(nodes, client, next);
    }

    [Fact]
    public async Task A_node_with_an_old_copy_of_its_disk_joins_again_and_restores_only_what_it_must()
    {
        await using var nodes = await StartAsync(durable: true);
        await using var client = await nodes.ConnectAsync();
        await CountAsync(client, 1, 20);
        var own = Path.Combine(nodes.Directory, "r2");
        await nodes.Nodes[2].StopAsync();
        Copy(own, own + "-copy");
        await nodes.StartAsync(2, Settings, durable: true);
        var next = await CountUntilAsync(client, 21, nodes, status => status.Oldest > new Height(60), of: [0, 1, 2, 3]);
        await nodes.Nodes[2].StopAsync();
        Directory.Delete(own, recursive: true);
        Directory.Move(own + "-copy", own);
        await nodes.StartAsync(2, Settings, durable: true);
        await AgreeAsync(nodes, client, next);
    }

    [Fact]
    public async Task A_node_starts_from_its_snapshot_and_keeps_a_bounded_number_of_blocks()
    {
        await using var nodes = new TestNodes(1, FewBlocks);
        await nodes.StartAsync(0, durable: true);
        int next;
        await using (var client = await nodes.ConnectAsync())
            next = await CountUntilAsync(client, 1, nodes, status => status.Committed > new Height(400), of: [0]);
        var before = (await nodes.StatusAsync())[0]!;
        Assert.InRange(before.Committed.Number - before.Oldest.Number, 0, 3 * FewBlocks.SnapshotBlocks);
        await nodes.Nodes[0].StopAsync();
        await nodes.StartAsync(0, durable: true);
        var after = (await nodes.StatusAsync())[0]!;
        Assert.Equal((before.StateDigest, before.Executed), (after.StateDigest, after.Executed));
        Assert.InRange(Directory.GetFiles(Path.Combine(nodes.Directory, "r0", "snapshots")).Length, 2, 6);
        await using var again = await nodes.ConnectAsync();
        await CountAsync(again, next, next + 3);
    }

    private static async Task<TestNodes> StartAsync(bool durable)
    {
        var nodes = new TestNodes(4, FewBlocks);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, Settings, durable: durable);
        return nodes;
    }

    private static async Task CountAsync(HotStuffClient client, int from, int to)
    {
        for (var expected = from; expected <= to; expected++)
        {
            var result = await client.SubmitAsync(KeyValueCommand.Increment("count"u8, 1));
            Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetString(KeyValueResult.TryRead(result.Result)!.Value.Span));
        }
    }

    /// <summary>Counts on until replicas are as wanted; the next number.</summary>
    private static async Task<int> CountUntilAsync(HotStuffClient client, int next, TestNodes nodes, Func<NodeStatus, bool> wanted, int[] of)
    {
        for (var round = 0; round < 200; round++, next += 10)
        {
            var status = await nodes.StatusAsync();
            if (of.All(replica => status[replica] is { } one && wanted(one)))
                return next;
            await CountAsync(client, next, next + 9);
        }

        throw new InvalidOperationException("it did not come to pass");
    }

    /// <summary>While somebody goes on counting, all come to the same state.</summary>
    private static async Task AgreeAsync(TestNodes nodes, HotStuffClient client, int next)
    {
        await TestNodes.EventuallyAsync(async () =>
        {
            await CountAsync(client, next, next);
            next++;
            var status = await nodes.StatusAsync();
            return status.All(one => one is not null) && status.Max(one => one!.Executed.Number) - status.Min(one => one!.Executed.Number) < 10;
        });
        await TestNodes.EventuallyAsync(async () => (await nodes.StatusAsync()).Select(one => one?.StateDigest).Distinct().Count() == 1);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
