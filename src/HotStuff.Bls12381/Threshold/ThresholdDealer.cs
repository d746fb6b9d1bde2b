using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>
/// Makes a group's keys (Shamir, 1979): shares of a secret that nobody needs again. The dealer knows the secret while it runs, so whoever runs it is trusted not to keep it; the
/// commitments let everybody check the rest of its work.
/// </summary>
public static class ThresholdDealer
{
    /// <summary>Deals.</summary>
    /// <param name="threshold">How many shares make a signature, from 1 to <paramref name="participants"/>. One share fewer tells nothing.</param>
    /// <param name="participants">How many shares there are, up to <see cref="ThresholdKeys.MaxParticipants"/>; they are numbered from 1.</param>
    /// <param name="random">Where the polynomial comes from; the system's generator when null.</param>
    public static ThresholdDeal Deal(int threshold, int participants, RandomNumberGenerator? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participants, ThresholdKeys.MaxParticipants);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, participants);

        var polynomial = GC.AllocateArray<Fr>(threshold, pinned: true);
        try
        {
            while (true)
            {
                foreach (ref var coefficient in polynomial.AsSpan())
                    RandomScalar.Draw(random, out coefficient);
                if (TryDeal(polynomial, participants) is { } deal)
                    return deal;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(polynomial.AsSpan()));
        }
    }

    /// <summary>Null if a share is zero, which is no key; that does not happen in practice.</summary>
    internal static ThresholdDeal? TryDeal(ReadOnlySpan<Fr> polynomial, int participants)
    {
        var shares = new List<BlsSecretKey>(participants);
        for (var participant = 1; participant <= participants; participant++)
        {
            var share = Evaluate(polynomial, participant);
            if (share.IsZero)
            {
                shares.ForEach(key => key.Dispose());
                return null;
            }

            shares.Add(new BlsSecretKey(share));
        }

        var commitments = new List<BlsPublicKey>(polynomial.Length);
        foreach (var coefficient in polynomial)
        {
            using var key = new BlsSecretKey(coefficient);
            commitments.Add(key.ToPublicKey());
        }

        return new ThresholdDeal(shares, new FeldmanCommitments(commitments));
    }

    private static Fr Evaluate(ReadOnlySpan<Fr> polynomial, int participant)
    {
        var at = Fr.FromInt64(participant);
        var value = polynomial[^1];
        for (var i = polynomial.Length - 2; i >= 0; i--)
            value = (value * at) + polynomial[i];
        return value;
    }
}

/// <summary>What a dealer gives out: each participant its share, everybody the commitments. Disposing clears the shares.</summary>
/// <param name="Shares">The share of participant i at index i - 1.</param>
/// <param name="Commitments">Public.</param>
public sealed record ThresholdDeal(IReadOnlyList<BlsSecretKey> Shares, FeldmanCommitments Commitments) : IDisposable
{
    /// <summary>The public side of the group.</summary>
    public ThresholdKeys Keys() => new(Commitments, Shares.Count);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var share in Shares)
            share.Dispose();
    }
}
