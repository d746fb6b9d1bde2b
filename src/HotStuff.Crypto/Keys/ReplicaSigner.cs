using HotStuff.Consensus;
using NSec.Cryptography;

namespace HotStuff.Crypto;

/// <summary>
/// Signs with a replica's Ed25519 keys, which live in memory that is not swapped or dumped and is wiped on <see cref="Dispose"/>. Safe to use
/// from several threads.
/// </summary>
public sealed class ReplicaSigner : IReplicaSigner, IDisposable
{
    private readonly Key _identity;
    private readonly Key _share;

    internal ReplicaSigner(ReplicaId replica, ReadOnlySpan<byte> identitySecret, ReadOnlySpan<byte> shareSecret)
    {
        Replica = replica;
        _identity = ReplicaKeys.Import(identitySecret);
        _share = ReplicaKeys.Import(shareSecret);
    }

    /// <inheritdoc/>
    public ReplicaId Replica { get; }

    /// <summary>The public identity key, as in the genesis file.</summary>
    public string IdentityKey => ReplicaKeys.PublicKeyOf(_identity);

    /// <summary>The public share key, as in the genesis file.</summary>
    public string ShareKey => ReplicaKeys.PublicKeyOf(_share);

    /// <inheritdoc/>
    public Signature SignShare(ReadOnlySpan<byte> statement) => new(SignatureAlgorithm.Ed25519.Sign(_share, statement));

    /// <inheritdoc/>
    public Signature Sign(ReadOnlySpan<byte> statement) => new(SignatureAlgorithm.Ed25519.Sign(_identity, statement));

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _identity.Dispose();
        _share.Dispose();
    }
}
