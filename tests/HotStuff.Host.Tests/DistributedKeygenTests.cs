using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Tests;

public sealed class DistributedKeygenTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Exchange => _directory.File("exchange");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Operators_that_run_the_command_side_by_side_get_one_genesis_file_and_keys_of_which_a_quorum_signs()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RunAsync(i, "--replicas", "4", "--chain", "payments", "--wait", "50")));

        Assert.All(results, result => result.Succeeded());
        var genesis = Genesis.Load(Out(0, "genesis.json"));
        Assert.Equal(("payments", "bls", 4), (genesis.Chain, genesis.Signatures, genesis.Committee.Size));
        Assert.All(Enumerable.Range(1, 3), i => Assert.Equal(File.ReadAllBytes(Out(0, "genesis.json")), File.ReadAllBytes(Out(i, "genesis.json"))));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(["genesis.json", $"replica-{i}.key"], Directory.GetFiles(_directory.File($"out-{i}")).Select(Path.GetFileName).Order()));

        var scheme = genesis.CreateScheme();
        byte[] statement = [1, 2, 3];
        var shares = Enumerable.Range(1, 3).Select(i =>
        {
            using var signer = ReplicaKeyFile.Load(Out(i, $"replica-{i}.key"), genesis);
            return new SignatureShare(signer.Replica, signer.SignShare(statement));
        }).ToArray();
        Assert.True(scheme.VerifyCombined(statement, Assert.IsType<CombineResult.Combined>(scheme.Combine(statement, shares)).Signature));

        var secrets = Enumerable.Range(0, 4).SelectMany(i => System.Text.Json.JsonDocument.Parse(File.ReadAllText(Out(i, $"replica-{i}.key"))).RootElement
            .EnumerateObject().Where(field => field.Name.EndsWith("Secret", StringComparison.Ordinal)).Select(field => field.Value.GetString()!)).ToArray();
        Assert.Equal(8, secrets.Length);
        var exchanged = string.Concat(Directory.GetFiles(Exchange).Select(File.ReadAllText));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, exchanged, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_round_that_waits_says_for_whom_keeps_its_secrets_private_and_can_be_run_again()
    {
        Assert.EndsWith("waiting for roster of r0; run the same command again when the files are there\n", (await RunAsync(1, "--replicas", "2")).Succeeded(), StringComparison.Ordinal);
        var state = Out(1, "replica-1.ceremony");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state));
        var roster = Path.Combine(Exchange, "0-roster.replica-1.json");
        var published = await File.ReadAllTextAsync(roster);
        File.Delete(roster);

        // The terms need not be repeated, and what was lost on the way is published again.
        Assert.Contains($"{roster}: published", (await RunAsync(1)).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(published, await File.ReadAllTextAsync(roster));
        Assert.Contains("waiting for roster of r0", (await RunAsync(1, "--wait", "0.1")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(1, "--wait", "0.1")).ExitCode);
        Assert.Equal("hotstuff: keygen: chain is other; allowed: hotstuff, as in this operator's own enrolment", (await RunAsync(1, "--chain", "other")).FailedWith(2));

        File.Delete(state);
        Assert.Contains("another operator's", (await RunAsync(1, "--replicas", "2")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_ceremony_stays_as_it_is_and_a_bad_file_is_one_line()
    {
        Assert.Contains("genesis.json: chain hotstuff, 1 replicas, bls", (await RunAsync(0, "--replicas", "1")).Succeeded(), StringComparison.Ordinal);
        var key = await File.ReadAllTextAsync(Out(0, "replica-0.key"));
        Assert.Contains("genesis.json: chain hotstuff, 1 replicas, bls", (await RunAsync(0)).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(key, await File.ReadAllTextAsync(Out(0, "replica-0.key")));

        await File.WriteAllTextAsync(Path.Combine(Exchange, "0-roster.replica-0.json"), "{");
        Assert.Contains("0-roster.replica-0.json: the file is not JSON", (await RunAsync(2, "--replicas", "4")).FailedWith(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--replica is missing; --distributed needs the index of this operator's replica", "--distributed", "--exchange", "x")]
    [InlineData("--exchange is missing; --distributed needs the directory of the operators' messages", "--distributed", "--replica", "0")]
    [InlineData("--replica is '4'; allowed is a whole number from 0 to 3", "--distributed", "--replica", "4", "--exchange", "x", "--out", "y")]
    [InlineData("--exchange and --out are both 'x'; secrets do not belong where messages are exchanged", "--distributed", "--replica", "0", "--exchange", "x", "--out", "x")]
    [InlineData("--signatures is 'ed25519'; allowed with --distributed is bls, whose keys need a dealer otherwise", "--distributed", "--signatures", "ed25519")]
    [InlineData("--force cannot be combined with --distributed; begin again with a new --exchange and --out", "--distributed", "--force")]
    [InlineData("--without is 'r3'; allowed are indices of replicas, separated by commas", "--distributed", "--replica", "0", "--exchange", "x", "--out", "y", "--without", "r3")]
    [InlineData("--without is only for keygen --distributed", "--without", "1")]
    public async Task Bad_usage_is_one_line(string line, params string[] arguments) =>
        Assert.Equal($"hotstuff: {line}", (await HotStuffProcess.RunAsync(["keygen", .. arguments])).FailedWith(2));

    private string Out(int replica, string file) => Path.Combine(_directory.File($"out-{replica}"), file);

    private Task<ProcessResult> RunAsync(int replica, params string[] options) => HotStuffProcess.RunAsync(
        ["keygen", "--distributed", "--replica", $"{replica}", "--exchange", Exchange, "--out", _directory.File($"out-{replica}"), .. options]);
}
