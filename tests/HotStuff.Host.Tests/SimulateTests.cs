using System.CommandLine;
using System.Text.Json;
using HotStuff.Consensus;
using HotStuff.Host.Commands;

namespace HotStuff.Host.Tests;

public sealed class SimulateTests
{
    [Theory]
    [InlineData("--seeds is '9..3'; allowed is FROM..TO, whole numbers from 0 to 2147483647, the first not above the last", "--seeds", "9..3")]
    [InlineData("--seeds is '7'; allowed is FROM..TO, whole numbers from 0 to 2147483647, the first not above the last", "--seeds", "7")]
    [InlineData(
        "--faults has 'rain'; allowed are all, none, or some of loss, duplication, reordering, partition, filter, crash, blackout, disk, clock, byzantine, restore", "--faults", "loss,rain")]
    [InlineData("--protocol is 'paxos'; allowed are chained, hotstuff2, basic", "--protocol", "paxos")]
    [InlineData("--leaders is 'me'; allowed are round-robin, reputation, any", "--leaders", "me")]
    [InlineData("--replicas is '0'; allowed is a whole number from 1 to 64", "--replicas", "0")]
    [InlineData("--scenario is 'strange'; allowed are normal, view-change", "--scenario", "strange")]
    [InlineData("--replicas is for worlds that a seed decides; it cannot be combined with --scenario", "--scenario", "normal", "--replicas", "7")]
    [InlineData("--trace, --mermaid and --page show one run; they need --seed or --scenario", "--trace")]
    [InlineData("--seeds is for many seeds; it cannot be combined with --seed", "--seed", "1", "--seeds", "1..2")]
    public async Task Bad_usage_is_one_line_that_says_what_was_given_and_what_is_allowed(string line, params string[] arguments)
    {
        var result = await HotStuffProcess.RunAsync(["simulate", .. arguments]);

        Assert.Equal($"hotstuff: {line}", result.FailedWith(2));
    }

    [Fact]
    public async Task A_range_of_seeds_is_run_and_reported()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("simulate.json");

        var output = (await HotStuffProcess.RunAsync("simulate", "--protocol", "basic", "--seeds", "11..30", "--json", file)).Succeeded();

        Assert.Contains("20 seeds, basic, any leaders, 4 replicas", output, StringComparison.Ordinal);
        Assert.Contains("crashes", output, StringComparison.Ordinal);
        Assert.Matches("violations +none", output);
        var report = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
        Assert.Equal(["protocol", "seeds", "steps", "commits", "violations", "seconds"], report.EnumerateObject().Select(property => property.Name));
        Assert.Equal("basic", report.GetProperty("protocol").GetString());
        Assert.Equal(20, report.GetProperty("seeds").GetInt64());
        Assert.True(report.GetProperty("steps").GetInt64() > 1000 && report.GetProperty("commits").GetInt64() > 20);
        Assert.Empty(report.GetProperty("violations").EnumerateArray());
    }

    [Fact]
    public async Task A_seed_is_replayed_as_a_diagram_the_same_each_time()
    {
        string[] line = ["simulate", "--seed", "3", "--faults", "crash,loss", "--leaders", "reputation", "--trace"];
        var first = Diagram((await HotStuffProcess.RunAsync(line)).Succeeded());
        var second = Diagram((await HotStuffProcess.RunAsync(line)).Succeeded());

        Assert.True(first.Count > 100);
        Assert.Equal(first, second);
        Assert.StartsWith("seed 3: chained, reputation, 4 replicas", first[0], StringComparison.Ordinal);
        Assert.Contains(first, text => text.Contains("GENERIC v1", StringComparison.Ordinal));

        static List<string> Diagram(string output) =>
            [.. output.Split('\n').SkipWhile(text => !text.StartsWith("seed ", StringComparison.Ordinal)).TakeWhile(text => !text.StartsWith("  worlds", StringComparison.Ordinal) && text.Length > 0)];
    }

    [Fact]
    public async Task A_scenario_is_written_as_a_Mermaid_diagram()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("normal.mmd");

        (await HotStuffProcess.RunAsync("simulate", "--protocol", "basic", "--scenario", "normal", "--mermaid", file)).Succeeded();

        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal("sequenceDiagram", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("    r1->>r0: PREPARE v1", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("PRE-COMMIT vote v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_violation_fails_and_is_in_the_report()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("simulate.json");
        var root = new RootCommand { new SimulateCommand(() => new CommitsEarly()) };
        var run = root.Parse(["simulate", "--seeds", "5..6", "--faults", "none", "--json", file]);

        var problem = await Assert.ThrowsAsync<ProblemException>(() => run.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));

        Assert.Equal(ExitCode.Failed, problem.ExitCode);
        Assert.Equal("2 of 2 seeds break an invariant", problem.Message);
        var violations = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("violations");
        Assert.Equal([5, 6], violations.EnumerateArray().Select(violation => violation.GetProperty("seed").GetInt32()));
        Assert.All(violations.EnumerateArray(), violation => Assert.Equal("NoCommitWithoutChain", violation.GetProperty("invariant").GetString()));
        Assert.All(violations.EnumerateArray(), violation => Assert.True(violation.GetProperty("step").GetInt64() > 0));
    }

    /// <summary>Chained HotStuff that commits what is only certified.</summary>
    private sealed class CommitsEarly : IProtocolRules
    {
        private readonly ChainedRules _rules = new();

        public string Name => _rules.Name;

        public IReadOnlyList<Phase> Phases => _rules.Phases;

        public bool WaitsAfterTimeout => false;

        public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) => _rules.MayVote(block, @lock, tree);

        public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) => _rules.LockAfter(seen, @lock, tree);

        public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) => tree.Find(seen.Block);
    }
}
