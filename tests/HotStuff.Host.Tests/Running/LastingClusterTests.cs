using System.Text.Json;

namespace HotStuff.Host.Tests.Running;

[Collection(RunningCluster.Name)]
public sealed class LastingClusterTests : IAsyncLifetime
{
    private readonly ClusterUnderTest _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Data_survives_down_and_up()
    {
        (await _cluster.RunAsync("kv", "put", "kept", "yes")).Succeeded();

        Assert.Contains("4 of 4 replicas stopped", (await _cluster.RunAsync("down")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("none of 4 replicas was running", (await _cluster.RunAsync("down")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("4 of 4 replicas do not answer", (await _cluster.RunAsync("status")).FailedWith(1), StringComparison.Ordinal);
        (await _cluster.UpAsync()).Succeeded();

        Assert.Equal("yes", (await _cluster.RunAsync("kv", "get", "kept")).Succeeded().Trim());
    }

    [Fact]
    public async Task Up_again_starts_only_what_does_not_run_and_that_catches_up()
    {
        Assert.DoesNotContain("started", (await _cluster.UpAsync()).Succeeded(), StringComparison.Ordinal);
        Processes.Kill(_cluster.PidOf(2));
        (await _cluster.RunAsync("kv", "put", "while", "away")).Succeeded();

        var output = (await _cluster.UpAsync()).Succeeded();

        Assert.Contains("r2 started", output, StringComparison.Ordinal);
        Assert.Contains("r1 running", output, StringComparison.Ordinal);
        // One more command, so that the replica learns of what it missed.
        (await _cluster.RunAsync("kv", "put", "back", "again")).Succeeded();
        await HasHeightOfTheOthersAsync(2);
    }

    [Fact]
    public async Task A_cluster_that_does_not_come_up_as_a_whole_leaves_nothing_running()
    {
        (await _cluster.RunAsync("down")).Succeeded();
        File.Delete(_cluster.File("replica-3.key"));

        var result = await _cluster.UpAsync();

        Assert.Contains("replica-3.key", result.FailedWith(1), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cluster.Path, "*.pid"));
        Assert.Contains("4 of 4 replicas do not answer", (await _cluster.RunAsync("status")).FailedWith(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_stops_cleanly_on_SIGTERM()
    {
        if (OperatingSystem.IsWindows())
            return;
        (await _cluster.RunAsync("down")).Succeeded();
        using var node = HotStuffProcess.Start(
            "node", "--config", _cluster.File("node.conf"), "--genesis", _cluster.File("genesis.json"), "--key", _cluster.File("replica-0.key"),
            "--data", Path.Combine(_cluster.Path, "data", "replica-0"));
        await Processes.LineWithAsync(node.StandardOutput, "ready");

        await Processes.SignalAsync(node.Id, "TERM");

        await node.StandardOutput.ReadToEndAsync().WaitAsync(RunningCluster.Bound);
        await node.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(0, node.ExitCode);
    }

    private async Task HasHeightOfTheOthersAsync(int replica)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            (await _cluster.RunAsync("status", "--json", _cluster.File("status.json"))).Succeeded();
            var heights = JsonDocument.Parse(await File.ReadAllTextAsync(_cluster.File("status.json"), timeout.Token)).RootElement
                .EnumerateArray().Select(node => node.GetProperty("height").GetInt64()).ToArray();
            if (heights[replica] > 0 && heights.Max() - heights[replica] <= 1)
                return;
            await Task.Delay(200, timeout.Token);
        }
    }
}
