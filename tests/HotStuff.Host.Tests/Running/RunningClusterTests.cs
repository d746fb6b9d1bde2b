namespace HotStuff.Host.Tests.Running;

/// <summary>What can be done with a cluster that runs and goes on running.</summary>
[Collection(RunningCluster.Name)]
public sealed class RunningClusterTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    [Fact]
    public async Task What_is_put_can_be_read_back()
    {
        Assert.Equal("ok", (await cluster.RunAsync("kv", "put", "read/greeting", "hello")).Succeeded().Trim());
        Assert.Equal("hello", (await cluster.RunAsync("kv", "get", "read/greeting")).Succeeded().Trim());
        Assert.Equal("5", (await cluster.RunAsync("kv", "incr", "read/visits", "5")).Succeeded().Trim());
        (await cluster.RunAsync("kv", "cas", "read/greeting", "hello", "goodbye")).Succeeded();
        Assert.Equal("read/greeting\tgoodbye\nread/visits\t5\n", (await cluster.RunAsync("kv", "scan", "read/")).Succeeded());
        (await cluster.RunAsync("kv", "delete", "read/visits")).Succeeded();
        Assert.Equal("read/greeting\tgoodbye\n", (await cluster.RunAsync("kv", "scan", "read/", "--read", "linearizable")).Succeeded());
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_line_and_exit_code_1()
    {
        Assert.Equal("hotstuff: the key has no value", (await cluster.RunAsync("kv", "get", "nothing")).FailedWith(1));
        Assert.Equal("hotstuff: the key has no value", (await cluster.RunAsync("kv", "get", "nothing", "--read", "stale")).FailedWith(1));
        Assert.Equal("hotstuff: the key has no value", (await cluster.RunAsync("kv", "delete", "nothing")).FailedWith(1));
        (await cluster.RunAsync("kv", "put", "color", "red")).Succeeded();
        Assert.Equal("hotstuff: the value is 'red', not the expected one", (await cluster.RunAsync("kv", "cas", "color", "green", "blue")).FailedWith(1));
        Assert.Equal("hotstuff: the key's value is not a number", (await cluster.RunAsync("kv", "incr", "color")).FailedWith(1));
    }

    [Theory]
    [InlineData("--replicas", "7", "4")]
    [InlineData("--leaders", "round-robin", "reputation")]
    public async Task Up_refuses_to_make_another_cluster_of_the_one_that_is_there(string option, string given, string existing)
    {
        var result = await cluster.RunAsync("up", option, given);

        Assert.Equal($"hotstuff: {option} is '{given}'; the cluster in {cluster.Path} has {existing}", result.FailedWith(2));
    }

    [Fact]
    public async Task A_command_that_is_too_long_is_one_line_and_the_cluster_goes_on()
    {
        var result = await cluster.RunAsync("kv", "put", "long", new string('x', 70_000));

        Assert.Equal("hotstuff: the command has 70006 bytes with its key and value; allowed are 65536 (maxCommandBytes of the genesis file)", result.FailedWith(2));
        Assert.Equal("hotstuff: the key has no value", (await cluster.RunAsync("kv", "get", "long")).FailedWith(1));
    }

    [Theory]
    [InlineData("kv", "get", "a")]
    [InlineData("status")]
    public async Task A_client_of_another_chain_is_told_so(params string[] command)
    {
        var genesis = await File.ReadAllTextAsync(cluster.File("genesis.json"));
        await File.WriteAllTextAsync(cluster.File("other.json"), genesis.Replace("\"chain\": \"local\"", "\"chain\": \"other\"", StringComparison.Ordinal));

        var result = await HotStuffProcess.RunAsync([.. command, "--genesis", cluster.File("other.json")]);

        Assert.StartsWith("hotstuff: the replicas are of another chain than the genesis file's", result.FailedWith(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_file_that_cannot_be_written_is_told_before_anything_is_done()
    {
        var result = await cluster.RunAsync("kv", "put", "unwritten", "x", "--json", Path.Combine(cluster.File("genesis.json"), "x.json"));

        Assert.StartsWith($"hotstuff: --json is '{cluster.File("genesis.json")}", result.FailedWith(2), StringComparison.Ordinal);
        Assert.Equal("hotstuff: the key has no value", (await cluster.RunAsync("kv", "get", "unwritten")).FailedWith(1));
    }

    [Fact]
    public async Task A_node_whose_key_is_in_use_says_so()
    {
        var result = await HotStuffProcess.RunAsync(
            "node", "--genesis", cluster.File("genesis.json"), "--key", cluster.File("replica-0.key"), "--data", cluster.File("elsewhere"));

        Assert.Contains("another process on this machine runs with this key", result.FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_data_directory_is_in_use_says_so()
    {
        var result = await HotStuffProcess.RunAsync(
            "node", "--config", cluster.File("node.conf"), "--genesis", cluster.File("genesis.json"), "--key", CopyOfKey(),
            "--data", Path.Combine(cluster.Path, "data", "replica-0"));

        Assert.Contains("replica-0 is in use by another process", result.FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_port_is_in_use_says_so()
    {
        var result = await HotStuffProcess.RunAsync(
            "node", "--genesis", cluster.File("genesis.json"), "--key", CopyOfKey(), "--data", cluster.File("elsewhere"));

        Assert.Contains($"{cluster.BasePort + 100}", result.FailedWith(2), StringComparison.Ordinal);
    }

    /// <summary>A copy is locked apart: only the other replicas notice it.</summary>
    private string CopyOfKey()
    {
        var copy = cluster.File("copy.key");
        File.Copy(cluster.File("replica-0.key"), copy, overwrite: true);
        return copy;
    }

    [Fact]
    public async Task A_running_cluster_can_be_loaded_without_starting_another()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--genesis", cluster.File("genesis.json"), "--duration", "1", "--warmup", "0", "--outstanding", "50");

        Assert.Contains("0 lost, 0 duplicated", result.Succeeded(), StringComparison.Ordinal);
    }
}
