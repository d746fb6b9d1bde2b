using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>Whole nodes over loopback, looked at and operated.</summary>
public sealed class OperatedNodeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_node_tells_how_it_is_which_peers_it_has_and_which_blocks()
    {
        await using var nodes = new TestNodes(4);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i);
        await using var client = await nodes.ConnectAsync();
        await client.SubmitAsync(KeyValueCommand.Put("k"u8, "v"u8), CancellationToken.None);
        IOperatedNode node = nodes.Nodes[2];
        using var bound = new CancellationTokenSource(Bound);

        await TestNodes.EventuallyAsync(async () => (await node.PeersAsync(bound.Token)).Links.Count(link => link.Proven) == 3);
        await TestNodes.EventuallyAsync(async () => (await node.ReportAsync(withDigest: true, bound.Token)).Status is { CommandsExecuted: 1, StateDigest: not null });
        var blocks = node.Blocks(IOperatedNode.MaxBlocks);
        Assert.Equal(blocks.Select(block => block.Height.Number).Order().Reverse(), blocks.Select(block => block.Height.Number));
        Assert.Equal(1, Assert.Single(blocks, block => block.Commands > 0).Commands);
        Assert.Contains(blocks, block => block.State == BlockState.Committed);
        Assert.All(blocks.Zip(blocks.Skip(1)).Where(pair => pair.Second.State == BlockState.Committed), pair => Assert.Equal(pair.Second.Id, pair.First.Parent));
        Assert.Single(node.Blocks(1));
    }

    [Fact]
    public async Task Who_watches_at_one_node_sees_a_view_change_of_all_when_replicas_are_made_to_give_up()
    {
        await using var nodes = new TestNodes(4);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, "ops.enabled = on");
        using var bound = new CancellationTokenSource(Bound);
        var seen = new List<FeedFrame>();
        var asked = false;
        await foreach (var frame in ((IOperatedNode)nodes.Nodes[0]).Feed.WatchAsync(bound.Token))
        {
            seen.Add(frame);
            if (!asked && seen.Select(one => one.Replica).Distinct().Count() == 4)
            {
                asked = true;
                foreach (var node in nodes.Nodes.Values)
                    node.GiveUpView();
            }

            if (asked && seen.SelectMany(one => one.Occurrences.Select(occurrence => (one.Replica, occurrence.Kind))).Distinct().Count(one => one.Kind == "viewChanged") == 4)
                break;
        }

        Assert.Contains(seen.SelectMany(frame => frame.Occurrences), occurrence => occurrence.Kind == "gaveUp");
    }

    [Fact]
    public async Task A_node_leaves_the_operators_cluster_serves_on_and_joins_again()
    {
        await using var nodes = new TestNodes(2);
        for (var i = 0; i < 2; i++)
            await nodes.StartAsync(i, "ops.enabled = on");
        IOperatedNode leaving = nodes.Nodes[1];
        await TestNodes.EventuallyAsync(() => Task.FromResult(leaving.Ops!.Members.Count == 2));
        Assert.False(leaving.JoinOps());

        var cluster = Akka.Cluster.Cluster.Get(leaving.Ops!.System);
        cluster.Leave(cluster.SelfAddress);
        await TestNodes.EventuallyAsync(() => Task.FromResult(leaving.Ops is null));
        await using var client = await nodes.ConnectAsync();
        await client.SubmitAsync(KeyValueCommand.Put("k"u8, "v"u8), CancellationToken.None);

        Assert.True(leaving.JoinOps());
        await TestNodes.EventuallyAsync(() => Task.FromResult(leaving.Ops!.Members.Count == 2));
    }

    [Fact]
    public async Task A_paused_node_is_left_behind_and_catches_up_when_it_is_resumed()
    {
        await using var nodes = new TestNodes(4);
        for (var i = 0; i < 4; i++)
            await nodes.StartAsync(i, "view-timeout.base = 150 ms");
        await using var client = await nodes.ConnectAsync();
        nodes.Nodes[3].Pause();
        Assert.True(nodes.Nodes[3].IsPaused);
        for (var i = 0; i < 5; i++)
            await client.SubmitAsync(KeyValueCommand.Increment("count"u8, 1), CancellationToken.None);
        using var bound = new CancellationTokenSource(Bound);
        Assert.Equal(0, (await ((IOperatedNode)nodes.Nodes[3]).ReportAsync(withDigest: false, bound.Token)).Status.CommandsExecuted);

        nodes.Nodes[3].Resume();
        await client.SubmitAsync(KeyValueCommand.Increment("count"u8, 1), CancellationToken.None);
        await TestNodes.EventuallyAsync(async () => (await ((IOperatedNode)nodes.Nodes[3]).ReportAsync(withDigest: false, bound.Token)).Status.CommandsExecuted == 6);
    }
}
