using HotStuff.Bls12381;
using HotStuff.Consensus;

namespace HotStuff.Crypto;

/// <summary>The genesis that an operator computed, and how it and the others confirm it.</summary>
internal sealed class CeremonyResult
{
    private readonly Genesis _genesis;
    private readonly FeldmanCommitments _group;
    private readonly string _digest;
    private readonly HashedMessage _statement;

    public CeremonyResult(Roster roster, Genesis genesis, FeldmanCommitments group)
    {
        _genesis = genesis;
        _group = group;
        var digest = Digest.Of(GenesisFile.Encode(genesis));
        _digest = digest.ToString();

        Span<byte> buffer = stackalloc byte[64 + (2 * Digest.Size)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/keygen/confirm/1"u8);
        writer.Digest(roster.SessionDigest);
        writer.Digest(digest);
        _statement = HashedMessage.Of(buffer[..writer.Length]);
    }

    /// <summary>This operator's confirmation, signed with its share of the new key.</summary>
    public CeremonyBody.Confirmation Confirm(BlsSecretKey share, IEnumerable<ReplicaId> qualified)
    {
        var signature = new byte[BlsSignature.CompressedSize];
        share.Sign(_statement, signature);
        return new CeremonyBody.Confirmation(_digest, [.. qualified], Convert.ToHexStringLower(signature));
    }

    /// <summary>Whether a replica computed the same genesis and has its share of the key in it.</summary>
    public bool IsConfirmedBy(ReplicaId replica, CeremonyBody.Confirmation confirmation) =>
        confirmation.Genesis == _digest
        && Hexadecimal.TryRead(confirmation.Share, BlsSignature.CompressedSize) is { } signature
        && _group.ShareKey(Dealing.ParticipantOf(replica)).Verify(_statement, signature);

    public ReplicaKeys KeysOf(CeremonyState state, BlsSecretKey share)
    {
        var bytes = new byte[BlsSecretKey.Size];
        share.Write(bytes);
        return new ReplicaKeys(_genesis.ChainId, SignatureSuites.Get(_genesis.Signatures), state.Replica, state.IdentitySecret, bytes);
    }
}
