using System.Text.Json.Nodes;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

public sealed class ReplicaKeyFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestDirectory _directory = new();
    private readonly TestChain _chain = TestChain.Of(4);

    private string FilePath => _directory.File("replica-2.key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_key_file_reads_back_and_signs_the_same()
    {
        ReplicaKeyFile.Save(FilePath, _chain.Keys[2]);

        using var signer = ReplicaKeyFile.Load(FilePath, _chain.Genesis);

        Assert.Equal(new ReplicaId(2), signer.Replica);
        Assert.Equal(_chain.Signers[2].Sign([1, 2]), signer.Sign([1, 2]));
        Assert.Equal(_chain.Signers[2].SignShare([1, 2]), signer.SignShare([1, 2]));
        Assert.NotEqual(signer.Sign([1, 2]), signer.SignShare([1, 2]));
    }

    [Fact]
    public void Only_its_owner_may_read_a_key_file()
    {
        if (OperatingSystem.IsWindows())
            return;

        ReplicaKeyFile.Save(FilePath, _chain.Keys[2]);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    [InlineData(UnixFileMode.OtherWrite, "0602")]
    public void A_key_file_that_others_may_use_is_refused(UnixFileMode extra, string shown)
    {
        if (OperatingSystem.IsWindows())
            return;

        ReplicaKeyFile.Save(FilePath, _chain.Keys[2]);
        File.SetUnixFileMode(FilePath, OwnerOnly | extra);

        Assert.Equal(
            $"{FilePath}: the file mode is {shown}; allowed: 0600 or 0400, because the file holds a secret (chmod 600)", ProblemOfLoading());
    }

    [Fact]
    public void A_key_file_is_never_overwritten()
    {
        ReplicaKeyFile.Save(FilePath, _chain.Keys[2]);

        Assert.Throws<ConfigurationProblemException>(() => ReplicaKeyFile.Save(FilePath, _chain.Keys[1]));

        using var signer = ReplicaKeyFile.Load(FilePath, _chain.Genesis);
        Assert.Equal(new ReplicaId(2), signer.Replica);
    }

    [Theory]
    [InlineData("version", "3", "version is 3; allowed: 1")]
    [InlineData("version", null, "version is missing")]
    [InlineData("chainId", "\"00\"", "chainId is 00; allowed: ")]
    [InlineData("chainId", "5", "chainId is 5; allowed: a text")]
    [InlineData("replica", "4", "replica is 4; allowed: 0 to 3")]
    [InlineData("replica", "-1", "replica is -1; allowed: 0 to 3")]
    [InlineData("replica", "1", "identitySecret is another key's; allowed: the secret of validators[1].identityKey of the genesis file")]
    [InlineData("identitySecret", null, "identitySecret is missing")]
    [InlineData("identitySecret", "\"c0ffee\"", "identitySecret is something else; allowed: 64 hexadecimal digits")]
    [InlineData("shareSecret", "7", "shareSecret is something else; allowed: 64 hexadecimal digits")]
    [InlineData("shareSecret", "\"0000000000000000000000000000000000000000000000000000000000c0ffee\"", "shareSecret is another key's; allowed: the secret of validators[2].shareKey of the genesis file")]
    [InlineData("comment", "\"c0ffee\"", "comment is not a known key; allowed: version, chainId, replica, identitySecret, shareSecret")]
    public void A_malformed_key_file_is_one_line_without_the_secret(string key, string? value, string expected)
    {
        ReplicaKeyFile.Save(FilePath, _chain.Keys[2]);
        var root = JsonNode.Parse(File.ReadAllText(FilePath))!;
        JsonEdit.Set(root, key, value);
        File.WriteAllText(FilePath, root.ToJsonString());

        var message = ProblemOfLoading();

        Assert.StartsWith($"{FilePath}: {expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("c0ffee", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_another_chain_are_refused()
    {
        ReplicaKeyFile.Save(FilePath, TestChain.Other(4).Keys[2]);

        Assert.EndsWith($"allowed: {_chain.Id.Hash}, the chain of the genesis file", ProblemOfLoading(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_do_not_print_themselves() => Assert.Equal($"keys of r2 on {_chain.Id}", _chain.Keys[2].ToString());

    private string ProblemOfLoading() =>
        Assert.Throws<ConfigurationProblemException>(() => ReplicaKeyFile.Load(FilePath, _chain.Genesis)).Message;
}
