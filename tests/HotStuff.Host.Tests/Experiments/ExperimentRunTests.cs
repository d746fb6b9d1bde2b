using System.Buffers.Binary;
using HotStuff.Host.Experiments;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Tests.Experiments;

/// <summary>Experiments whose runs are made up.</summary>
public sealed class ExperimentRunTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _told = [];
    private readonly List<string> _benched = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_combination_is_planned_as_often_as_asked_for_in_an_order_that_the_seed_decides()
    {
        var plan = Names(ExperimentPlan.Of(TestExperiments.Definition, repeats: 3, seed: 1, only: null));

        Assert.Equal(12, plan.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(plan, Names(ExperimentPlan.Of(TestExperiments.Definition, repeats: 3, seed: 1, only: null)));
        Assert.NotEqual(plan, Names(ExperimentPlan.Of(TestExperiments.Definition, repeats: 3, seed: 2, only: null)));
        Assert.Equal(6, ExperimentPlan.Of(TestExperiments.Definition, repeats: 3, seed: 1, only: "load=low").Count);
        Assert.Contains("leaders=reputation,load=rate=100_payload=8.3.json", plan);
    }

    [Fact]
    public async Task What_has_been_run_is_not_run_again_and_what_was_removed_is()
    {
        Assert.Equal(0, await RunAsync());
        Assert.Equal(8, _benched.Count);
        Assert.Equal(8, Directory.GetFiles(_directory.File("raw")).Length);

        Assert.Equal(0, await RunAsync());
        Assert.Equal(8, _benched.Count);
        Assert.Contains(_told, line => line.StartsWith("[8/8] ", StringComparison.Ordinal) && line.Contains("done earlier", StringComparison.Ordinal));

        File.Delete(_directory.File("raw/leaders=reputation,load=low.2.json"));
        Assert.Equal(0, await RunAsync());
        Assert.Equal(9, _benched.Count);
    }

    [Fact]
    public async Task A_run_that_fails_is_noted_with_its_reason_and_the_others_go_on()
    {
        var failed = await RunAsync(bench: combination => combination.Contains("low", StringComparison.Ordinal)
            ? throw new ProblemException("no luck,\nnone")
            : TestExperiments.Outcome(50));

        Assert.Equal(4, failed);
        Assert.Equal(8, Directory.GetFiles(_directory.File("raw")).Length);
        Assert.Equal("no luck, none", RawRun.Load(_directory.File("raw/leaders=reputation,load=low.1.json")).Failure);
        Assert.Contains("\"no luck, none\"", await File.ReadAllTextAsync(_directory.File("results.csv")), StringComparison.Ordinal);
        Assert.Contains("round-robin,low,0,2,,", await File.ReadAllTextAsync(_directory.File("summary.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_checks_fail_keeps_its_figures_and_does_not_count()
    {
        var outcome = TestExperiments.Outcome(50);

        Assert.Equal(8, await RunAsync(bench: _ => outcome with { Report = outcome.Report with { Lost = 1 } }));

        var run = RawRun.Load(_directory.File("raw/leaders=reputation,load=low.1.json"));
        Assert.Equal(("check failed: 1 acknowledged commands are lost", 50), (run.Failure, run.Report!.ThroughputRps));
        Assert.False(File.Exists(_directory.File("a.png")));
    }

    [Fact]
    public async Task What_every_run_would_meet_ends_the_experiment_and_is_not_noted()
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => RunAsync(bench: _ => throw ProblemException.Usage("port 4053 is in use")));

        Assert.Equal("port 4053 is in use", problem.Message);
        Assert.Empty(Directory.GetFiles(_directory.File("raw")));
    }

    [Fact]
    public async Task The_summary_has_the_median_the_least_and_the_most_of_the_repeats()
    {
        var throughput = 0;
        await RunAsync(repeats: 3, bench: _ => TestExperiments.Outcome(throughput += 100), seed: 0, only: "leaders=reputation,load=low");

        var lines = await File.ReadAllLinesAsync(_directory.File("summary.csv"));
        var (names, figures) = (lines[0].Split(','), lines[3].Split(','));
        Assert.Equal(["reputation", "low", "3", "0"], figures[..4]);
        Assert.Equal(["200", "100", "300"], figures[Array.IndexOf(names, "throughput_rps_median")..][..3]);
        // Half a second of processor time for 200 commands.
        Assert.Equal("2500", figures[Array.IndexOf(names, "replica_user_us_median")]);
        Assert.Equal(4, (await File.ReadAllLinesAsync(_directory.File("results.csv"))).Length);
    }

    [Fact]
    public async Task Charts_of_all_kinds_are_drawn_from_the_files_of_the_runs()
    {
        await RunAsync();
        foreach (var chart in TestExperiments.Definition.Charts)
            File.Delete(_directory.File($"{chart.File}.png"));

        Run().WriteResults();

        Assert.Equal(ChartDefinition.Kinds.Order(StringComparer.Ordinal), TestExperiments.Definition.Charts.Select(chart => chart.Kind).Order(StringComparer.Ordinal));
        Assert.All(TestExperiments.Definition.Charts, chart => Assert.Equal((1200, 750), SizeOf(_directory.File($"{chart.File}.png"))));
    }

    [Fact]
    public async Task A_file_that_is_not_a_result_is_named()
    {
        await RunAsync();
        var file = _directory.File("raw/leaders=reputation,load=low.1.json");
        await File.WriteAllTextAsync(file, "{}");

        Assert.StartsWith($"{file} is not the result of a run", (await Assert.ThrowsAsync<ProblemException>(() => RunAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_survives_its_file()
    {
        await RunAsync();

        var run = RawRun.Load(_directory.File("raw/leaders=reputation,load=low.1.json"));
        Assert.Equal(100, run.Latencies!.Count);
        Assert.Equal((10, 0.1), (run.Slots.Count, run.SlotSeconds));
        Assert.Equal(("reputation", 10), (run.Labels["leaders"], run.Number("rate")));
        Assert.Equal(new ProcessUse(0.1, 0.2, 50, 1, 1), Assert.Single(run.Report!.ClientUse));
    }

    private Task<int> RunAsync(int repeats = 2, Func<string, BenchOutcome>? bench = null, int seed = 1, string? only = null) =>
        Run(bench).RunAsync(ExperimentPlan.Of(TestExperiments.Definition, repeats, seed, only), CancellationToken.None);

    private ExperimentRun Run(Func<string, BenchOutcome>? bench = null)
    {
        var current = "";
        return new ExperimentRun(
            TestExperiments.Definition,
            _directory.Path,
            combination =>
            {
                current = combination.Name;
                return new BenchSpec
                {
                    Cluster = new ClusterSpec { Replicas = 4, Signatures = "", Protocol = "", Leaders = "", Durability = "" },
                    Load = new LoadSpec { Clients = 1 },
                    Warmup = TimeSpan.Zero,
                    Duration = TimeSpan.Zero,
                };
            },
            (_, _) =>
            {
                _benched.Add(current);
                return Task.FromResult(bench is null ? TestExperiments.Outcome(current.Contains("low", StringComparison.Ordinal) ? 10 : 100) : bench(current));
            },
            _told.Add);
    }

    private static string[] Names(IEnumerable<PlannedRun> plan) => [.. plan.Select(run => run.FileName)];

    // A PNG's first chunk, behind the signature, its length and its name, begins with width and height.
    private static (int Width, int Height) SizeOf(string file)
    {
        var bytes = File.ReadAllBytes(file);
        Assert.Equal("PNG"u8.ToArray(), bytes[1..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }
}
