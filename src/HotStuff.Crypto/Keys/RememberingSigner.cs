using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>
/// Signs with a replica's keys and notes its own shares as known good, so that they cost no verification when they come back: in a quorum that this replica
/// combines, and in most certificates that it receives.
/// </summary>
/// <param name="signer">The keys.</param>
/// <param name="known">The cache that the verifier asks.</param>
public sealed class RememberingSigner(IReplicaSigner signer, IShareCache known) : IReplicaSigner
{
    /// <inheritdoc/>
    public ReplicaId Replica => signer.Replica;

    /// <inheritdoc/>
    public Signature SignShare(ReadOnlySpan<byte> statement)
    {
        var signature = signer.SignShare(statement);
        known.Add(known.KeyOf(statement, new SignatureShare(Replica, signature)));
        return signature;
    }

    /// <inheritdoc/>
    public Signature Sign(ReadOnlySpan<byte> statement) => signer.Sign(statement);
}
