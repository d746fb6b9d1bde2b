using System.Net;
using System.Net.Sockets;

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
        string[] usual = ["node", "--genesis", _directory.File("genesis.json"), "--data", _directory.File("data")];
        string[] key = arguments.Contains("--key") ? [] : ["--key", _directory.File("replica-0.key")];
        return (await HotStuffProcess.RunAsync([.. usual, .. key, .. arguments])).FailedWith(2);
    }
}
