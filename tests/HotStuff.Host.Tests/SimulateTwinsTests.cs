using System.Text.Json;

namespace HotStuff.Host.Tests;

public sealed class SimulateTwinsTests
{
    [Theory]
    [InlineData("--replicas is '3'; with --twins allowed are 4 to 10", "--replicas", "3")]
    [InlineData("--replicas is '11'; with --twins allowed are 4 to 10", "--replicas", "11")]
    [InlineData("--leaders is for worlds that a seed decides; it cannot be combined with --twins", "--leaders", "reputation")]
    [InlineData("--faults is for worlds that a seed decides; it cannot be combined with --twins", "--faults", "loss")]
    [InlineData("the exhaustive set has no scenario 157499; allowed are 1 to 157498", "--seeds", "9..157499")]
    [InlineData("the exhaustive set has no scenario 0; allowed are 1 to 157498", "--seed", "0")]
    [InlineData("--trace, --mermaid and --page show one run; they need --seed or --scenario", "--trace")]
    public async Task What_does_not_go_with_twins_is_one_line(string line, params string[] arguments) =>
        Assert.Equal($"hotstuff: {line}", (await HotStuffProcess.RunAsync(["simulate", "--twins", .. arguments])).FailedWith(2));

    [Fact]
    public async Task Samples_of_two_pairs_of_twins_among_seven_are_run_and_reported()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("twins.json");

        var output = (await HotStuffProcess.RunAsync("simulate", "--twins", "--protocol", "hotstuff2", "--replicas", "7", "--seeds", "1..40", "--json", file)).Succeeded();

        Assert.Contains("40 scenarios, hotstuff2, 7 replicas, 2 with a twin", output, StringComparison.Ordinal);
        Assert.Matches("violations +none", output);
        var report = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
        Assert.Equal(["protocol", "seeds", "steps", "commits", "violations", "seconds"], report.EnumerateObject().Select(property => property.Name));
        Assert.Equal(40, report.GetProperty("seeds").GetInt64());
        Assert.True(report.GetProperty("steps").GetInt64() > 10_000 && report.GetProperty("commits").GetInt64() > 40);
        Assert.Empty(report.GetProperty("violations").EnumerateArray());
    }

    [Fact]
    public async Task A_part_of_the_exhaustive_set_is_run_by_its_numbers()
    {
        var output = (await HotStuffProcess.RunAsync("simulate", "--twins", "--protocol", "basic", "--seeds", "119600..119640")).Succeeded();

        Assert.Contains("41 scenarios, basic, 4 replicas, 1 with a twin", output, StringComparison.Ordinal);
        Assert.Matches("violations +none", output);
    }

    [Fact]
    public async Task One_scenario_is_shown_as_a_diagram_in_which_the_twin_has_a_lane()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("twins.mmd");

        var lines = (await HotStuffProcess.RunAsync("simulate", "--twins", "--seed", "120000", "--trace", "--mermaid", file)).Succeeded().Split('\n');

        Assert.Contains(lines, line => line.StartsWith("4/0 1@00'123 1@00'123 ", StringComparison.Ordinal));
        Assert.Contains("  r4 is the twin of r0", lines);
        Assert.Contains(lines, line => line.EndsWith("r0    r1    r2    r3    r4", StringComparison.Ordinal));
        Assert.Contains("    participant r4", await File.ReadAllLinesAsync(file));
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--mermaid")]
    public async Task A_file_that_cannot_be_written_is_one_line(string option)
    {
        using var directory = new TemporaryDirectory();
        var taken = directory.File("taken");
        Directory.CreateDirectory(taken);

        Assert.StartsWith($"hotstuff: {option} is '{taken}', which cannot be written", (await HotStuffProcess.RunAsync("simulate", "--seed", "1", option, taken)).FailedWith(2), StringComparison.Ordinal);
    }
}
