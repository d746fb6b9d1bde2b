using HotStuff.Host.Commands;
using HotStuff.Host.CommandLine;
using HotStuff.Host.Logging;

namespace HotStuff.Host.Tests;

/// <summary>Operator commands where no node is needed.</summary>
public sealed class PbmCommandTests
{
    [Theory]
    [InlineData("cluster leave -a akka.tcp://ops@127.0.0.1:4053")]
    [InlineData("hotstuff blocks -n 5")]
    [InlineData("actor hierarchy -d 3 -s /user")]
    [InlineData("127.0.0.1:9111 log tail --lines=3")]
    public void Options_of_operator_commands_come_through_untouched(string line)
    {
        var words = line.Split(' ');
        var parsed = HostCommandLine.Create().Parse(["pbm", .. words, "--json"]);

        Assert.Empty(parsed.Errors);
        Assert.Empty(parsed.UnmatchedTokens);
        Assert.Equal(words, parsed.GetValue<string[]>("command"));
        Assert.True(parsed.GetValue<bool>("--json"));
    }

    [Theory]
    [InlineData("cluster show", "127.0.0.1", 9110, "cluster show")]
    [InlineData("", "127.0.0.1", 9110, "")]
    [InlineData("node-3:9113", "node-3", 9113, "")]
    [InlineData("[::1]:9113 cluster leave -a host:4053", "::1", 9113, "cluster leave -a host:4053")]
    public void The_first_word_is_where_the_node_is_if_it_has_a_colon(string line, string host, int port, string command)
    {
        var read = PbmCommand.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((host, port, command), (read.Host, read.Port, string.Join(' ', read.Command)));
    }

    [Fact]
    public async Task Help_needs_no_node()
    {
        var help = (await HotStuffProcess.RunAsync("pbm", "help", "cluster")).Succeeded();

        Assert.Contains("  cluster leave [-a ADDRESS]", help, StringComparison.Ordinal);
        Assert.Contains("-a ADDRESS, --address: ", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_node_is_there_is_one_line()
    {
        var port = FreePorts.BasePort();

        Assert.StartsWith($"hotstuff: 127.0.0.1:{port} cannot be reached: ", (await HotStuffProcess.RunAsync("pbm", $"127.0.0.1:{port}", "cluster", "show")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_seen_by_who_watches_at_the_level_that_was_set_last()
    {
        var control = new LogControl("warning");
        await using var log = NodeLog.Create(control, "r7", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        log.Information("not seen");
        log.Warning("seen\nas two lines");
        control.Level = "info";
        control.Note("noted");
        using var enough = new CancellationTokenSource();
        var lines = new List<string>();
        await foreach (var line in control.TailAsync(10, enough.Token))
        {
            lines.Add(line);
            if (lines.Count == 3)
                break;
        }

        Assert.Equal("info", control.Level);
        Assert.EndsWith("WRN r7 seen", lines[0], StringComparison.Ordinal);
        Assert.Equal("as two lines", lines[1]);
        Assert.EndsWith("INF r7 noted", lines[2], StringComparison.Ordinal);
    }
}
