namespace HotStuff.Consensus;

/// <summary>A replica's private keys. Signing is deterministic: the same bytes give the same signature.</summary>
public interface IReplicaSigner
{
    /// <summary>Whose keys these are.</summary>
    ReplicaId Replica { get; }

    /// <summary>Signs a share of a certificate, with the key of the quorum signature scheme.</summary>
    Signature SignShare(ReadOnlySpan<byte> statement);

    /// <summary>Signs with the replica's identity key, whatever the quorum signature scheme is.</summary>
    Signature Sign(ReadOnlySpan<byte> statement);
}
