using System.Text.Json;

namespace HotStuff.Host.Tests.Running;

[Collection(RunningCluster.Name)]
public sealed class BenchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_closed_loop_accounts_for_every_command()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--duration", "2", "--warmup", "1", "--outstanding", "200", "--payload", "100", "--durability", "memory",
            "--base-port", $"{FreePorts.BasePort()}", "--json", _directory.File("bench.json"));

        result.Succeeded();
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("bench.json"))).RootElement;
        Assert.Equal(100, json.GetProperty("payload").GetInt32());
        Assert.True(json.GetProperty("committed").GetInt64() >= 200);
        Assert.Equal(json.GetProperty("submitted").GetInt64(), json.GetProperty("committed").GetInt64());
        Assert.True(json.GetProperty("throughput_rps").GetDouble() > 0);
        Assert.True(json.GetProperty("latency_ms").GetProperty("p50").GetDouble() > 0);
        Assert.Equal(4, json.GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task What_the_clients_of_a_bench_saw_is_judged_when_that_is_asked_for()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--check", "--duration", "2", "--warmup", "0", "--outstanding", "64", "--kill-leader-at", "1", "--timeout", "200",
            "--base-port", $"{FreePorts.BasePort()}", "--json", _directory.File("bench.json"));

        Assert.Contains("commands on 16 keys judged", result.Succeeded(), StringComparison.Ordinal);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("bench.json"))).RootElement;
        Assert.True(json.GetProperty("linearizable").GetBoolean());
        Assert.Equal(json.GetProperty("submitted").GetInt64(), json.GetProperty("committed").GetInt64());
    }

    [Fact]
    public async Task A_bench_whose_leader_is_killed_still_accounts_for_every_command()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--duration", "4", "--warmup", "1", "--outstanding", "100", "--kill-leader-at", "1",
            "--base-port", $"{FreePorts.BasePort()}", "--json", _directory.File("bench.json"));

        Assert.Contains("killed in view", result.Succeeded(), StringComparison.Ordinal);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("bench.json"))).RootElement;
        Assert.Single(json.GetProperty("nodes").EnumerateArray(), node => node.GetProperty("height").ValueKind == JsonValueKind.Null);
        Assert.True(json.GetProperty("timeouts").GetInt64() > 0);
    }
}
