using HotStuff.Crypto;

namespace HotStuff.Host.Tests;

public sealed class KeygenTests
{
    [Fact]
    public async Task Keys_are_made_that_belong_to_the_genesis_file()
    {
        using var directory = new TemporaryDirectory();

        (await HotStuffProcess.RunAsync("keygen", "--replicas", "7", "--chain", "payments", "--out", directory.Path)).Succeeded();

        var genesis = Genesis.Load(directory.File("genesis.json"));
        Assert.Equal("payments", genesis.Chain);
        Assert.Equal(7, genesis.Committee.Size);
        foreach (var id in genesis.Committee.Members)
        {
            using var signer = ReplicaKeyFile.Load(directory.File($"replica-{id.Index}.key"), genesis);
            Assert.Equal(id, signer.Replica);
        }
    }

    [Fact]
    public async Task Only_the_owner_may_read_a_key_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var directory = new TemporaryDirectory();

        (await HotStuffProcess.RunAsync("keygen", "--out", directory.Path)).Succeeded();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(directory.File("replica-0.key")));
    }

    [Fact]
    public async Task Keys_that_are_there_are_not_overwritten_unless_forced()
    {
        using var directory = new TemporaryDirectory();
        (await HotStuffProcess.RunAsync("keygen", "--out", directory.Path)).Succeeded();
        var first = await File.ReadAllTextAsync(directory.File("replica-0.key"));

        var again = await HotStuffProcess.RunAsync("keygen", "--out", directory.Path);

        Assert.Contains("--force", again.FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllTextAsync(directory.File("replica-0.key")));

        (await HotStuffProcess.RunAsync("keygen", "--out", directory.Path, "--force")).Succeeded();
        Assert.NotEqual(first, await File.ReadAllTextAsync(directory.File("replica-0.key")));
    }

    [Fact]
    public async Task Replicas_on_hosts_of_their_own_have_the_same_ports_and_those_on_one_host_different_ones()
    {
        using var directory = new TemporaryDirectory();

        (await HotStuffProcess.RunAsync("keygen", "--hosts", "a.example,b.example,b.example,c.example", "--out", directory.Path)).Succeeded();

        var genesis = Genesis.Load(directory.File("genesis.json"));
        Assert.Equal(
            [("a.example", 6053), ("b.example", 6053), ("b.example", 6054), ("c.example", 6053)],
            genesis.Validators.Select(validator => (validator.Address.Host, validator.Address.Ports.Client)));
    }

    [Fact]
    public async Task Hosts_must_be_as_many_as_replicas()
    {
        using var directory = new TemporaryDirectory();

        var result = await HotStuffProcess.RunAsync("keygen", "--hosts", "a,b", "--out", directory.Path);

        Assert.Equal("hotstuff: --hosts names 2 hosts; allowed: one for each of the 4 replicas", result.FailedWith(2));
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    [Fact]
    public async Task Limits_that_contradict_each_other_are_refused()
    {
        using var directory = new TemporaryDirectory();

        var result = await HotStuffProcess.RunAsync("keygen", "--block-bytes", "2048", "--out", directory.Path);

        Assert.Contains("maxCommandBytes", result.FailedWith(2), StringComparison.Ordinal);
    }
}
