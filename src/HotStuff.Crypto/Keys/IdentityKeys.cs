using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>The validators' public identity keys. Implementations are immutable and safe to use from several threads.</summary>
public interface IIdentityKeys
{
    /// <summary>
    /// Whether <paramref name="signature"/> is the replica's over <paramref name="message"/>. Never throws on what a peer sent: a replica that
    /// there is not, or a signature of the wrong length, is just not valid.
    /// </summary>
    bool Verify(ReplicaId replica, ReadOnlySpan<byte> message, Signature signature);
}

/// <summary>
/// The validators' identity keys of a genesis file: who signed a proposal, a batch of replies (<see cref="SignedBytes.Reply"/>) or a link proof
/// (<see cref="SignedBytes.LinkProof"/>). Immutable and safe to use from several threads.
/// </summary>
public sealed class IdentityKeys : IIdentityKeys
{
    private readonly Ed25519PublicKeys _keys;

    /// <summary>The keys of the genesis file.</summary>
    public IdentityKeys(Genesis genesis) => _keys = new Ed25519PublicKeys(genesis.Validators.Select(validator => validator.IdentityKey));

    /// <inheritdoc/>
    public bool Verify(ReplicaId replica, ReadOnlySpan<byte> message, Signature signature) =>
        _keys.Verify(replica, message, signature.Bytes.Span);
}
