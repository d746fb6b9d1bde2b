using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>
/// A dealer's polynomial f of degree threshold - 1 (Shamir, 1979): the secret is f(0), the share of participant i is f(i), and no share is zero. It lies in memory that the
/// collector does not move, and <see cref="Dispose"/> clears it.
/// </summary>
public sealed class SecretPolynomial : IDisposable
{
    private readonly Fr[] _coefficients;
    private readonly int _participants;

    internal SecretPolynomial(ReadOnlySpan<Fr> coefficients, int participants)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(coefficients.Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(participants, ThresholdKeys.MaxParticipants);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(coefficients.Length, participants);
        _coefficients = GC.AllocateArray<Fr>(coefficients.Length, pinned: true);
        _participants = participants;
        coefficients.CopyTo(_coefficients);
    }

    /// <summary>How many shares determine the polynomial. One share fewer tells nothing of the secret.</summary>
    public int Threshold => _coefficients.Length;

    /// <summary>Bytes of the encoding: 32 for each coefficient.</summary>
    public int Size => Threshold * Fr.Size;

    /// <summary>Whether all coefficients and shares are keys, that is, not zero. Otherwise the polynomial is not dealt; at random that does not happen in practice.</summary>
    internal bool GivesKeys => !Array.Exists(_coefficients, coefficient => coefficient.IsZero)
        && Enumerable.Range(1, _participants).All(participant => !Evaluate(participant).IsZero);

    /// <summary>A new polynomial.</summary>
    /// <param name="threshold">From 1 to <paramref name="participants"/>.</param>
    /// <param name="participants">How many shares there are, up to <see cref="ThresholdKeys.MaxParticipants"/>; they are numbered from 1.</param>
    /// <param name="random">Where the coefficients come from; the system's generator when null.</param>
    public static SecretPolynomial Draw(int threshold, int participants, RandomNumberGenerator? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        var coefficients = GC.AllocateArray<Fr>(threshold, pinned: true);
        try
        {
            while (true)
            {
                foreach (ref var coefficient in coefficients.AsSpan())
                    RandomScalar.Draw(random, out coefficient);
                var polynomial = new SecretPolynomial(coefficients, participants);
                if (polynomial.GivesKeys)
                    return polynomial;
                polynomial.Dispose();
            }
        }
        finally
        {
            Clear(coefficients);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null unless it is a polynomial of that threshold whose coefficients and shares are keys.</summary>
    public static SecretPolynomial? TryRead(ReadOnlySpan<byte> source, int threshold, int participants)
    {
        if (source.Length != threshold * Fr.Size)
            return null;

        var coefficients = GC.AllocateArray<Fr>(threshold, pinned: true);
        try
        {
            for (var i = 0; i < threshold; i++)
            {
                if (!Fr.TryRead(source.Slice(i * Fr.Size, Fr.Size), out coefficients[i]))
                    return null;
            }

            var polynomial = new SecretPolynomial(coefficients, participants);
            if (polynomial.GivesKeys)
                return polynomial;
            polynomial.Dispose();
            return null;
        }
        finally
        {
            Clear(coefficients);
        }
    }

    /// <summary>Writes <see cref="Size"/> bytes, the constant coefficient first. The caller clears them after use.</summary>
    public void Write(Span<byte> destination)
    {
        for (var i = 0; i < Threshold; i++)
            _coefficients[i].Write(destination.Slice(i * Fr.Size, Fr.Size));
    }

    /// <summary>f(0).</summary>
    public BlsSecretKey Secret() => new(_coefficients[0]);

    /// <summary>f(participant).</summary>
    /// <param name="participant">From 1 to the number of participants.</param>
    public BlsSecretKey Share(int participant)
    {
        ThresholdKeys.CheckParticipant(participant, _participants);
        return new BlsSecretKey(Evaluate(participant));
    }

    /// <summary>The polynomial in the exponent, to publish.</summary>
    public FeldmanCommitments Commit()
    {
        var commitments = new BlsPublicKey[Threshold];
        for (var i = 0; i < commitments.Length; i++)
        {
            using var key = new BlsSecretKey(_coefficients[i]);
            commitments[i] = key.ToPublicKey();
        }

        return new FeldmanCommitments(commitments);
    }

    /// <summary>Clears the polynomial.</summary>
    public void Dispose() => Clear(_coefficients);

    /// <summary>Horner's rule.</summary>
    private Fr Evaluate(int participant)
    {
        var at = Fr.FromInt64(participant);
        var value = _coefficients[^1];
        for (var i = _coefficients.Length - 2; i >= 0; i--)
            value = (value * at) + _coefficients[i];
        return value;
    }

    private static void Clear(Fr[] coefficients) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(coefficients.AsSpan()));
}
