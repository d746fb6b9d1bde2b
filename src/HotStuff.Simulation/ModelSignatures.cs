using System.Buffers.Binary;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Simulation;

/// <summary>
/// Signatures for simulated replicas: 64 bits mixed of signer and statement. Anybody could forge them, so a simulated adversary must promise not to; in return a step
/// of the simulator costs nanoseconds and not a signature, and everything else about certificates (quorums, distinct signers, exact statements) is checked as always.
/// </summary>
public sealed class ModelScheme(Committee committee) : IQuorumScheme
{
    private const int ShareSize = 8;

    /// <inheritdoc/>
    public string Name => "model";

    /// <inheritdoc/>
    public bool CombinesAtOnce => true;

    /// <inheritdoc/>
    public bool VerifyShare(ReadOnlySpan<byte> statement, SignatureShare share) =>
        committee.Contains(share.Signer) && share.Signature == Sign(share.Signer, statement);

    /// <inheritdoc/>
    public bool ProvesShare(ReadOnlySpan<byte> statement, SignatureShare share) => VerifyShare(statement, share);

    /// <inheritdoc/>
    public CombineResult Combine(ReadOnlySpan<byte> statement, IReadOnlyList<SignatureShare> shares)
    {
        var bad = new List<ReplicaId>();
        foreach (var share in shares)
        {
            if (!VerifyShare(statement, share))
                bad.Add(share.Signer);
        }

        if (bad.Count > 0)
            return new CombineResult.BadShares(bad);

        var signers = shares.Select(share => share.Signer).Distinct().Order().Take(committee.Quorum).ToList();
        var combined = new byte[signers.Count * (1 + ShareSize)];
        for (var i = 0; i < signers.Count; i++)
        {
            combined[i * (1 + ShareSize)] = (byte)signers[i].Index;
            Sign(signers[i], statement).Bytes.Span.CopyTo(combined.AsSpan((i * (1 + ShareSize)) + 1));
        }

        return new CombineResult.Combined(new Signature(combined));
    }

    /// <inheritdoc/>
    public bool VerifyCombined(ReadOnlySpan<byte> statement, Signature combined)
    {
        var rest = combined.Bytes.Span;
        if (rest.Length != committee.Quorum * (1 + ShareSize))
            return false;
        for (var previous = -1; !rest.IsEmpty; rest = rest[(1 + ShareSize)..])
        {
            var signer = new ReplicaId(rest[0]);
            if (signer.Index <= previous || !committee.Contains(signer)
                || !rest.Slice(1, ShareSize).SequenceEqual(Sign(signer, statement).Bytes.Span))
            {
                return false;
            }

            previous = signer.Index;
        }

        return true;
    }

    internal static Signature Sign(ReplicaId signer, ReadOnlySpan<byte> statement)
    {
        // Eight bytes at a time, each step a bijection of the state, and SplitMix64's finalizer over the last: not cryptography, but no two statements of a run collide.
        var state = Dice.Mix(((ulong)(uint)signer.Index << 32) | (uint)statement.Length);
        for (; statement.Length >= 8; statement = statement[8..])
            state = Dice.Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(statement));
        Span<byte> rest = stackalloc byte[8];
        rest.Clear();
        statement.CopyTo(rest);
        state = Dice.Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(rest));
        var signature = new byte[ShareSize];
        BinaryPrimitives.WriteUInt64LittleEndian(signature, state);
        return new Signature(signature);
    }
}

/// <summary>The keys of a simulated replica.</summary>
public sealed class ModelSigner(ReplicaId replica) : IReplicaSigner
{
    /// <inheritdoc/>
    public ReplicaId Replica => replica;

    /// <inheritdoc/>
    public Signature SignShare(ReadOnlySpan<byte> statement) => ModelScheme.Sign(replica, statement);

    /// <inheritdoc/>
    public Signature Sign(ReadOnlySpan<byte> statement) => ModelScheme.Sign(replica, statement);
}

/// <summary>The identity keys of simulated replicas.</summary>
public sealed class ModelIdentityKeys : IIdentityKeys
{
    /// <inheritdoc/>
    public bool Verify(ReplicaId replica, ReadOnlySpan<byte> message, Signature signature) => signature == ModelScheme.Sign(replica, message);
}
