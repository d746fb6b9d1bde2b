using HotStuff.Cluster;
using HotStuff.Crypto;

namespace HotStuff.Operator.Tests;

/// <summary>Commands over real connections.</summary>
public sealed class CommandHostTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Several_commands_are_answered_over_one_connection()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();

        Assert.Equal(("r1", "test"), (client.Name, client.Chain));
        Assert.Equal("view                 17", await FirstLineAsync(client, "hotstuff view"));
        Assert.Equal("leader        r2", await FirstLineAsync(client, "hotstuff leader"));
    }

    [Fact]
    public async Task What_was_not_done_is_told_and_the_connection_goes_on()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();

        var usage = await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff vew"));
        var failure = await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff resume"));

        Assert.StartsWith("'hotstuff vew' is not a command", usage.Message, StringComparison.Ordinal);
        Assert.Equal((true, false), (usage.IsUsage, failure.IsUsage));
        Assert.Equal("info", await FirstLineAsync(client, "log level"));
    }

    [Fact]
    public async Task A_command_that_breaks_costs_nothing_but_its_answer()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        host.Node.Report = _ => throw new InvalidOperationException("the actors\nhave ended");
        var broken = await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff view"));
        host.Node.Report = _ => Task.FromException<NodeReport>(new TaskCanceledException());
        var late = await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff view"));

        Assert.Equal("the command failed: the actors have ended", broken.Message);
        Assert.Equal("the node did not answer in time", late.Message);
        Assert.Equal("info", await FirstLineAsync(client, "log level"));
    }

    [Fact]
    public async Task A_command_has_a_time_and_a_size()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        host.Node.Report = async cancellation =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(91));
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("it waited for ever");
        };

        Assert.Equal("the node did not answer in time", (await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff view"))).Message);
        Assert.Equal("the command is longer than 16384 bytes", (await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, new string('x', 20_000)))).Message);
        Assert.Equal("a command has at most 64 words", (await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, string.Join(' ', Enumerable.Repeat("x", 65))))).Message);
        host.Node.Report = _ => Task.FromResult(new NodeReport(host.Node.Status with { Version = new string('x', 5_000_000) }, null));
        Assert.Equal("the answer is longer than 4194304 bytes; ask for less", (await Assert.ThrowsAsync<CommandProblemException>(() => FirstLineAsync(client, "hotstuff status"))).Message);
        Assert.Equal("info", await FirstLineAsync(client, "log level"));
    }

    [Fact]
    public async Task Lines_go_on_until_the_caller_has_seen_enough()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        host.Log.Note("one");
        using var enough = new CancellationTokenSource(Bound);
        var seen = new List<string>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.RunAsync(
            ["log", "tail"],
            line =>
            {
                seen.Add(line);
                if (seen.Count == 1)
                    host.Log.Note("two\x1b[2J");
                else
                    enough.Cancel();
            },
            enough.Token));

        Assert.Equal(["one", "two [2J"], seen);
        Assert.False(client.IsOpen);
        await client.DisposeAsync();
        await host.EndOfConnectionsAsync();
    }

    [Fact]
    public async Task Lines_that_end_by_themselves_end_the_connection_cleanly()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        host.Log.Note("last");
        host.Log.Lines.Complete();
        var seen = new List<string>();

        Assert.Null(await client.RunAsync(["log", "tail"], seen.Add));

        Assert.Equal(["last"], seen);
        await host.EndOfConnectionsAsync();
    }

    [Fact]
    public async Task The_process_is_killed_when_the_answer_is_on_its_way()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();

        Assert.Equal("r1 dies", await FirstLineAsync(client, "hotstuff kill"));

        await TestHost.EventuallyAsync(() => host.Node.Done.Contains("kill"));
    }

    [Fact]
    public async Task What_changes_something_is_noted_with_who_did_it()
    {
        await using var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await FirstLineAsync(client, "hotstuff pause");
        host.Log.Lines.Complete();

        var note = Assert.Single(await host.Log.TailAsync(10).ToArrayAsync());
        Assert.Matches(@"^operator at 127\.0\.0\.1:\d+: hotstuff pause$", note);
    }

    [Fact]
    public async Task Connections_end_with_the_host()
    {
        var host = await TestHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await host.DisposeAsync();

        Assert.False(client.IsOpen);
        var problem = await Assert.ThrowsAsync<CommandConnectionException>(() => FirstLineAsync(client, "hotstuff view"));
        Assert.Equal($"127.0.0.1:{host.Port} ended the connection", problem.Message);
    }

    [Fact]
    public async Task Where_no_node_is_there_is_one_line()
    {
        var host = await TestHost.StartAsync();
        await host.DisposeAsync();

        var problem = await Assert.ThrowsAsync<CommandConnectionException>(() => host.ConnectAsync());
        Assert.StartsWith($"127.0.0.1:{host.Port} cannot be reached: ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Beyond_this_machine_it_listens_only_when_callers_must_authenticate(string address)
    {
        var problem = await Assert.ThrowsAsync<SettingsException>(() => TestHost.StartAsync(options => options with { Host = address }));

        Assert.Equal(
            $"hotstuff.commands.host is '{address}'; allowed: 127.0.0.1, or any with hotstuff.commands.token-file or hotstuff.commands.trusted-certificates-file",
            problem.Message);
        await using var host = await TestHost.StartAsync(options => options with { Host = "0.0.0.0", Token = "word" });
        await using var client = await host.ConnectAsync("word");
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_names_the_key()
    {
        await using var host = await TestHost.StartAsync();

        var problem = await Assert.ThrowsAsync<SettingsException>(() => TestHost.StartAsync(options => options with { Port = host.Port }));

        Assert.StartsWith($"hotstuff.commands.port: 127.0.0.1:{host.Port} cannot be listened on: ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "key", null, "hotstuff.commands.certificate-file is empty; allowed: the other half of certificate-file and certificate-key-file")]
    [InlineData("certificate", null, null, "hotstuff.commands.certificate-key-file is empty; allowed: the other half of certificate-file and certificate-key-file")]
    [InlineData(null, null, "trusted", "hotstuff.commands.certificate-file is empty; allowed: the node's certificate, because callers show theirs (trusted-certificates-file) over TLS only")]
    public void Settings_that_do_not_go_together_are_one_line(string? certificate, string? key, string? trusted, string line)
    {
        var settings = new CommandSettings(Enabled: true, "127.0.0.1", 0, null, certificate, key, trusted);

        Assert.Equal(line, Assert.Throws<SettingsException>(() => CommandHostOptions.From(settings, 9110)).Message);
    }

    [Fact]
    public async Task The_token_comes_from_a_file_that_only_its_owner_may_read()
    {
        var file = Path.GetTempFileName();
        try
        {
            var settings = new CommandSettings(Enabled: true, "127.0.0.1", 9111, file, null, null, null);
            Assert.Contains("the token is empty", Assert.Throws<ConfigurationProblemException>(() => CommandHostOptions.From(settings, 9110)).Message, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "two words");
            Assert.Contains("the token is not one word", Assert.Throws<ConfigurationProblemException>(() => CommandHostOptions.From(settings, 9110)).Message, StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, "open-sesame\n");
            Assert.Equal(("open-sesame", 9111), (CommandHostOptions.From(settings, 9110).Token, CommandHostOptions.From(settings, 9110).Port));
            if (OperatingSystem.IsWindows())
                return;
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("the file mode is 0440", Assert.Throws<ConfigurationProblemException>(() => CommandHostOptions.From(settings, 9110)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("open-sesam")]
    [InlineData("open-sesame ")]
    public async Task Without_the_token_there_is_one_refusal_and_the_end(string? token)
    {
        await using var host = await TestHost.StartAsync(options => options with { Token = "open-sesame" });

        var problem = await Assert.ThrowsAsync<CommandConnectionException>(() => host.ConnectAsync(token));

        Assert.Equal($"127.0.0.1:{host.Port} does not let us in: a token is asked for (--token-file), and this is not it", problem.Message);
        await host.EndOfConnectionsAsync();
        await using var client = await host.ConnectAsync("open-sesame");
        Assert.Equal("info", await FirstLineAsync(client, "log level"));
    }

    private static async Task<string> FirstLineAsync(CommandClient client, string line) =>
        ResultText.Lines((await client.RunAsync(CommandWords.Split(line), _ => Assert.Fail("there were lines")).WaitAsync(Bound))!).First();
}
