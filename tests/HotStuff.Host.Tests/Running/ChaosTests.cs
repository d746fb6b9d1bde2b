using System.Text.Json;
using HotStuff.Host.Chaos.Network;
using HotStuff.Host.Local;

namespace HotStuff.Host.Tests.Running;

[Collection(RunningCluster.Name)]
public sealed class ChaosTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_cluster_bears_everything_that_a_schedule_does_to_it()
    {
        // A freeze, a full disk, two deaths at a write, an emptied disk, a kill, and all killed at once.
        var result = await ChaosAsync("--seed", "129", "--rounds", "7");

        var output = result.Succeeded();
        Assert.Contains("nothing lost, nothing twice, linearizable", output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("chaos.json")));
        var json = report.RootElement;
        Assert.Equal(7, json.GetProperty("rounds").GetInt32());
        Assert.Equal(2, json.GetProperty("checks").GetInt32());
        Assert.Equal(0, json.GetProperty("unanswered").GetInt64());
        Assert.True(json.GetProperty("committed").GetInt64() > 100);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        // A directory that was named stays.
        Assert.True(File.Exists(Path.Combine(_directory.File("run"), "log", "replica-3.log")));
    }

    [Fact]
    public async Task A_replica_that_dies_at_any_of_its_writes_comes_back_and_contradicts_nothing()
    {
        var output = (await ChaosAsync("--seed", "12", "--faults", "die", "--rounds", "6")).Succeeded();

        Assert.All(DeathPoint.Names, name => Assert.Contains($"dies at {name}:", output, StringComparison.Ordinal));
        // Blocks are put only if something happened without it.
        Assert.DoesNotMatch("never got to (before|after)-(persist|commit)", output);
    }

    [NetworkFact]
    public async Task A_cluster_bears_cuts_delays_and_losses_and_nothing_is_left_of_its_network()
    {
        // All three, with a split and an isolated replica.
        var output = (await ChaosAsync("--network", "--seed", "0", "--faults", "isolate,split,weather", "--rounds", "4")).Succeeded();

        Assert.Matches("r. and r. off", output);
        Assert.Contains("isolate", output, StringComparison.Ordinal);
        Assert.Contains("% loss", output, StringComparison.Ordinal);
        // The names carry the id of the process that made them.
        Assert.All(
            Directory.GetFiles("/run/netns", "hotstuff-*").Select(file => int.Parse(Path.GetFileName(file).Split('-')[1])), owner => Assert.True(Processes.IsRunning(owner)));
    }

    [Fact]
    public async Task A_replica_that_stops_by_itself_fails_the_run_which_keeps_everything_and_says_how_to_replay()
    {
        using var chaos = HotStuffProcess.Start(
            "chaos", "--faults", "freeze", "--rounds", "1000", "--seed", "5", "--dir", _directory.File("run"), "--json", _directory.File("chaos.json"),
            "--base-port", $"{FreePorts.BasePort()}");
        var replicas = Processes.IdsIn(await Processes.LineWithAsync(chaos.StandardOutput, "replicas run"));
        await Processes.LineWithAsync(chaos.StandardOutput, "round    1");

        Processes.Kill(replicas[2]);

        var rest = chaos.StandardOutput.ReadToEndAsync();
        var error = await chaos.StandardError.ReadToEndAsync().WaitAsync(RunningCluster.Bound);
        await rest.WaitAsync(RunningCluster.Bound);
        await chaos.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(1, chaos.ExitCode);
        Assert.Contains("replica r2 stopped: it ended with exit code 137", error, StringComparison.Ordinal);
        Assert.EndsWith("replay: hotstuff chaos --replicas 4 --seed 5 --rounds 1000 --faults freeze)", error.Trim(), StringComparison.Ordinal);
        Assert.Contains(": increment by 1", await File.ReadAllTextAsync(Path.Combine(_directory.File("run"), "history.txt")), StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("chaos.json")));
        Assert.Contains("replica r2 stopped", report.RootElement.GetProperty("failure").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(replicas, Processes.IsRunning);
    }

    [Fact]
    public async Task A_directory_with_something_in_it_is_refused()
    {
        await File.WriteAllTextAsync(_directory.File("mine"), "precious");

        var result = await HotStuffProcess.RunAsync("chaos", "--dir", _directory.Path);

        Assert.Equal($"hotstuff: --dir is '{_directory.Path}', where there is something already; allowed is a new or empty directory", result.FailedWith(2));
    }

    [Fact]
    public async Task Interrupted_chaos_ends_its_replicas_also_a_frozen_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var chaos = HotStuffProcess.Start("chaos", "--faults", "freeze", "--rounds", "1000", "--base-port", $"{FreePorts.BasePort()}");
        var replicas = Processes.IdsIn(await Processes.LineWithAsync(chaos.StandardOutput, "replicas run"));
        Assert.Equal(4, replicas.Length);
        await Processes.LineWithAsync(chaos.StandardOutput, "round    1");

        await Processes.SignalAsync(chaos.Id, "INT");

        var rest = chaos.StandardOutput.ReadToEndAsync();
        var error = await chaos.StandardError.ReadToEndAsync().WaitAsync(RunningCluster.Bound);
        await rest.WaitAsync(RunningCluster.Bound);
        await chaos.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(1, chaos.ExitCode);
        Assert.Equal("hotstuff: interrupted", error.Trim());
        Assert.DoesNotContain(replicas, Processes.IsRunning);
    }

    private Task<ProcessResult> ChaosAsync(params string[] arguments) => HotStuffProcess.RunAsync(
        RunningCluster.Bound,
        ["chaos", .. arguments, "--check-every", "4", "--dir", _directory.File("run"), "--json", _directory.File("chaos.json"), "--base-port", $"{FreePorts.BasePort()}"]);
}

/// <summary>A test that needs network namespaces, and says what is missing where there are none.</summary>
internal sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute()
    {
        if (NetworkLab.Missing() is { } missing)
            Skip = $"needs {missing}";
    }
}
