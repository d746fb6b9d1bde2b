using System.Text.Json.Nodes;
using CsCheck;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class GenesisTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly Genesis _genesis = TestChain.Of(4).Genesis;

    private string FilePath => _directory.File("genesis.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_genesis_file_reads_back_as_it_was_written()
    {
        _genesis.Save(FilePath);
        _genesis.Save(FilePath);

        var loaded = Genesis.Load(FilePath);

        Assert.Equal(_genesis.ChainId, loaded.ChainId);
        Assert.Equal(_genesis.Committee, loaded.Committee);
        Assert.Equal(_genesis.Limits, loaded.Limits);
        Assert.Equal(_genesis.Validators.ToArray(), loaded.Validators.ToArray());
        Assert.Equal(
            (_genesis.Chain, _genesis.Protocol, _genesis.Leaders, _genesis.Signatures),
            (loaded.Chain, loaded.Protocol, loaded.Leaders, loaded.Signatures));
    }

    [Fact]
    public void The_largest_committee_fits_a_genesis_file()
    {
        TestChain.Of(Committee.MaxSize).Genesis.Save(FilePath);

        Assert.Equal(TestChain.Of(Committee.MaxSize).Id, Genesis.Load(FilePath).ChainId);
    }

    /// <summary>
    /// The digest was computed by another program from the documented bytes. If it changes, every running chain gets a new identity: only with
    /// a new version of the format.
    /// </summary>
    [Fact]
    public void The_chain_id_of_a_fixed_genesis_stays_as_it_is() => Assert.Equal(
        "b479f063c6a03060f621586f07277a2f790f8a6b74cf4d2fd6b36dfdba7b6a41", _genesis.ChainId.Hash.ToString());

    [Fact]
    public void The_chain_id_covers_names_limits_and_keys()
    {
        var limits = _genesis.Limits;
        var validators = _genesis.Validators;
        var keys = TestChain.Of(7).Genesis.Validators;
        Genesis[] variants =
        [
            _genesis,
            With(chain: "test2"),
            With(limits: limits with { MaxBlockCommands = 4_001 }),
            With(limits: limits with { MaxBlockBytes = 524_289 }),
            With(limits: limits with { MaxCommandBytes = 65_537 }),
            With(limits: limits with { ClientWindow = 16_385 }),
            With(limits: limits with { MaxSessions = 10_001 }),
            With(limits: limits with { SnapshotBlocks = 10_001 }),
            With(limits: limits with { SnapshotBytes = 134_217_729 }),
            With(validators: [.. validators.Take(3)]),
            With(validators: keys),
            With(validators: validators.SetItem(2, validators[2] with { IdentityKey = keys[6].IdentityKey })),
            With(validators: validators.SetItem(2, validators[2] with { ShareKey = keys[6].ShareKey })),
            With(validators: validators.SetItem(2, validators[2] with { ShareKey = validators[2].IdentityKey, IdentityKey = validators[2].ShareKey })),
            With(validators: [validators[1] with { Replica = new ReplicaId(0) }, validators[0] with { Replica = new ReplicaId(1) }, .. validators[2..]]),
        ];

        Assert.Equal(variants.Length, variants.Select(variant => variant.ChainId).Distinct().Count());
    }

    [Fact]
    public void The_chain_id_is_the_same_wherever_replicas_live()
    {
        var moved = With(validators: _genesis.Validators.Select(v => v with { Address = new ReplicaAddress("10.0.0.9", PortPlan.From(30_000).Of(v.Replica.Index)) }));

        Assert.Equal(_genesis.ChainId, moved.ChainId);
        Assert.Equal("10.0.0.9", moved.Validators[3].Address.Host);
    }

    [Fact]
    public void Keys_in_capital_digits_are_the_same_keys()
    {
        var capital = With(validators: _genesis.Validators.Select(v => v with { IdentityKey = v.IdentityKey.ToUpperInvariant() }));

        Assert.Equal(_genesis.ChainId, capital.ChainId);
    }

    [Theory]
    [InlineData("version", "2", "version is 2; allowed: 1")]
    [InlineData("version", "\"1\"", "version is the text \"1\"; allowed: 1")]
    [InlineData("version", null, "version is missing")]
    [InlineData("chain", "\"\"", "chain is \"\"; allowed: 1 to 64 letters, digits, dots, hyphens and underscores")]
    [InlineData("chain", "\"a b\\n\"", "chain is \"a b?\"; allowed: 1 to 64 letters, digits, dots, hyphens and underscores")]
    [InlineData("chain", "7", "chain is 7; allowed: a text")]
    [InlineData("protocol", "\"pbft\"", "protocol is \"pbft\"; allowed: ")]
    [InlineData("leaders", "\"none\"", "leaders is \"none\"; allowed: round-robin")]
    [InlineData("signatures", "\"rsa\"", "signatures is \"rsa\"; allowed: ed25519")]
    [InlineData("limits", "[]", "limits is a list; allowed: an object")]
    [InlineData("limits.maxBlockBytes", "10", "limits.maxBlockBytes is 10; allowed are 1024 to 16777216")]
    [InlineData("limits.maxBlockBytes", "1.5", "limits.maxBlockBytes is 1.5; allowed: -2147483648 to 2147483647")]
    [InlineData("limits.maxBlocks", "10", "limits.maxBlocks is not a known key; allowed: maxBlockCommands, maxBlockBytes, maxCommandBytes, clientWindow, maxSessions")]
    [InlineData("limits.maxSessions", null, "limits.maxSessions is missing")]
    [InlineData("colour", "1", "colour is not a known key; allowed: version, chain, protocol, leaders, signatures, limits, validators")]
    [InlineData("validators", "[]", "validators is a list of 0; allowed: a list of 1 to 256 objects")]
    [InlineData("validators", "[3]", "validators[0] is 3; allowed: an object")]
    [InlineData("validators.1.index", "2", "validators[1].index is 2; allowed: 1, the position in the list")]
    [InlineData("validators.1.index", "-1", "validators[1].index is -1; allowed: 0 to 255")]
    [InlineData("validators.1.identityKey", "\"xyz\"", "validators[1].identityKey is \"xyz\"; allowed: an Ed25519 public key, 64 hexadecimal digits")]
    [InlineData("validators.1.shareKey", "\"\"", "validators[1].shareKey is \"\"; allowed: a public key of ed25519, 64 hexadecimal digits")]
    [InlineData("validators.1.host", "\"a b\"", "validators[1].host is \"a b\"; allowed: a host name or an IP address")]
    [InlineData("validators.1.clientPort", "0", "validators[1].clientPort is 0; allowed: 1 to 65535")]
    [InlineData("validators.1.clientPort", "65536", "validators[1].clientPort is 65536; allowed: 1 to 65535")]
    [InlineData("validators.1.opsPort", "4053", "validators[1].opsPort is 127.0.0.1:4053; allowed: another one, because this is validators[0].opsPort already")]
    [InlineData("validators.1.name", "\"x\"", "validators[1].name is not a known key; allowed: ")]
    public void A_malformed_genesis_is_one_line_that_says_what_is_wrong(string key, string? value, string expected)
    {
        var root = JsonNode.Parse(Saved())!;
        JsonEdit.Set(root, key, value);

        var message = ProblemWith(root.ToJsonString());

        Assert.StartsWith($"{FilePath}: {expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void One_key_serves_one_purpose_of_one_validator()
    {
        var root = JsonNode.Parse(Saved())!;
        root["validators"]![1]!["shareKey"] = root["validators"]![0]!["identityKey"]!.GetValue<string>();

        Assert.Contains("validators[1].shareKey is ", ProblemWith(root.ToJsonString()), StringComparison.Ordinal);
        Assert.Contains("this is validators[0].identityKey already", ProblemWith(root.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is not JSON: ")]
    [InlineData("{", "the file is not JSON: ")]
    [InlineData("[]", "the file holds a list; allowed: one JSON object")]
    [InlineData("{\"version\":1,\"version\":1}", "the file is not JSON: ")]
    [InlineData("{\"version\":1,\"chain\":\"\\ud800\"}", "the file is not JSON: ")]
    public void A_file_that_is_not_one_json_object_is_one_line(string content, string expected)
    {
        var message = ProblemWith(content);

        Assert.StartsWith($"{FilePath}: {expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_genesis_file_over_one_mebibyte_is_refused() => Assert.Equal(
        $"{FilePath}: the file is longer than 1048576 bytes; allowed: at most that", ProblemWith(Saved() + new string(' ', Genesis.MaxFileBytes)));

    [Fact]
    public void A_file_that_cannot_be_read_or_written_is_one_line()
    {
        var nowhere = _directory.File("none/genesis.json");

        Assert.Equal($"{nowhere}: cannot read the file: there is no such file", Assert.Throws<ConfigurationProblemException>(() => Genesis.Load(nowhere)).Message);
        Assert.Throws<ConfigurationProblemException>(() => _genesis.Save(nowhere));
        Assert.Throws<ConfigurationProblemException>(() => Genesis.Load(""));
        Assert.Throws<ConfigurationProblemException>(() => Genesis.Load(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void A_damaged_genesis_file_loads_or_is_one_line()
    {
        var saved = System.Text.Encoding.UTF8.GetBytes(Saved());
        Gen.Select(Gen.Int[0, saved.Length - 1], Gen.Byte).Sample(
            (position, value) =>
            {
                var damaged = (byte[])saved.Clone();
                damaged[position] = value;
                if (Record.Exception(() => GenesisFile.Decode("f", damaged)) is { } e)
                    Assert.DoesNotContain('\n', Assert.IsType<ConfigurationProblemException>(e).Message);
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void Generating_checks_what_it_is_asked_for()
    {
        Assert.Throws<ConfigurationProblemException>(() => KeyGenerator.Generate("test", 0));
        Assert.Throws<ConfigurationProblemException>(() => KeyGenerator.Generate("test", Committee.MaxSize + 1));
        Assert.Throws<ConfigurationProblemException>(() => KeyGenerator.Generate("test", 4, signatures: "rsa"));
        Assert.NotEqual(KeyGenerator.Generate("test", 1).Genesis.ChainId, KeyGenerator.Generate("test", 1).Genesis.ChainId);
    }

    private Genesis With(string? chain = null, ProtocolLimits? limits = null, IEnumerable<Validator>? validators = null) => Genesis.Create(
        chain ?? _genesis.Chain, _genesis.Protocol, _genesis.Leaders, _genesis.Signatures, limits ?? _genesis.Limits, validators ?? _genesis.Validators);

    private string Saved()
    {
        _genesis.Save(FilePath);
        return File.ReadAllText(FilePath);
    }

    private string ProblemWith(string content)
    {
        File.WriteAllText(FilePath, content);
        return Assert.Throws<ConfigurationProblemException>(() => Genesis.Load(FilePath)).Message;
    }
}

internal static class JsonEdit
{
    /// <summary>Sets, adds or (null) removes what a path like <c>validators.1.index</c> leads to.</summary>
    public static void Set(JsonNode root, string path, string? value)
    {
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(root, (node, step) => int.TryParse(step, out var i) ? node[i]! : node[step]!).AsObject();
        if (value is null)
            parent.Remove(steps[^1]);
        else
            parent[steps[^1]] = JsonNode.Parse(value);
    }
}
