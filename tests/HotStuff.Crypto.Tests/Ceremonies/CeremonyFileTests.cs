using System.Text.Json.Nodes;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class CeremonyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestDirectory _directory = new();
    private readonly TestCeremony _ceremony = new(4);
    private readonly ExchangeDirectory _exchange;

    public CeremonyFileTests() => _exchange = new ExchangeDirectory(_directory.File("."));

    private string StateFile => _directory.File("replica-0.ceremony");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Messages_of_every_round_read_back_as_they_were_written()
    {
        _ceremony.Corrupt<CeremonyBody.Complaints>(3, _ => new CeremonyBody.Complaints([new ReplicaId(1)]));
        _ceremony.Finish();

        Assert.Equal(Enum.GetValues<CeremonyRound>(), _ceremony.Published.Select(message => message.Round).Distinct().Order());
        foreach (var message in _ceremony.Published)
        {
            _exchange.Publish(message);
            var read = _exchange.Read(message.Round, message.From)!;
            Assert.Equal((message.Digest, message.Signature), (read.Digest, read.Signature));
        }

        Assert.Null(_exchange.Publish(_ceremony.Message(CeremonyRound.Deal, 1)));
        Assert.Null(_exchange.Read(CeremonyRound.Deal, new ReplicaId(17)));
    }

    [Fact]
    public void How_a_file_is_laid_out_does_not_matter()
    {
        var message = _ceremony.States[0].Published[CeremonyRound.Roster];
        var file = _exchange.Publish(message)!;
        File.WriteAllText(file, JsonNode.Parse(File.ReadAllText(file))!.ToJsonString());

        Assert.Equal(message.Digest, _exchange.Read(CeremonyRound.Roster, new ReplicaId(0))!.Digest);
    }

    [Theory]
    [InlineData("version", "2", "version is 2; allowed: 1")]
    [InlineData("round", "\"lunch\"", "round is \"lunch\"; allowed: roster, commit, deal, complain, justify, confirm")]
    [InlineData("replica", "255", "replica is 255; allowed: 0 to 254")]
    [InlineData("seen", "[1]", "seen is a list; allowed: a list of up to 255 texts")]
    [InlineData("signature", null, "signature is missing")]
    [InlineData("body.limits.maxSessions", null, "body.limits.maxSessions is missing")]
    [InlineData("body.clientPort", "0", "body.clientPort is 0; allowed: 1 to 65535")]
    [InlineData("body.colour", "1", "body.colour is not a known key; allowed: ")]
    [InlineData("colour", "1", "colour is not a known key; allowed: ")]
    public void A_malformed_message_is_one_line(string key, string? value, string expected)
    {
        var file = _exchange.Publish(_ceremony.States[0].Published[CeremonyRound.Roster])!;
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        JsonEdit.Set(root, key, value);
        File.WriteAllText(file, root.ToJsonString());

        Refused($"{file}: {expected}");
    }

    [Fact]
    public void Truncated_and_overlong_files_are_one_line_each()
    {
        var file = _exchange.Publish(_ceremony.States[0].Published[CeremonyRound.Roster])!;
        var content = File.ReadAllText(file);

        File.WriteAllText(file, content[..^20]);
        Refused($"{file}: the file is not JSON: ");
        File.WriteAllText(file, content + new string(' ', ExchangeDirectory.MaxFileBytes));
        Refused($"{file}: the file is longer than {ExchangeDirectory.MaxFileBytes} bytes");
    }

    [Fact]
    public void Forged_and_replayed_messages_and_those_of_another_ceremony_are_refused()
    {
        var other = new TestCeremony(4);
        other.Run(before: CeremonyRound.Deal);
        _ceremony.Run(before: CeremonyRound.Deal);
        var roster = _ceremony.Message(CeremonyRound.Roster, 1);
        var commit = _ceremony.Message(CeremonyRound.Commit, 1);
        var foreign = other.Message(CeremonyRound.Commit, 1);

        Check("Commit of r1: the signature is not that of r1", commit with { Body = new CeremonyBody.Commitment("") });
        Check("Commit of r1: the signature is not that of r1", commit with { Signature = "" });
        Check("Commit of r1: the signature is not that of r1", _ceremony.Signed(2, commit, commit.Body));
        Check($"Commit of r1: session is \"{foreign.Session[..40]}...\"; allowed: {commit.Session}, that of this roster", foreign);
        Check("Commit of r1: the message is commit of r2; allowed: commit of r1", _ceremony.Message(CeremonyRound.Commit, 2));
        Check("Commit of r1: session is \"\"; allowed: ", roster);
        _ceremony.Put(commit);
        Check("Roster of r1: the message is not the enrolment of r1", commit, CeremonyRound.Roster);
        Check("Roster of r1: the message is not the enrolment of r1", _ceremony.Message(CeremonyRound.Roster, 2), CeremonyRound.Roster);
        Check("Roster of r1: the signature is not that of r1", roster with { Signature = _ceremony.Message(CeremonyRound.Roster, 2).Signature }, CeremonyRound.Roster);

        void Check(string expected, CeremonyMessage message, CeremonyRound round = CeremonyRound.Commit)
        {
            _ceremony.Put(message, round, from: 1);
            Assert.StartsWith(expected, Assert.Throws<ConfigurationProblemException>(() => _ceremony.Advance(0)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_roster_on_which_the_operators_do_not_agree_is_refused()
    {
        Check("Roster of r1: protocol is basic; allowed: chained, as in this operator's own enrolment", enrolment => enrolment with { Terms = TestCeremony.Terms(4, "basic") });
        Check("Roster of r1: replicas is 7; allowed: 4, as in this operator's own enrolment", enrolment => enrolment with { Terms = TestCeremony.Terms(7) });
        Check("Roster of r1: body.encryptionKey is \"0000000000000000000000000000000000000000...\"; allowed: an X25519 public key", enrolment => enrolment with { EncryptionKey = new string('0', 64) });
        Check("Roster of r1: replicas[1].consensusPort is 127.0.0.1:5053; allowed: another one, because this is replicas[0].consensusPort already", enrolment => enrolment with { Address = PortPlan.Default.Local(0) });
        Check("Roster of r1: replicas[1].host is \"no host\"; allowed: a host name or an IP address", enrolment => enrolment with { Address = enrolment.Address with { Host = "no host" } });

        static void Check(string expected, Func<CeremonyBody.Enrolment, CeremonyBody> change)
        {
            var ceremony = new TestCeremony(4).Corrupt(1, change);
            var roster = Assert.Throws<ConfigurationProblemException>(() => ceremony.Run()).Message;
            Assert.StartsWith(expected, roster, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_index_that_another_operator_has_is_refused()
    {
        _ceremony.Put(new TestCeremony(4).States[0].Published[CeremonyRound.Roster]);

        Assert.StartsWith(
            "Roster of r0: the message is not the one that this operator published as r0;",
            Assert.Throws<ConfigurationProblemException>(() => _ceremony.Advance(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_starts_again_from_its_state_file_publishes_the_same()
    {
        _ceremony.Run(before: CeremonyRound.Commit);
        CeremonyStateFile.Create(StateFile, _ceremony.States[0]);
        _ceremony.Run(before: CeremonyRound.Complain);

        _ceremony.States[0] = CeremonyStateFile.Load(StateFile);
        var again = Assert.IsType<CeremonyStep.Publish>(_ceremony.Advance(0)).Message;
        Assert.Equal(_ceremony.Message(CeremonyRound.Commit, 0).Digest, again.Digest);
        _ceremony.States[0] = _ceremony.States[0].With(again).Without([new ReplicaId(3)]);
        CeremonyStateFile.Replace(StateFile, _ceremony.States[0]);

        var read = CeremonyStateFile.Load(StateFile);
        Assert.Equal(new ReplicaId(3), Assert.Single(read.LeftOut));
        Assert.Equal(again.Digest, read.Published[CeremonyRound.Commit].Digest);
        Assert.Equal(_ceremony.States[0].PolynomialBytes, read.PolynomialBytes);
    }

    [Fact]
    public void Only_the_owner_may_read_a_state_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        CeremonyStateFile.Create(StateFile, _ceremony.States[0]);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(StateFile));
        CeremonyStateFile.Replace(StateFile, _ceremony.States[0]);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(StateFile));
        Assert.Equal("ceremony of r0 for ceremony", _ceremony.States[0].ToString());

        File.SetUnixFileMode(StateFile, OwnerOnly | UnixFileMode.GroupRead);

        Assert.StartsWith($"{StateFile}: the file mode is 0640", Assert.Throws<ConfigurationProblemException>(() => CeremonyStateFile.Load(StateFile)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationProblemException>(() => CeremonyStateFile.Create(StateFile, _ceremony.States[0]));
    }

    [Theory]
    [InlineData("polynomial", "\"c0ffee\"", "polynomial is something else; allowed: 192 hexadecimal digits")]
    [InlineData("identitySecret", null, "identitySecret is missing")]
    [InlineData("published", "[]", "published is a list of 0; allowed: a list of 1 to 6 objects")]
    [InlineData("leftOut", "[4]", "leftOut is a list; allowed: a list of up to 4 indices of replicas")]
    [InlineData("published.0.replica", "4", "published is something else; allowed: messages of different rounds, an enrolment first")]
    public void A_malformed_state_file_is_one_line_without_the_secret(string key, string? value, string expected)
    {
        CeremonyStateFile.Create(StateFile, _ceremony.States[0]);
        var root = JsonNode.Parse(File.ReadAllText(StateFile))!;
        JsonEdit.Set(root, key, value);
        File.WriteAllText(StateFile, root.ToJsonString());

        var message = Assert.Throws<ConfigurationProblemException>(() => CeremonyStateFile.Load(StateFile)).Message;

        Assert.Equal($"{StateFile}: {expected}", message);
    }

    private void Refused(string expected)
    {
        var message = Assert.Throws<ConfigurationProblemException>(() => _exchange.Read(CeremonyRound.Roster, new ReplicaId(0))).Message;
        Assert.StartsWith(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
