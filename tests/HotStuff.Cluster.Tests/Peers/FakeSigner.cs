using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Signatures that are digests: enough where only who signed what matters.</summary>
internal sealed class FakeSigner(int replica) : IReplicaSigner
{
    public ReplicaId Replica { get; } = new(replica);

    public Signature SignShare(ReadOnlySpan<byte> statement) => Sign(statement);

    public Signature Sign(ReadOnlySpan<byte> statement) => new(Digest.Of([(byte)Replica.Index, .. statement]).ToArray());

    public static bool Verify(ReplicaId replica, ReadOnlyMemory<byte> statement, Signature signature) =>
        new FakeSigner(replica.Index).Sign(statement.Span) == signature;
}
