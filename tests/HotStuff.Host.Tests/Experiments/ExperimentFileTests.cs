using HotStuff.Host.CommandLine;
using HotStuff.Host.Experiments;

namespace HotStuff.Host.Tests.Experiments;

public sealed class ExperimentFileTests
{
    [Fact]
    public void An_experiment_has_all_combinations_of_the_values_of_its_axes()
    {
        var combinations = TestExperiments.Definition.Combinations();

        Assert.Equal(
            ["leaders=round-robin,load=low", "leaders=round-robin,load=rate=100 payload=8", "leaders=reputation,load=low", "leaders=reputation,load=rate=100 payload=8"],
            combinations.Select(combination => combination.Name));
        Assert.Equal(
            "--replicas 4 --durability memory --duration 1 --in-process --leaders reputation --rate 100 --payload 8",
            string.Join(' ', combinations[3].Arguments));
    }

    [Fact]
    public void What_an_axis_says_takes_the_place_of_what_all_runs_have()
    {
        var definition = ExperimentFile.Parse("""{ "name": "a", "description": "", "options": { "rate": 5 }, "axes": { "rate": [1, 2] } }""", "a.json");

        Assert.Equal(["--rate 1", "--rate 2"], definition.Combinations().Select(combination => string.Join(' ', combination.Arguments)));
    }

    [Fact]
    public void An_experiment_without_axes_is_one_combination()
    {
        var combination = Assert.Single(ExperimentFile.Parse("""{ "name": "a", "description": "", "options": { "check": true } }""", "a.json").Combinations());

        Assert.Equal(("all", "--check"), (combination.Name, string.Join(' ', combination.Arguments)));
    }

    [Theory]
    [InlineData("x", "a.json is not a definition of an experiment: 'x' is an invalid start of a value")]
    [InlineData("""{ "name": "a", "description": "", "axis": {} }""", "a.json is not a definition of an experiment: The JSON property 'axis' could not be mapped")]
    [InlineData("""{ "name": "a/b", "description": "" }""", "a.json: name is 'a/b'; allowed are letters, digits, '-' and '_'")]
    [InlineData("""{ "name": "a", "description": "", "repeats": 0 }""", "a.json: repeats is 0; allowed are 1 to 1000")]
    [InlineData("""{ "name": "a", "description": "", "axes": { "rate": [] } }""", "a.json: axis rate has no values")]
    [InlineData("""{ "name": "a", "description": "", "axes": { "rate": [1, "1"] } }""", "a.json: axis rate has two values of the same label")]
    [InlineData("""{ "name": "a", "description": "", "options": { "rate": [1] } }""", "a.json: rate is [1]; allowed is a number, a text, or true for a flag")]
    [InlineData("""{ "name": "a", "description": "", "charts": [{ "kind": "pie", "file": "p", "title": "" }] }""", "a.json: chart p: kind is 'pie'; allowed are throughput-latency, ")]
    [InlineData("""{ "name": "a", "description": "", "charts": [{ "kind": "cpu", "file": "../p", "title": "" }] }""", "a.json: chart ../p: file is '../p'; allowed are letters")]
    [InlineData("""{ "name": "a", "description": "", "charts": [{ "kind": "bars", "file": "p", "title": "" }] }""", "a.json: chart p of kind bars needs x and y")]
    [InlineData("""{ "name": "a", "description": "", "charts": [{ "kind": "cpu", "file": "p", "title": "", "series": ["rate"] }] }""", "a.json: chart p: series is 'rate'; allowed are nothing")]
    [InlineData("""{ "name": "a", "description": "", "charts": [{ "kind": "lines", "file": "p", "title": "", "x": "p50_ms", "y": "joy" }] }""", "a.json: chart p: y is 'joy'; allowed are offered_rps, ")]
    public void What_is_not_a_definition_is_refused_in_one_line(string text, string line)
    {
        var refused = Assert.Throws<ProblemException>(() => ExperimentFile.Parse(text, "a.json"));

        Assert.StartsWith(line, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(ExitCode.BadUsage, refused.ExitCode);
    }

    [Fact]
    public async Task All_runs_of_the_definitions_that_come_with_the_project_can_be_made()
    {
        var files = Directory.GetFiles(Path.Combine(CommandLines.Root(), "benchmarks", "experiments"), "*.json");

        Assert.Contains(files, file => Path.GetFileName(file) == "quick.json");
        // Reads the options of every combination, and fails when bench would refuse one.
        foreach (var file in files)
            Assert.Equal(ExitCode.Ok, await HostCommandLine.RunAsync(["experiment", file, "--dry-run"]));
    }

    [Fact]
    public async Task A_combination_that_bench_would_refuse_is_said_before_anything_is_run()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("bad.json"), """{ "name": "bad", "description": "", "axes": { "rate": [5, "fast"] } }""");

        var result = await HotStuffProcess.RunAsync("experiment", directory.File("bad.json"), "--out", directory.File("out"));

        Assert.Equal(
            $"hotstuff: {directory.File("bad.json")}: rate=fast: --rate is 'fast'; allowed is a number of commands per second from 0.01 to 100000000", result.FailedWith(2));
        Assert.False(Directory.Exists(directory.File("out")));
    }
}
