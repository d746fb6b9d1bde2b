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
    public async Task An_open_loop_from_two_client_processes_sends_what_is_due_and_accounts_for_it()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--rate", "300", "--clients", "3", "--client-processes", "2", "--duration", "2", "--warmup", "1", "--durability", "os",
            "--base-port", $"{FreePorts.BasePort()}", "--json", _directory.File("bench.json"), "--csv", _directory.File("bench.csv"), "--histogram", _directory.File("bench.hgrm"));

        result.Succeeded();
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("bench.json"))).RootElement;
        Assert.Equal(300, json.GetProperty("offered_rps").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("outstanding").ValueKind);
        // Three seconds, however busy the machine is.
        Assert.Equal(900, json.GetProperty("submitted").GetInt64() + json.GetProperty("client_limit_rejected").GetInt64());
        Assert.Equal(json.GetProperty("submitted").GetInt64(), json.GetProperty("committed").GetInt64());
        Assert.Equal(2, json.GetProperty("client_use").GetArrayLength());
        Assert.Equal(2, json.GetProperty("timeline").GetArrayLength());
        Assert.All(json.GetProperty("nodes").EnumerateArray(), node => Assert.True(node.GetProperty("wire_bytes_per_command").GetProperty("peers_sent").GetDouble() > 0));
        Assert.All(json.GetProperty("nodes").EnumerateArray(), node => Assert.True(node.GetProperty("rss_peak_mb").GetDouble() >= node.GetProperty("rss_mb").GetDouble()));
        Assert.Equal(3, (await File.ReadAllLinesAsync(_directory.File("bench.csv"))).Length);
        Assert.Contains("Total count    =          600", await File.ReadAllTextAsync(_directory.File("bench.hgrm")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_offered_beyond_what_clients_may_have_under_way_is_refused_and_counted_and_no_failure()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "bench", "--in-process", "--rate", "200000", "--max-outstanding", "50", "--duration", "1", "--warmup", "0", "--replicas", "7",
            "--crashed", "2", "--delay", "5", "--durability", "memory", "--base-port", $"{FreePorts.BasePort(7)}", "--json", _directory.File("bench.json"));

        Assert.Contains("share one process", result.Succeeded(), StringComparison.Ordinal);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("bench.json"))).RootElement;
        Assert.True(json.GetProperty("client_limit_rejected").GetInt64() > 100_000);
        Assert.Equal(json.GetProperty("submitted").GetInt64(), json.GetProperty("committed").GetInt64());
        Assert.Equal(5, json.GetProperty("nodes").EnumerateArray().Count(node => node.GetProperty("height").ValueKind == JsonValueKind.Number));
    }

    [Fact]
    public async Task An_experiment_runs_its_benches_and_writes_tables_and_charts()
    {
        await File.WriteAllTextAsync(_directory.File("tiny.json"), """
            {
              "name": "tiny", "description": "Two runs",
              "options": { "replicas": 1, "in-process": true, "duration": 0.3, "warmup": 0, "durability": "memory" },
              "axes": { "rate": [50, 500] },
              "charts": [{ "kind": "throughput-latency", "file": "curve", "title": "Latency against throughput" }]
            }
            """);
        string[] arguments = ["experiment", _directory.File("tiny.json"), "--out", _directory.File("out"), "--base-port", $"{FreePorts.BasePort(1)}"];

        (await HotStuffProcess.RunAsync(RunningCluster.Bound, arguments)).Succeeded();

        Assert.Equal(2, Directory.GetFiles(_directory.File("out/raw"), "rate=*.1.json").Length);
        Assert.Equal(3, (await File.ReadAllLinesAsync(_directory.File("out/summary.csv"))).Length);
        Assert.True(File.Exists(_directory.File("out/curve.png")));
        Assert.Contains("done earlier", (await HotStuffProcess.RunAsync(RunningCluster.Bound, arguments)).Succeeded(), StringComparison.Ordinal);
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
