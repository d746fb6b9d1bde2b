using System.Security.Cryptography;

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
        using var polynomial = SecretPolynomial.Draw(threshold, participants, random);
        return new ThresholdDeal([.. Enumerable.Range(1, participants).Select(polynomial.Share)], polynomial.Commit());
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
