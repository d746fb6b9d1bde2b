using System.Collections.Concurrent;
using HotStuff.Consensus;

namespace HotStuff.Crypto.Tests;

/// <summary>A committee of any scheme, and its members' shares over one statement.</summary>
internal sealed class SchemeGroup
{
    private static readonly ConcurrentDictionary<(string Signatures, int Replicas), SchemeGroup> Known = new();

    private readonly IReadOnlyList<ReplicaSigner> _signers;

    private SchemeGroup(string signatures, int replicas)
    {
        (Genesis, Keys) = KeyGenerator.Generate("scheme", replicas, signatures: signatures);
        _signers = [.. Keys.Select(keys => keys.CreateSigner())];
        Statement = SignedBytes.Vote(Genesis.ChainId, TestChain.Statement(3));
    }

    public Genesis Genesis { get; }

    public IReadOnlyList<ReplicaKeys> Keys { get; }

    public byte[] Statement { get; }

    public int Quorum => Genesis.Committee.Quorum;

    public static SchemeGroup Of(string signatures, int replicas = 4) => Known.GetOrAdd((signatures, replicas), key => new SchemeGroup(key.Signatures, key.Replicas));

    public SignatureShare Share(int replica, byte[]? statement = null) => new(new ReplicaId(replica), _signers[replica].SignShare(statement ?? Statement));

    public SignatureShare[] Shares(IEnumerable<int> replicas) => [.. replicas.Select(replica => Share(replica))];

    public Signature Certificate(params int[] replicas) => Certificate(Genesis.CreateScheme(), Shares(replicas));

    public Signature Certificate(IQuorumScheme scheme, IReadOnlyList<SignatureShare> shares) =>
        Assert.IsType<CombineResult.Combined>(scheme.Combine(Statement, shares)).Signature;
}
