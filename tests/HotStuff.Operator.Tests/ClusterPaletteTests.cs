using Akka.Configuration;
using HotStuff.Cluster;

namespace HotStuff.Operator.Tests;

/// <summary>The operators' cluster, with two real members on loopback.</summary>
public sealed class ClusterPaletteTests : IAsyncLifetime
{
    private readonly FakeNode _node = new();
    private readonly FakeLog _log = new();
    private OpsSystem _own = null!;
    private OpsSystem _other = null!;

    public async Task InitializeAsync()
    {
        _own = Start([]);
        var cluster = Akka.Cluster.Cluster.Get(_own.System);
        cluster.Join(cluster.SelfAddress);
        _other = Start([$"127.0.0.1:{cluster.SelfAddress.Port}"]);
        _node.Ops = _own;
        await EventuallyAsync(() => _own.Members.Count(member => member.Status == "up") == 2);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _other.System.Terminate();
    }

    [Fact]
    public async Task Members_are_shown_and_one_is_told_to_leave_while_somebody_watches()
    {
        var members = new[] { _own.Address, _other.Address }.Order(StringComparer.Ordinal).Select(address => $"{address} | [replica] | up | reachable | 0.1.0");
        Assert.Equal(members.Append("Count: 2 nodes"), await LinesAsync("cluster show"));
        Assert.Contains("status       up", await LinesAsync("cluster status"));
        Assert.Equal(["no member is unreachable"], await LinesAsync("cluster down-unreachable"));
        var both = _own.Members.Select(member => member.Address);
        Assert.Equal($"-a is '127.0.0.1:1', which is no member; allowed are {string.Join(", ", both)}", await ProblemAsync("cluster down -a 127.0.0.1:1"));

        var tail = Assert.IsType<LineStream>(await AnswerAsync("cluster tail")).Lines.GetAsyncEnumerator();
        Assert.True(await tail.MoveNextAsync());
        Assert.True(await tail.MoveNextAsync());
        Assert.EndsWith(" | [replica] | up | reachable | 0.1.0", tail.Current, StringComparison.Ordinal);
        var next = tail.MoveNextAsync();
        Assert.Equal([$"{_other.Address} was asked to leave; consensus goes on"], await LinesAsync($"cluster leave -a {_other.Address.Split('@')[1]}"));
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(40)));
        Assert.EndsWith($" {_other.Address} is leaving", tail.Current, StringComparison.Ordinal);
        await EventuallyAsync(() => _other.HasEnded && _own.Members.Count == 1);

        Assert.Equal([$"{_own.Address} has left; consensus goes on, and 'cluster join' brings it back"], await LinesAsync("cluster leave"));
        Assert.True(_own.HasEnded);
        var last = "";
        while (await tail.MoveNextAsync())
            last = tail.Current;
        Assert.Equal("the membership of this node is over", last);
    }

    [Theory]
    [InlineData("cluster down-unreachable")]
    [InlineData("cluster down -a OTHER")]
    public async Task A_member_that_died_is_downed(string command)
    {
        command = command.Replace("OTHER", _other.Address, StringComparison.Ordinal);
        await _other.System.Terminate();
        await EventuallyAsync(() => _own.Members.Any(member => !member.IsReachable));
        Assert.Contains($"{_other.Address} | [replica] | up | unreachable | 0.1.0", await LinesAsync("cluster show"));

        Assert.Equal([$"{_other.Address} is being removed; consensus goes on"], await LinesAsync(command));

        await EventuallyAsync(() => _own.Members.Count == 1);
    }

    [Fact]
    public async Task A_seed_without_a_replica_takes_the_commands_that_need_none()
    {
        await using var seed = OpsSeed.Start(NodeSettings.From(ConfigurationFactory
            .ParseString($"hotstuff {{ log-level = off, ops {{ port = {FreePort()}, seeds = [\"{_own.Address.Split('@')[1]}\"] }} }}").WithFallback(NodeConfiguration.Reference)), []);
        await using var host = await CommandHost.StartAsync(
            new CommandHostOptions { Host = "127.0.0.1", Port = 0 }, OperatorPalettes.WithoutReplica, new OperatorContext(seed, _log, () => { }));
        await using var client = await CommandClient.ConnectAsync(new CommandEndpoint("127.0.0.1", host.LocalEndPoint.Port));
        await EventuallyAsync(() => seed.Ops!.Members.Count(member => member.Status == "up") == 3);

        Assert.Equal(("seed", null), (client.Name, client.Chain));
        var shown = ResultText.Lines((await client.RunAsync(["cluster", "show"], _ => { }))!).ToArray();
        Assert.Contains($"{seed.Ops!.Address} | [seed] | up | reachable | 0.1.0", shown);
        Assert.Equal("Count: 3 nodes", shown[^1]);
        Assert.Contains("'hotstuff' is not a command", (await Assert.ThrowsAsync<CommandProblemException>(() => client.RunAsync(["hotstuff", "status"], _ => { }))).Message, StringComparison.Ordinal);
        Assert.False(seed.JoinOps());
        await client.RunAsync(["cluster", "leave"], _ => { });
        Assert.Null(seed.Ops);
        await client.RunAsync(["cluster", "join"], _ => { });
        Assert.NotNull(seed.Ops);
    }

    // Free at this moment: a seed tells its port to others, so the system cannot choose one when it starts.
    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static OpsSystem Start(string[] seeds) => OpsSystem.Start(
        NodeSettings.From(ConfigurationFactory.ParseString("hotstuff.log-level = off").WithFallback(NodeConfiguration.Reference)), "127.0.0.1", 0, seeds, []);

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(40), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private Task<CommandAnswer> AnswerAsync(string line) =>
        OperatorPalettes.Catalog.RunAsync(CommandWords.Split(line), new OperatorContext(_node, _log, _node.Kill), "here", CancellationToken.None);

    private async Task<string[]> LinesAsync(string line) => [.. ResultText.Lines(Assert.IsType<CommandResult>(await AnswerAsync(line)))];

    private async Task<string> ProblemAsync(string line) => (await Assert.ThrowsAsync<CommandProblemException>(() => AnswerAsync(line))).Message;
}
