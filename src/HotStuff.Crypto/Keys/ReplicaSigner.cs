using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>
/// Signs with a replica's keys, which are wiped on <see cref="Dispose"/>. Ed25519 keys live in memory that is not swapped or dumped. Safe to use from several threads.
/// </summary>
public sealed class ReplicaSigner : IReplicaSigner, IDisposable
{
    private readonly Key _identity;
    private readonly IShareSigner _share;

    internal ReplicaSigner(ReplicaId replica, ReadOnlySpan<byte> identitySecret, IShareSigner share)
    {
        Replica = replica;
        _identity = ReplicaKeys.Import(identitySecret);
        _share = share;
    }

    /// <inheritdoc/>
    public ReplicaId Replica { get; }

    /// <summary>The public identity key, as in the genesis file.</summary>
    public string IdentityKey => ReplicaKeys.PublicKeyOf(_identity);

    /// <summary>The public share key, as in the genesis file.</summary>
    public string ShareKey => _share.ShareKey;

    /// <inheritdoc/>
    public Signature SignShare(ReadOnlySpan<byte> statement) => _share.Sign(statement);

    /// <inheritdoc/>
    public Signature Sign(ReadOnlySpan<byte> statement) => new(SignatureAlgorithm.Ed25519.Sign(_identity, statement));

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _identity.Dispose();
        _share.Dispose();
    }
}
