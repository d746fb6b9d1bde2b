using Akka.Actor;
using Akka.Configuration;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Real clusters on loopback.</summary>
public sealed class OpsSystemTests : IAsyncLifetime
{
    private readonly List<ActorSystem> _systems = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public async Task Two_nodes_become_members_and_one_leaves_cleanly()
    {
        var (a, b) = await StartTwo();
        Assert.Equal(a.Members.Select(member => member.ToString()), b.Members.Select(member => member.ToString()));
        Assert.Equal($"{a.Members[0].Address} | [replica] | up | reachable | 0.1.0", a.Members[0].ToString());
        await b.LeaveAsync();
        Assert.True(b.System.WhenTerminated.IsCompleted);
        await Eventually(() => a.Members.Count == 1);
    }

    [Fact]
    public async Task Leaving_takes_no_longer_than_allowed_when_the_others_are_gone()
    {
        var (a, b) = await StartTwo("200 ms");
        await a.System.Terminate();
        await b.LeaveAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.True(b.System.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_member_that_is_downed_ends_its_membership_and_neither_its_process_nor_its_consensus_system()
    {
        var (a, b) = await StartTwo();
        var consensus = ConsensusSystem.Start(Settings("5 s"), new PeerAddress(new ReplicaId(0), "127.0.0.1", 0), [], Samples.Limits, []);
        _systems.Add(consensus);
        a.Down(a.Members.Single(member => member.IsAt(b.Address)));
        await Eventually(() => b.HasEnded && a.Members.Count == 1);
        Assert.False(consensus.WhenTerminated.IsCompleted);
        var echo = consensus.ActorOf(Props.Create(() => new Echo()));
        Assert.Equal("alive", await echo.Ask<string>("alive", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_member_that_dies_is_shown_as_unreachable_and_stays_a_member()
    {
        var (a, b) = await StartTwo();
        await b.System.Terminate();
        await Eventually(() => a.Members.Any(member => !member.IsReachable));
        Assert.Equal(2, a.Members.Count);
    }

    [Fact]
    public async Task What_changes_among_the_members_is_told_until_the_membership_is_over()
    {
        var (a, b) = await StartTwo();
        var watch = a.Changes.WatchAsync(0).GetAsyncEnumerator();
        var first = watch.MoveNextAsync();
        a.Leave(a.Members.Single(member => member.IsAt(b.Address)));
        var seen = new List<string>();
        while (await first.AsTask().WaitAsync(TimeSpan.FromSeconds(40)))
        {
            seen.Add(watch.Current);
            if (seen[^1] == $"{b.Address} is removed")
                await a.System.Terminate();
            first = watch.MoveNextAsync();
        }

        Assert.Equal([$"{b.Address} is leaving", $"{b.Address} is exiting", $"{b.Address} is removed"], seen.Take(3));
        await Eventually(() => b.System.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void A_port_in_use_is_one_line_that_names_key_and_port()
    {
        var port = PortOf(Start("5 s", []));
        var refused = Assert.Throws<SettingsException>(() => OpsSystem.Start(Settings("5 s"), "127.0.0.1", port, [], []));
        Assert.StartsWith($"hotstuff.ops.port: 127.0.0.1:{port} cannot be listened on: ", refused.Message);
    }

    private static int PortOf(OpsSystem ops) => Akka.Cluster.Cluster.Get(ops.System).SelfAddress.Port!.Value;

    private static NodeSettings Settings(string leaveTimeout) => NodeSettings.From(ConfigurationFactory.ParseString(
        $"hotstuff {{ log-level = off, ops.leave-timeout = {leaveTimeout} }}").WithFallback(NodeConfiguration.Reference));

    private static async Task Eventually(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private async Task<(OpsSystem First, OpsSystem Second)> StartTwo(string leaveTimeout = "10 s")
    {
        var a = Start(leaveTimeout, []);
        var cluster = Akka.Cluster.Cluster.Get(a.System);
        cluster.Join(cluster.SelfAddress);
        var b = Start(leaveTimeout, [$"127.0.0.1:{PortOf(a)}"]);
        await Eventually(() => AreUp(a) && AreUp(b));
        return (a, b);

        static bool AreUp(OpsSystem ops) => ops.Members.Count(member => member.Status == "up") == 2;
    }

    private OpsSystem Start(string leaveTimeout, string[] seeds)
    {
        var ops = OpsSystem.Start(Settings(leaveTimeout), "127.0.0.1", 0, seeds, []);
        _systems.Add(ops.System);
        return ops;
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
