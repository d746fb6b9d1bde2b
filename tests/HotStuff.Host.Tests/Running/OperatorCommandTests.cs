using System.Globalization;
using System.Text.Json;
using HotStuff.Operator;

namespace HotStuff.Host.Tests.Running;

/// <summary>What operators do to a cluster that runs, and that goes on running.</summary>
[Collection(RunningCluster.Name)]
public sealed class OperatorCommandTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task A_node_is_looked_at_with_one_command_after_another()
    {
        await HasMembersAsync(2, 4);
        var script = await LinesAsync(
            2, "# a comment", "cluster show", "cluster status", "actor count", "actor hierarchy -s akka://hotstuff/user -d 1", "log level", "hotstuff status", "hotstuff peers",
            "hotstuff blocks -n 3", "hotstuff mempool", "hotstuff evidence", "exit", "nonsense");
        var output = script.Succeeded();

        Assert.Contains($"akka.tcp://ops@127.0.0.1:{cluster.BasePort + 3} | [replica] | up | reachable | 0.1.0", output, StringComparison.Ordinal);
        Assert.Contains("akka://hotstuff/user/consensus\n", output, StringComparison.Ordinal);
        Assert.Contains("replica            r2\n", output, StringComparison.Ordinal);
        Assert.Contains("3 of 3 have proven who they are", output, StringComparison.Ordinal);
        Assert.Contains("no replica has contradicted itself", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_line_and_an_exit_code()
    {
        Assert.Equal("hotstuff: r1 is not paused", (await RunAsync(1, "hotstuff", "resume")).FailedWith(1));
        Assert.Equal("hotstuff: -n is '0'; allowed is a whole number from 1 to 1000", (await RunAsync(1, "hotstuff", "blocks", "-n", "0")).FailedWith(2));
        var script = await LinesAsync(1, "hotstuff resume", "log level");
        Assert.Equal("hotstuff: r1 is not paused", script.FailedWith(1));
        Assert.Equal("info\n", script.Output);
    }

    [Fact]
    public async Task The_log_is_watched_and_tells_what_operators_do()
    {
        using var tail = HotStuffProcess.Start("pbm", Address(3), "log", "tail", "-n", "0");
        var seen = Processes.LineWithAsync(tail.StandardOutput, "log level info");
        await EventuallyAsync(async () =>
        {
            await AskAsync(3, "log level info");
            return seen.IsCompleted;
        });
        Assert.Contains("INF r3 operator at 127.0.0.1:", await seen, StringComparison.Ordinal);

        await Processes.SignalAsync(tail.Id, "INT");
        await tail.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(0, tail.ExitCode);
    }

    [Fact]
    public async Task A_quorum_that_gives_up_its_view_changes_it()
    {
        (await cluster.RunAsync("kv", "put", "before", "it")).Succeeded();
        var timeouts = await NumberAsync(0, "timeouts");
        var view = await NumberAsync(0, "view");

        for (var replica = 0; replica < 4; replica++)
            Assert.StartsWith($"r{replica} gives up view ", (await AskAsync(replica, "hotstuff timeout now")).Data[0]!.GetValue<string>(), StringComparison.Ordinal);

        await EventuallyAsync(async () => await NumberAsync(0, "timeouts") > timeouts);
        await EventuallyAsync(async () => await NumberAsync(0, "view") > view);
        (await cluster.RunAsync("kv", "put", "after", "it")).Succeeded();
    }

    [Fact]
    public async Task A_paused_replica_is_left_behind_and_catches_up()
    {
        Assert.Contains("r2 is paused", await PbmAsync(2, "hotstuff", "pause"), StringComparison.Ordinal);
        (await cluster.RunAsync("kv", "put", "while", "paused")).Succeeded();
        var height = 0L;
        foreach (var replica in (int[])[0, 1, 3])
            height = Math.Max(height, await NumberAsync(replica, "executedHeight"));
        Assert.True(await NumberAsync(2, "executedHeight") < height);
        Assert.Equal("paused", (await AskAsync(2, "hotstuff status")).Data["state"]!.GetValue<string>());

        Assert.Contains("r2 takes part again", await PbmAsync(2, "hotstuff", "resume"), StringComparison.Ordinal);

        (await cluster.RunAsync("kv", "put", "after", "pause")).Succeeded();
        await EventuallyAsync(async () => await NumberAsync(2, "executedHeight") >= height);
    }

    [Fact]
    public async Task A_node_leaves_the_operators_cluster_under_load_and_nobody_notices()
    {
        await HasMembersAsync(3, 4);
        var load = HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--genesis", cluster.File("genesis.json"), "--duration", "3", "--warmup", "0", "--outstanding", "50");

        Assert.Contains("has left; consensus goes on", await PbmAsync(3, "cluster", "leave"), StringComparison.Ordinal);
        await HasMembersAsync(0, 3);
        Assert.Equal("hotstuff: this node is in no operators' cluster; 'cluster join' brings it back", (await RunAsync(3, "cluster", "show")).FailedWith(1));

        var report = (await load).Succeeded();
        Assert.Contains("0 lost, 0 duplicated", report, StringComparison.Ordinal);
        await AskAsync(3, "cluster join");
        await HasMembersAsync(0, 4);
    }

    [Fact]
    public async Task The_leader_is_killed_at_once_and_the_others_go_on()
    {
        (await cluster.RunAsync("kv", "put", "first", "x")).Succeeded();
        var leader = int.Parse(JsonDocument.Parse(await PbmAsync(0, "hotstuff", "leader", "--json")).RootElement.GetProperty("leader").GetString()![1..], CultureInfo.InvariantCulture);
        var process = cluster.PidOf(leader);

        Assert.Equal($"r{leader} dies\n", await PbmAsync(leader, "hotstuff", "kill"));

        await Processes.AllEndedAsync([process]);
        (await cluster.RunAsync("kv", "put", "second", "x")).Succeeded();
        Assert.Contains($"r{leader} started", (await cluster.UpAsync()).Succeeded(), StringComparison.Ordinal);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private string Address(int replica) => $"127.0.0.1:{cluster.BasePort + 400 + replica}";

    private Task<ProcessResult> RunAsync(int replica, params string[] command) => HotStuffProcess.RunAsync(["pbm", Address(replica), .. command]);

    private async Task<string> PbmAsync(int replica, params string[] command) => (await RunAsync(replica, command)).Succeeded();

    /// <summary>Asks without a process in between, which costs less.</summary>
    private async Task<CommandResult> AskAsync(int replica, string command)
    {
        await using var client = await CommandClient.ConnectAsync(new CommandEndpoint("127.0.0.1", cluster.BasePort + 400 + replica));
        return (await client.RunAsync(CommandWords.Split(command), _ => Assert.Fail("there were lines")))!;
    }

    private async Task<long> NumberAsync(int replica, string field) => (await AskAsync(replica, "hotstuff status")).Data[field]!.GetValue<long>();

    private Task HasMembersAsync(int replica, int members) => EventuallyAsync(async () => (await AskAsync(replica, "cluster show")).Data.AsArray() is var shown
        && shown.Count == members && shown.All(member => member!["status"]!.GetValue<string>() == "up" && member["reachability"]!.GetValue<string>() == "reachable"));

    /// <summary>Commands as lines of standard input.</summary>
    private async Task<ProcessResult> LinesAsync(int replica, params string[] lines)
    {
        using var process = HotStuffProcess.Start("pbm", Address(replica));
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(string.Join('\n', lines));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        return new ProcessResult(process.ExitCode, await output, await error);
    }
}
