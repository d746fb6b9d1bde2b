using System.Text.RegularExpressions;
using HotStuff.Cluster;
using HotStuff.Consensus;

namespace HotStuff.Web.Tests;

/// <summary>What dashboards collect.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Documentation_and_metrics_are_of_the_same_names_and_types()
    {
        await using var server = await ServerUnderTest.StartAsync();
        // What is measured where it happens exists once it has happened.
        NodeInstruments.CommitLatency.Record(0.01, NodeInstruments.Tag(server.Node.Self));
        NodeInstruments.BlockCommands.Record(4, NodeInstruments.Tag(server.Node.Self));
        GC.Collect();
        Assert.Throws<InvalidOperationException>(Fail);

        var served = Types(await server.Client.GetStringAsync("/metrics"));
        var documented = Documented(await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "metrics.md")));

        Assert.Equal(documented, served);
    }

    [Fact]
    public async Task The_dashboard_asks_for_metrics_that_exist()
    {
        var documented = Documented(await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "metrics.md")));
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Root(), "docker", "grafana", "dashboards", "hotstuff.json"));
        var asked = Asked().Matches(dashboard).Select(match => match.Value).Distinct().ToArray();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.True(documented.ContainsKey(name) || documented.GetValueOrDefault(name.Replace("_bucket", "", StringComparison.Ordinal)) == "histogram", name));
    }

    [Fact]
    public async Task What_the_node_counts_is_collected()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Node.Counters.Entered(EntryReason.TimeoutCertificate);
        server.Node.Counters.Refused(Refusal.BadSignature);
        server.Node.Links.Count(LinkRefusal.TooMany);
        TransportCounters.Of(server.Node.ConsensusSystem).Count(TransportRefusal.NotAPeer);

        var metrics = await server.Client.GetStringAsync("/metrics");

        Assert.Equal(12, Value(metrics, "hotstuff_view"));
        Assert.Equal(8, Value(metrics, "hotstuff_executed_height"));
        Assert.Equal(70, Value(metrics, "hotstuff_commands_total"));
        Assert.Equal(512, Value(metrics, "hotstuff_mempool_bytes"));
        Assert.Equal(1, Value(metrics, "hotstuff_ready"));
        Assert.Equal(1, Value(metrics, "hotstuff_views_entered_total", "timeoutCertificate"));
        // A rate over a series that begins with its first event misses that event.
        Assert.Equal(0, Value(metrics, "hotstuff_views_entered_total", "start"));
        Assert.Equal(1, Value(metrics, "hotstuff_refusals_total", "badSignature"));
        Assert.Equal(0, Value(metrics, "hotstuff_refusals_total", "oldView"));
        Assert.Equal(1, Value(metrics, "hotstuff_link_refusals_total", "tooMany"));
        Assert.Equal(1, Value(metrics, "hotstuff_transport_refusals_total", "notAPeer"));
    }

    [Fact]
    public async Task What_a_replica_that_does_not_answer_would_say_is_missing_and_not_old()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Node.Report = null;

        var metrics = await server.Client.GetStringAsync("/metrics");

        Assert.Equal(0, Value(metrics, "hotstuff_answering"));
        Assert.DoesNotContain("\nhotstuff_view{", metrics, StringComparison.Ordinal);
        Assert.Equal(0, Value(metrics, "hotstuff_blocks_total"));
    }

    private static void Fail() => throw new InvalidOperationException("counted by the runtime");

    private static double Value(string metrics, string name, string? reason = null)
    {
        var line = Assert.Single(metrics.Split('\n'), line =>
            line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains("replica=\"r1\"", StringComparison.Ordinal) && (reason is null || line.Contains($"reason=\"{reason}\"", StringComparison.Ordinal)));
        return double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static SortedDictionary<string, string> Types(string metrics) => Pairs(Type(), metrics);

    private static SortedDictionary<string, string> Documented(string text) => Pairs(Row(), text);

    private static SortedDictionary<string, string> Pairs(Regex pattern, string text)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in pattern.Matches(text))
            pairs.Add(match.Groups["name"].Value, match.Groups["type"].Value);
        return pairs;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "HotStuff.Akka.sln")))
            directory = directory.Parent!;
        return directory.FullName;
    }

    [GeneratedRegex("^# TYPE (?<name>(hotstuff|dotnet)[^ ]*) (?<type>[a-z]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Type();

    [GeneratedRegex("(hotstuff|dotnet)_[a-z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_]+)` \| (?<type>[a-z]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
