using System.Collections.Concurrent;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

/// <summary>A committee with the same keys in every run, and what its replicas sign.</summary>
internal sealed class TestChain
{
    private static readonly ConcurrentDictionary<int, TestChain> BySize = new();

    private TestChain(string name, int replicas)
    {
        var (genesis, keys) = Generate(name, replicas);
        Genesis = genesis;
        Keys = keys;
        Signers = [.. keys.Select(key => key.CreateSigner())];
    }

    public Genesis Genesis { get; }

    public IReadOnlyList<ReplicaKeys> Keys { get; }

    public IReadOnlyList<ReplicaSigner> Signers { get; }

    public Committee Committee => Genesis.Committee;

    public ChainId Id => Genesis.ChainId;

    public QuorumCertificate GenesisQc => Block.GenesisCertificate(Id);

    public static TestChain Of(int replicas) => BySize.GetOrAdd(replicas, size => new TestChain("test", size));

    public static TestChain Other(int replicas) => new("other", replicas);

    public static (Genesis Genesis, IReadOnlyList<ReplicaKeys> Keys) Generate(string name, int replicas)
    {
        var next = 0;
        return KeyGenerator.Generate(name, replicas, secret: length =>
        {
            // Identity keys come first; even numbers are theirs, odd ones those of shares.
            var number = next < replicas ? 2 * next : (2 * (next - replicas)) + 1;
            next++;
            return [.. Enumerable.Repeat((byte)0, length - 2), (byte)(number >> 8), (byte)number];
        });
    }

    public static VoteStatement Statement(long view, byte block = 7) => new(Epoch.Genesis, new View(view), new BlockId(Digest.Of([block])), Phase.Generic);

    public static ComplaintStatement Giving(long view) => new(Epoch.Genesis, new View(view));

    public Vote Vote(int replica, VoteStatement statement) =>
        new(statement, new SignatureShare(new ReplicaId(replica), Signers[replica].SignShare(SignedBytes.Vote(Id, statement))));

    public SignatureShare Share(int replica, ComplaintStatement statement) =>
        new(new ReplicaId(replica), Signers[replica].SignShare(SignedBytes.Complaint(Id, statement)));

    public IReadOnlyList<SignatureShare> Votes(VoteStatement statement, int? count = null) =>
        [.. Enumerable.Range(0, count ?? Committee.Quorum).Select(i => Vote(i, statement).Share)];

    public QuorumCertificate Qc(VoteStatement statement) => new(statement, Combined(SignedBytes.Vote(Id, statement), Votes(statement)));

    public QuorumCertificate Qc(Block block) => Qc(new VoteStatement(block.Epoch, block.View, block.Id, Phase.Generic));

    public TimeoutCertificate Tc(long view)
    {
        var shares = Enumerable.Range(0, Committee.Quorum).Select(i => Share(i, Giving(view))).ToArray();
        return new TimeoutCertificate(Giving(view), Combined(SignedBytes.Complaint(Id, Giving(view)), shares));
    }

    public Block Child(QuorumCertificate justify, long view, long height, int proposer = 1, Epoch epoch = default) =>
        Block.Create(Id, epoch, new View(view), new Height(height), new ReplicaId(proposer), justify, []);

    public Proposal Propose(Block block, TimeoutCertificate? entry = null) => new(
        block, entry, Signers[block.Proposer.Index].Sign(SignedBytes.Proposal(Id, block.Epoch, block.View, block.Id)));

    public Complaint Complain(int replica, long view, QuorumCertificate? highQc = null, TimeoutCertificate? entry = null, Vote? last = null) =>
        new(Giving(view), Share(replica, Giving(view)), highQc ?? GenesisQc, entry, last);

    private Signature Combined(byte[] statement, IReadOnlyList<SignatureShare> shares) =>
        Assert.IsType<CombineResult.Combined>(Genesis.CreateScheme().Combine(statement, shares)).Signature;
}

/// <summary>A directory of its own for a test, gone afterwards.</summary>
internal sealed class TestDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hotstuff-crypto-");

    public string File(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}

internal static class TestBytes
{
    /// <summary>The same signature with one bit changed.</summary>
    public static Signature Flip(this Signature signature, int bit)
    {
        var bytes = signature.Bytes.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Signature(bytes);
    }

    public static Unverified<T> Unchecked<T>(this T value)
        where T : class => new(value);
}
