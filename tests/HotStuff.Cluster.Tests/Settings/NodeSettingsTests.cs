using System.Collections;
using Akka.Configuration;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

public sealed class NodeSettingsTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("hotstuff-settings-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public void Every_key_of_the_reference_is_read_and_every_key_that_is_read_is_in_the_reference()
    {
        var read = new SettingsReader(NodeConfiguration.Reference);
        NodeSettings.From(NodeConfiguration.Reference, read);
        Assert.Equal(NodeConfiguration.Keys.Order(StringComparer.Ordinal), read.KeysRead.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_and_section_of_the_reference_is_commented()
    {
        var lines = ReferenceLines();
        var uncommented = lines.Where((line, i) => IsEntry(line) && !lines[i - 1].TrimStart().StartsWith('#')).ToList();
        Assert.Equal(["hotstuff {"], uncommented);
        Assert.True(lines.Count(IsEntry) > 20);
    }

    [Fact]
    public void The_defaults_are_those_that_the_reference_states()
    {
        var settings = Read();
        Assert.Equal(new PacemakerSettings(), settings.Pacemaker);
        Assert.Equal(Durability.Fsync, settings.Durability);
        Assert.Equal(new BoundsSettings(200_000, 64 << 20, 1024), settings.Bounds);
        Assert.Equal((int.MaxValue, int.MaxValue), (settings.Batch.MaxCommands, settings.Batch.MaxBytes));
        Assert.Null(settings.Consensus.Host);
        Assert.True(settings.Ops.Enabled);
        Assert.Empty(settings.Ops.Seeds);
        Assert.Equal(new ReplicaOptions(), settings.ReplicaOptions(new ProtocolLimits()));
    }

    [Fact]
    public void The_command_line_overrides_the_environment_which_overrides_the_file()
    {
        var file = WriteFile("hotstuff { data-directory = file, log-level = debug, key-file = file }");
        var environment = new Hashtable { ["HOTSTUFF__DATA_DIRECTORY"] = "environment", ["HOTSTUFF__LOG_LEVEL"] = "warning", ["PATH"] = "x" };
        var commandLine = new Dictionary<string, string>(StringComparer.Ordinal) { ["hotstuff.data-directory"] = "C:\\a \"quoted\" path" };
        var settings = NodeSettings.From(NodeConfiguration.Load(file, environment, commandLine));
        Assert.Equal("C:\\a \"quoted\" path", settings.DataDirectory);
        Assert.Equal("warning", settings.LogLevel);
        Assert.Equal("file", settings.KeyFile);
        Assert.Equal("genesis.json", settings.GenesisFile);
    }

    [Fact]
    public void An_environment_variable_can_hold_a_list_and_a_nested_key()
    {
        var settings = NodeSettings.From(NodeConfiguration.Load(null, new Hashtable
        {
            ["HOTSTUFF__OPS__SEEDS"] = "a:4053, b:4054",
            ["HOTSTUFF__VIEW_TIMEOUT__BASE"] = "1s",
            ["HOTSTUFF__CONSENSUS__MAILBOX__MAX_PEER_MESSAGES"] = "123",
        }));
        Assert.Equal(["a:4053", "b:4054"], settings.Ops.Seeds);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.Pacemaker.BaseTimeout);
        Assert.Equal(123, settings.Consensus.MailboxPeerMessages);
    }

    [Theory]
    [InlineData("durability = disk", "hotstuff.durability is 'disk'; allowed: fsync, os, memory")]
    [InlineData("durability = 1", "hotstuff.durability is '1'; allowed: fsync, os, memory")]
    [InlineData("transport = pigeons", "hotstuff.transport is 'pigeons'; allowed: sockets, dotnetty")]
    [InlineData("consensus.max-queued-bytes = 1 KiB", "hotstuff.consensus.max-queued-bytes is '1 KiB'; allowed: 1 MiB to 1 GiB")]
    [InlineData("data-directory = \"\"", "hotstuff.data-directory is empty; allowed: something")]
    [InlineData("data-directory = [a]", "hotstuff.data-directory is '[...]'; allowed: one value")]
    [InlineData("view-timeout.base = fast", "hotstuff.view-timeout.base is 'fast'; allowed: 1 ms to 10 m")]
    [InlineData("view-timeout.base = 0 s", "hotstuff.view-timeout.base is '0 s'; allowed: 1 ms to 10 m")]
    [InlineData("view-timeout.max = 100 ms", "hotstuff.view-timeout.max is '100 ms'; allowed: view-timeout.base and more")]
    [InlineData("batch.max-commands = -1", "hotstuff.batch.max-commands is '-1'; allowed: 1 to 1000000")]
    [InlineData("batch.max-bytes = 17 MiB", "hotstuff.batch.max-bytes is '17 MiB'; allowed: 1 KiB to 16 MiB")]
    [InlineData("consensus.test-delay = 11 s", "hotstuff.consensus.test-delay is '11 s'; allowed: 0 ms to 10 s")]
    [InlineData("transport = dotnetty\nconsensus.test-delay = 1 ms", "hotstuff.consensus.test-delay is '1 ms'; allowed: 0 ms, unless transport is sockets")]
    [InlineData("gateway.port = 65536", "hotstuff.gateway.port is '65536'; allowed: 0 to 65535")]
    [InlineData("ops.enabled = perhaps", "hotstuff.ops.enabled is 'perhaps'; allowed: on, off")]
    [InlineData("ops.seeds = [nowhere]", "hotstuff.ops.seeds is 'nowhere'; allowed: host:port for each seed")]
    [InlineData("traces.sample = 1.5", "hotstuff.traces.sample is '1.5'; allowed: 0 to 1")]
    [InlineData("traces.sample = NaN", "hotstuff.traces.sample is 'NaN'; allowed: 0 to 1")]
    [InlineData("traces.endpoint = \"collector:4318\"", "hotstuff.traces.endpoint is 'collector:4318'; allowed: http://... or https://...")]
    public void A_value_that_is_not_allowed_is_one_line_with_key_value_and_what_is_allowed(string line, string message)
    {
        var refused = Assert.Throws<SettingsException>(() => Read(line));
        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void A_key_that_does_not_exist_is_named_with_a_suggestion()
    {
        var file = WriteFile("hotstuff.pacemaker.base = 1s");
        var refused = Assert.Throws<SettingsException>(() => NodeConfiguration.Load(file, new Hashtable()));
        Assert.Equal($"{file}: there is no key hotstuff.pacemaker.base; did you mean hotstuff.view-timeout.base?", refused.Message);
        refused = Assert.Throws<SettingsException>(() => NodeConfiguration.Load(null, new Hashtable { ["HOTSTUFF__TYPO"] = "1" }));
        Assert.Equal("HOTSTUFF__TYPO: there is no key hotstuff.typo; hocon/hotstuff.conf lists all keys", refused.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_parsed_is_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.StartsWith($"{missing} cannot be read: ", Assert.Throws<SettingsException>(() => NodeConfiguration.Load(missing, new Hashtable())).Message);
        var broken = WriteFile("hotstuff { data-directory = ${nowhere} }");
        var refused = Assert.Throws<SettingsException>(() => NodeConfiguration.Load(broken, new Hashtable()));
        Assert.StartsWith($"{broken} is not HOCON: ", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("hotstuff { durability = os", "the '{' in line 1 is never closed")]
    [InlineData("hotstuff {\n durability = os\n}\n}", "the '}' in line 4 closes nothing")]
    [InlineData("}{", "the '}' in line 1 closes nothing")]
    [InlineData("hotstuff {\n ops.seeds = [a:1, b:2\n}", "the '}' in line 3 closes nothing")]
    public void A_file_whose_brackets_do_not_match_is_refused_rather_than_read_in_part(string text, string problem)
    {
        var file = WriteFile(text);
        Assert.Equal($"{file} is not HOCON: {problem}", Assert.Throws<SettingsException>(() => NodeConfiguration.Load(file, new Hashtable())).Message);
    }

    [Fact]
    public void Brackets_in_text_and_comments_are_not_brackets()
    {
        var file = WriteFile("hotstuff { # }\n data-directory = \"a}\\\"{\" // {\n key-file = \"\"\"x\"]\n}\"\"\"\n ops { seeds = [\"a:1\"] }\n}");
        Assert.Equal("a}\"{", NodeSettings.From(NodeConfiguration.Load(file, new Hashtable())).DataDirectory);
    }

    [Theory]
    [InlineData("hotstuf { durability = os }", "there is no section hotstuf; allowed: hotstuff, akka")]
    [InlineData("durability = os", "there is no section durability; allowed: hotstuff, akka")]
    [InlineData("hotstuff = 3", "hotstuff is a value; allowed: a section hotstuff { }")]
    public void What_stands_outside_the_sections_is_refused_rather_than_ignored(string text, string problem)
    {
        var file = WriteFile(text);
        Assert.Equal($"{file}: {problem}", Assert.Throws<SettingsException>(() => NodeConfiguration.Load(file, new Hashtable())).Message);
    }

    [Theory]
    [InlineData("replica.conf")]
    [InlineData("seed.conf")]
    public void The_example_files_are_valid(string name) =>
        NodeSettings.From(NodeConfiguration.Load(Path.Combine(RepositoryRoot(), "hocon", name), new Hashtable()));

    [Fact]
    public void A_section_of_akka_settings_is_passed_through()
    {
        var settings = Read("x", "akka.remote.enabled-transports = [\"own.transport\"]");
        Assert.Equal(["own.transport"], settings.Akka.GetStringList("akka.remote.enabled-transports"));
    }

    private static NodeSettings Read(string line = "", string akka = "") => NodeSettings.From(
        ConfigurationFactory.ParseString($"hotstuff {{\n{(line == "x" ? "" : line)}\n}}\n{akka}").WithFallback(NodeConfiguration.Reference));

    private static bool IsEntry(string line) => line.TrimStart() is var text && !text.StartsWith('#') && (text.Contains('=') || text.EndsWith('{'));

    private static string[] ReferenceLines() => File.ReadAllLines(Path.Combine(RepositoryRoot(), "hocon", "hotstuff.conf"));

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "global.json")))
            directory = directory.Parent;
        return directory.FullName;
    }

    private string WriteFile(string text)
    {
        var file = Path.Combine(_files.FullName, $"{Guid.NewGuid():N}.conf");
        File.WriteAllText(file, text);
        return file;
    }
}
