using System.Text.Json;

namespace HotStuff.Host.Tests.Running;

[Collection(RunningCluster.Name)]
public sealed class LastingClusterTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _basePort = $"{FreePorts.BasePort()}";

    public async Task InitializeAsync() => (await UpAsync()).Succeeded();

    public async Task DisposeAsync() => await RunAsync("down");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_put_can_be_read_back()
    {
        Assert.Equal("ok", (await RunAsync("kv", "put", "greeting", "hello")).Succeeded().Trim());
        Assert.Equal("hello", (await RunAsync("kv", "get", "greeting")).Succeeded().Trim());
        Assert.Equal("5", (await RunAsync("kv", "incr", "visits", "5")).Succeeded().Trim());
        (await RunAsync("kv", "cas", "greeting", "hello", "goodbye")).Succeeded();
        Assert.Equal("greeting\tgoodbye\nvisits\t5\n", (await RunAsync("kv", "scan")).Succeeded());
        (await RunAsync("kv", "delete", "visits")).Succeeded();
        Assert.Equal("greeting\tgoodbye\n", (await RunAsync("kv", "scan", "--read", "linearizable")).Succeeded());
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_line_and_exit_code_1()
    {
        Assert.Equal("hotstuff: the key has no value", (await RunAsync("kv", "get", "nothing")).FailedWith(1));
        Assert.Equal("hotstuff: the key has no value", (await RunAsync("kv", "get", "nothing", "--read", "stale")).FailedWith(1));
        Assert.Equal("hotstuff: the key has no value", (await RunAsync("kv", "delete", "nothing")).FailedWith(1));
        (await RunAsync("kv", "put", "color", "red")).Succeeded();
        Assert.Equal("hotstuff: the value is 'red', not the expected one", (await RunAsync("kv", "cas", "color", "green", "blue")).FailedWith(1));
        Assert.Equal("hotstuff: the key's value is not a number", (await RunAsync("kv", "incr", "color")).FailedWith(1));
    }

    [Fact]
    public async Task Data_survives_down_and_up()
    {
        (await RunAsync("kv", "put", "kept", "yes")).Succeeded();

        Assert.Contains("4 of 4 replicas stopped", (await RunAsync("down")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("4 of 4 replicas do not answer", (await RunAsync("status")).FailedWith(1), StringComparison.Ordinal);
        (await UpAsync()).Succeeded();

        Assert.Equal("yes", (await RunAsync("kv", "get", "kept")).Succeeded().Trim());
    }

    [Fact]
    public async Task Up_again_starts_only_what_does_not_run_and_that_catches_up()
    {
        Assert.DoesNotContain("started", (await UpAsync()).Succeeded(), StringComparison.Ordinal);
        Processes.Kill(PidOf(2));
        (await RunAsync("kv", "put", "while", "away")).Succeeded();

        var output = (await UpAsync()).Succeeded();

        Assert.Contains("r2 started", output, StringComparison.Ordinal);
        Assert.Contains("r1 running", output, StringComparison.Ordinal);
        // One more command, so that the replica learns of what it missed.
        (await RunAsync("kv", "put", "back", "again")).Succeeded();
        await HasHeightOfTheOthersAsync(2);
    }

    [Fact]
    public async Task Up_refuses_to_make_another_cluster_of_the_one_that_is_there()
    {
        var result = await RunAsync("up", "--replicas", "7");

        Assert.Equal($"hotstuff: --replicas is '7'; the cluster in {_directory.Path} has 4", result.FailedWith(2));
    }

    [Fact]
    public async Task A_cluster_that_does_not_come_up_as_a_whole_leaves_nothing_running()
    {
        (await RunAsync("down")).Succeeded();
        File.Delete(_directory.File("replica-3.key"));

        var result = await UpAsync();

        Assert.Contains("replica-3.key", result.FailedWith(1), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.pid"));
        Assert.Contains("4 of 4 replicas do not answer", (await RunAsync("status")).FailedWith(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_data_directory_is_in_use_says_so()
    {
        var result = await HotStuffProcess.RunAsync(
            "node", "--config", _directory.File("node.conf"), "--genesis", _directory.File("genesis.json"), "--key", _directory.File("replica-0.key"),
            "--data", Path.Combine(_directory.Path, "data", "replica-0"));

        Assert.Contains("replica-0", result.FailedWith(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_port_is_in_use_says_so()
    {
        var result = await HotStuffProcess.RunAsync(
            "node", "--genesis", _directory.File("genesis.json"), "--key", _directory.File("replica-0.key"), "--data", _directory.File("elsewhere"));

        Assert.Contains($"{int.Parse(_basePort) + 100}", result.FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_stops_cleanly_on_SIGTERM()
    {
        if (OperatingSystem.IsWindows())
            return;
        (await RunAsync("down")).Succeeded();
        using var node = HotStuffProcess.Start(
            "node", "--config", _directory.File("node.conf"), "--genesis", _directory.File("genesis.json"), "--key", _directory.File("replica-0.key"),
            "--data", Path.Combine(_directory.Path, "data", "replica-0"));
        await Processes.LineWithAsync(node.StandardOutput, "ready");

        await Processes.SignalAsync(node.Id, "TERM");

        await node.StandardOutput.ReadToEndAsync().WaitAsync(RunningCluster.Bound);
        await node.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(0, node.ExitCode);
    }

    [Fact]
    public async Task A_running_cluster_can_be_loaded_without_starting_another()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--genesis", _directory.File("genesis.json"), "--duration", "1", "--warmup", "0", "--outstanding", "50");

        Assert.Contains("0 lost, 0 duplicated", result.Succeeded(), StringComparison.Ordinal);
    }

    private Task<ProcessResult> UpAsync() => RunAsync("up", "--base-port", _basePort);

    private Task<ProcessResult> RunAsync(params string[] arguments) => HotStuffProcess.RunAsync(RunningCluster.Bound, [.. arguments, "--dir", _directory.Path]);

    private int PidOf(int replica) => int.Parse(File.ReadAllText(_directory.File($"replica-{replica}.pid")).Split(' ')[0]);

    private async Task HasHeightOfTheOthersAsync(int replica)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            (await RunAsync("status", "--json", _directory.File("status.json"))).Succeeded();
            var heights = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("status.json"), timeout.Token)).RootElement
                .EnumerateArray().Select(node => node.GetProperty("height").GetInt64()).ToArray();
            if (heights[replica] > 0 && heights.Max() - heights[replica] <= 1)
                return;
            await Task.Delay(200, timeout.Token);
        }
    }
}
