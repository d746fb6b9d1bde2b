using System.Diagnostics;
using System.Text.Json;

namespace HotStuff.Host.Tests.Running;

[Collection(RunningCluster.Name)]
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("chained", "round-robin", "leader")]
    [InlineData("hotstuff2", "reputation", "random")]
    [InlineData("basic", "round-robin", "leader")]
    public async Task A_demo_survives_the_death_of_a_replica_without_losing_or_repeating_anything(string protocol, string leaders, string victim)
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound,
            ["demo", "--protocol", protocol, "--leaders", leaders, "--kill", victim, "--requests", "600", "--check", "--base-port", $"{FreePorts.BasePort()}",
            "--json", _directory.File("demo.json")]);

        var output = result.Succeeded();
        Assert.Contains("killed with SIGKILL", output, StringComparison.Ordinal);
        Assert.Contains("has caught up", output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(_directory.File("demo.json"))).RootElement;
        Assert.True(json.GetProperty("consistent").GetBoolean());
        Assert.True(json.GetProperty("linearizable").GetBoolean());
        Assert.Equal(protocol, json.GetProperty("protocol").GetString());
        Assert.Equal(600, json.GetProperty("committed").GetInt32());
        Assert.True(json.GetProperty("recovery_ms").GetDouble() > 0);
        Assert.True(json.GetProperty("catch_up_ms").GetDouble() > 0);
        Assert.Single(json.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("state_digest").GetString()).Distinct());
    }

    [Fact]
    public async Task A_demo_bears_a_leader_that_equivocates()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "demo", "--misbehave", "equivocate", "--requests", "600", "--base-port", $"{FreePorts.BasePort()}");

        var output = result.Succeeded();
        Assert.Contains("r3 is Byzantine: equivocate", output, StringComparison.Ordinal);
        Assert.Contains("All 3 honest replicas have the same state", output, StringComparison.Ordinal);
        Assert.DoesNotContain("does not answer", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4", "leader", "7 or more (or --kill none)")]
    [InlineData("3", "none", "4 or more")]
    public async Task More_faults_than_the_cluster_bears_are_refused(string replicas, string victim, string allowed)
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "demo", "--replicas", replicas, "--kill", victim, "--misbehave", "equivocate", "--base-port", $"{FreePorts.BasePort()}");

        Assert.Contains(allowed, result.FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_of_one_replica_needs_nobody_else()
    {
        var result = await HotStuffProcess.RunAsync(
            RunningCluster.Bound, "demo", "--replicas", "1", "--kill", "none", "--requests", "100", "--base-port", $"{FreePorts.BasePort(1)}");

        Assert.Contains("nothing ran twice", result.Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_replica_outlives_a_parent_that_is_killed()
    {
        using var demo = StartDemo();
        var replicas = Processes.IdsIn(await Processes.LineWithAsync(demo.StandardOutput, "processes run"));
        Assert.Equal(4, replicas.Length);
        Assert.All(replicas, id => Assert.True(Processes.IsRunning(id)));

        demo.Kill();

        await demo.WaitForExitAsync();
        await Processes.AllEndedAsync(replicas);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupted_demo_ends_its_replicas_and_says_so(string signal)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var demo = StartDemo();
        var replicas = Processes.IdsIn(await Processes.LineWithAsync(demo.StandardOutput, "processes run"));

        await Processes.SignalAsync(demo.Id, signal);

        var rest = demo.StandardOutput.ReadToEndAsync();
        var error = await demo.StandardError.ReadToEndAsync().WaitAsync(RunningCluster.Bound);
        await rest.WaitAsync(RunningCluster.Bound);
        await demo.WaitForExitAsync().WaitAsync(RunningCluster.Bound);
        Assert.Equal(1, demo.ExitCode);
        Assert.Equal("hotstuff: interrupted", error.Trim());
        Assert.DoesNotContain(replicas, Processes.IsRunning);
    }

    private static Process StartDemo() => HotStuffProcess.Start("demo", "--requests", "100000", "--base-port", $"{FreePorts.BasePort()}");
}
