using System.Text.Json;
using System.Text.RegularExpressions;
using HotStuff.Consensus;

namespace HotStuff.Host.Tests;

public sealed partial class SimulatePageTests
{
    [Fact]
    public async Task A_scenario_is_written_as_a_page_that_tells_all_that_happened()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("view-change.html");

        var output = (await HotStuffProcess.RunAsync("simulate", "--protocol", "basic", "--scenario", "view-change", "--page", file)).Succeeded();

        Assert.StartsWith($"{file}: ", output, StringComparison.Ordinal);
        var trace = await TraceAsync(file);
        Assert.Equal("basic", trace.GetProperty("cluster").GetProperty("protocol").GetString());
        Assert.Equal(["r0", "r1", "r2", "r3"], trace.GetProperty("cluster").GetProperty("replicas").EnumerateArray().Select(replica => replica.GetProperty("name").GetString()));
        Assert.Equal(["crash", "start"], trace.GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("kind").GetString()));
        var frames = trace.GetProperty("frames").EnumerateArray().ToArray();
        Assert.Equal(frames.Select(At).Order(), frames.Select(At));
        Assert.All([0, 2, 3], replica => Assert.Equal(12, frames.Last(frame => frame.GetProperty("replica").GetInt32() == replica).GetProperty("commands").GetInt64()));
        var occurrences = frames.SelectMany(frame => frame.GetProperty("occurrences").EnumerateArray()).ToArray();
        var known = Enum.GetNames<OccurrenceKind>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        var seen = occurrences.Select(one => one.GetProperty("kind").GetString()!).Distinct().ToArray();
        Assert.Empty(seen.Except(known));
        Assert.Empty(new[] { "timedOut", "complained", "complaintHeard", "gaveUp", "viewChanged", "proposed", "voted", "certified", "locked", "committed", "started" }.Except(seen));
        Assert.Contains(occurrences, one => one.TryGetProperty("phase", out var phase) && phase.GetString() == "preCommit");
        var messages = trace.GetProperty("messages").EnumerateArray().ToArray();
        Assert.Contains(messages, message => !message.TryGetProperty("heard", out _) && message.GetProperty("to").GetInt32() == 1);
        Assert.Contains(messages, message => message.GetProperty("kind").GetString() == "timeoutCertificate");
        Assert.All(messages.Where(message => message.TryGetProperty("heard", out _)), message => Assert.InRange(message.GetProperty("heard").GetDouble() - At(message), 9, 12));
    }

    [Fact]
    public async Task A_seed_is_written_as_the_same_page_each_time()
    {
        using var directory = new TemporaryDirectory();
        var (first, second) = (directory.File("first.html"), directory.File("second.html"));

        (await HotStuffProcess.RunAsync("simulate", "--seed", "3", "--faults", "crash,loss", "--page", first)).Succeeded();
        (await HotStuffProcess.RunAsync("simulate", "--seed", "3", "--faults", "crash,loss", "--page", second)).Succeeded();

        var trace = await TraceAsync(first);
        Assert.Equal("hotstuff simulate --protocol chained --replicas 4 --faults crash,loss --seed 3 --page FILE", trace.GetProperty("command").GetString());
        Assert.Contains(trace.GetProperty("notes").EnumerateArray(), note => note.GetProperty("kind").GetString() == "gst");
        Assert.Equal(await File.ReadAllTextAsync(first), await File.ReadAllTextAsync(second));
    }

    [Fact]
    public async Task A_scenario_of_twins_shows_both_of_them()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("twins.html");

        (await HotStuffProcess.RunAsync("simulate", "--twins", "--seed", "120000", "--page", file)).Succeeded();

        var trace = await TraceAsync(file);
        var names = trace.GetProperty("cluster").GetProperty("replicas").EnumerateArray().Select(replica => replica.GetProperty("name").GetString()!).ToArray();
        Assert.Equal(5, names.Length);
        Assert.EndsWith("′", names[4], StringComparison.Ordinal);
        Assert.Contains(trace.GetProperty("frames").EnumerateArray(), frame => frame.GetProperty("replica").GetInt32() == 4);
    }

    private static double At(JsonElement one) => one.GetProperty("at").GetDouble();

    private static async Task<JsonElement> TraceAsync(string file)
    {
        var page = await File.ReadAllTextAsync(file);
        return JsonDocument.Parse(Trace().Match(page).Groups["json"].Value).RootElement;
    }

    [GeneratedRegex("<script type=\"application/json\" id=\"trace\">(?<json>[^<]*)</script>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Trace();
}
