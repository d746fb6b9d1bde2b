using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HotStuff.Host.Tests.Running;

namespace HotStuff.Host.Tests;

/// <summary>A node that cannot start says why in one line.</summary>
public sealed class NodeRefusalTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public async Task InitializeAsync() => (await HotStuffProcess.RunAsync("keygen", "--out", _directory.Path)).Succeeded();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_unknown_key_in_the_configuration_is_named()
    {
        await File.WriteAllTextAsync(_directory.File("node.conf"), "hotstuff { durabilty = os }");

        Assert.Contains("hotstuff.durabilty", await RefusalAsync("--config", _directory.File("node.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_is_not_allowed_is_named()
    {
        await File.WriteAllTextAsync(_directory.File("node.conf"), "hotstuff { durability = paper }");

        Assert.Contains("hotstuff.durability is 'paper'", await RefusalAsync("--config", _directory.File("node.conf")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"version\": 1")]
    [InlineData("{ \"version\": 99 }")]
    [InlineData("hello")]
    [InlineData("")]
    public async Task A_genesis_file_that_is_malformed_or_of_another_version_is_refused(string content)
    {
        await File.WriteAllTextAsync(_directory.File("genesis.json"), content);

        Assert.Contains("genesis.json", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{ \"version\": 9 }", "version is 9; allowed: 1")]
    public async Task A_key_file_that_is_malformed_or_of_another_version_is_refused(string content, string problem)
    {
        // It stays readable by its owner only.
        await File.WriteAllTextAsync(_directory.File("replica-0.key"), content);

        var line = await RefusalAsync();

        Assert.Contains("replica-0.key", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_directory.File("replica-0.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Contains("the file mode is 0640; allowed: 0600", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_claims_to_be_another_replicas_is_refused()
    {
        var key = await File.ReadAllTextAsync(_directory.File("replica-0.key"));
        await File.WriteAllTextAsync(_directory.File("replica-0.key"), key.Replace("\"replica\": 0", "\"replica\": 1", StringComparison.Ordinal));

        Assert.Contains("identitySecret is another key's", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_used_is_named_with_its_key()
    {
        var refusal = await RefusalAsync("--data", _directory.File("genesis.json"));

        Assert.StartsWith("hotstuff: hotstuff.data-directory: ", refusal, StringComparison.Ordinal);
        Assert.Contains(_directory.File("genesis.json"), refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("opsPort", "hotstuff.ops.port")]
    [InlineData("consensusPort", "hotstuff.consensus.port")]
    [InlineData("clientPort", "hotstuff.gateway.port")]
    [InlineData("commandPort", "hotstuff.commands.port")]
    public async Task A_port_in_use_is_named_with_its_key(string port, string key)
    {
        (await HotStuffProcess.RunAsync("keygen", "--out", _directory.Path, "--force", "--base-port", $"{FreePorts.BasePort()}")).Succeeded();
        using var genesis = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("genesis.json")));
        var number = genesis.RootElement.GetProperty("validators")[0].GetProperty(port).GetInt32();
        using var occupied = new TcpListener(IPAddress.Loopback, number);
        occupied.Start();

        Assert.StartsWith($"hotstuff: {key}: 127.0.0.1:{number} cannot be listened on: ", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_commands_from_other_machines_need_a_token_or_certificates()
    {
        (await HotStuffProcess.RunAsync("keygen", "--out", _directory.Path, "--force", "--base-port", $"{FreePorts.BasePort()}")).Succeeded();
        await File.WriteAllTextAsync(_directory.File("node.conf"), "hotstuff { commands.host = 0.0.0.0, durability = memory }");

        Assert.StartsWith("hotstuff: hotstuff.commands.host is '0.0.0.0'; allowed: 127.0.0.1, or any with ", await RefusalAsync("--config", _directory.File("node.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_of_another_chain_is_refused_and_nothing_in_it_is_lost()
    {
        if (OperatingSystem.IsWindows())
            return;
        (await HotStuffProcess.RunAsync("keygen", "--out", _directory.Path, "--force", "--replicas", "1", "--base-port", $"{FreePorts.BasePort()}")).Succeeded();
        await RunsAsync();
        using var other = new TemporaryDirectory();
        (await HotStuffProcess.RunAsync("keygen", "--out", other.Path, "--replicas", "1", "--base-port", $"{FreePorts.BasePort()}")).Succeeded();

        var refusal = await RefusalAsync("--key", other.File("replica-0.key"), "--genesis", other.File("genesis.json"));

        Assert.StartsWith("hotstuff: hotstuff.data-directory: ", refusal, StringComparison.Ordinal);
        Assert.Contains("belongs to chain", refusal, StringComparison.Ordinal);
        await RunsAsync();
    }

    [Fact]
    public async Task Peers_that_cannot_be_reached_are_a_line_each_and_no_stack_trace()
    {
        if (OperatingSystem.IsWindows())
            return;
        (await HotStuffProcess.RunAsync(
            "keygen", "--out", _directory.Path, "--force", "--hosts", "127.0.0.1,no-such-host.invalid,127.0.0.1,127.0.0.1", "--base-port", $"{FreePorts.BasePort()}")).Succeeded();

        var lines = await RunsAsync();

        Assert.Equal(3, lines.Count(line => line.EndsWith("not reachable", StringComparison.Ordinal)));
        // Every line is one of the log.
        Assert.All(lines, line => Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ (INF|WRN) r0 ", line));
        Assert.All(lines, line => Assert.DoesNotContain("Exception", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_file_of_another_chain_is_refused()
    {
        using var other = new TemporaryDirectory();
        (await HotStuffProcess.RunAsync("keygen", "--out", other.Path)).Succeeded();

        Assert.Contains("chainId", await RefusalAsync("--key", other.File("replica-0.key")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_is_not_there_is_named()
    {
        Assert.Contains("replica-9.key", await RefusalAsync("--key", _directory.File("replica-9.key")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_before_anything_is_started()
    {
        var basePort = FreePorts.BasePort();
        using var occupied = new TcpListener(IPAddress.Loopback, basePort + 101);
        occupied.Start();

        var result = await HotStuffProcess.RunAsync("bench", "--base-port", $"{basePort}", "--duration", "1");

        Assert.Equal(
            $"hotstuff: port {basePort + 101} (consensus of r1) is in use; stop what uses it, or move all ports with --base-port", result.FailedWith(2));
    }

    private async Task<string> RefusalAsync(params string[] arguments)
    {
        return (await HotStuffProcess.RunAsync(Arguments(arguments))).FailedWith(2);
    }

    /// <summary>Runs the node until it is ready and its peers were tried, and stops it; returns what it logged.</summary>
    private async Task<IReadOnlyList<string>> RunsAsync()
    {
        using var node = HotStuffProcess.Start(Arguments());
        var lines = new List<string>();
        var peers = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("genesis.json"))).RootElement.GetProperty("validators").GetArrayLength() - 1;
        while (!lines.Exists(line => line.Contains(" ready: ", StringComparison.Ordinal))
            || lines.Count(line => line.EndsWith("not reachable", StringComparison.Ordinal)) < peers)
        {
            lines.Add(await node.StandardOutput.ReadLineAsync().WaitAsync(RunningCluster.Bound) ?? throw new InvalidOperationException("the node ended"));
        }

        await Processes.SignalAsync(node.Id, "TERM");
        lines.AddRange((await node.StandardOutput.ReadToEndAsync().WaitAsync(RunningCluster.Bound)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await node.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(0, node.ExitCode);
        return lines;
    }

    /// <summary>The usual arguments of a node, but for those that are given.</summary>
    private string[] Arguments(params string[] given)
    {
        (string Option, string Value)[] usual =
            [("--genesis", _directory.File("genesis.json")), ("--data", _directory.File("data")), ("--key", _directory.File("replica-0.key"))];
        return ["node", .. usual.Where(pair => !given.Contains(pair.Option)).SelectMany(pair => (string[])[pair.Option, pair.Value]), .. given];
    }
}
