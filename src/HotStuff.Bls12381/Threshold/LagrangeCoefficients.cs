using System.Numerics;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Threshold;

/// <summary>
/// How shares of one set of signers combine: the value at zero of a polynomial is the sum of lambda_i f(i). With participants from 1 to n the lambda_i are fractions of small
/// numbers: lambda_i = c_i / D with one denominator, so the sum of c_i f(i) is short work, and one multiplication by 1 / D modulo r remains.
/// </summary>
internal sealed class LagrangeCoefficients
{
    private const int HalfBits = 128;

    // Large groups' numbers outgrow r, and then those modulo r are smaller.
    private const int MaxBits = 255;

    private readonly sbyte[] _digits;
    private readonly int _length;
    private readonly sbyte[]? _inverseDigits;

    /// <summary>Of distinct participants, none of which is zero, in this order.</summary>
    public LagrangeCoefficients(ReadOnlySpan<int> participants)
    {
        var (numerators, denominator) = Fractions(participants);
        if (numerators.Any(number => number.GetBitLength() > MaxBits))
        {
            var inverse = Inverse(denominator);
            numerators = [.. numerators.Select(number => number * inverse % Scalars.Order)];
            denominator = BigInteger.One;
        }

        var bits = (int)numerators.Max(number => BigInteger.Abs(number).GetBitLength());
        _length = MultiScalar.DigitsOf(bits);
        _digits = new sbyte[participants.Length * _length];
        for (var i = 0; i < numerators.Length; i++)
            MultiScalar.Recode(numerators[i], _digits.AsSpan(i * _length, _length));
        _inverseDigits = denominator.IsOne ? null : InverseDigits(denominator);
    }

    /// <summary>r = the signature that the shares, in the order of the participants, belong to.</summary>
    public void Combine(ReadOnlySpan<Point<Fp>> shares, out Point<Fp> r)
    {
        MultiScalar.Sum(shares, _digits, _length, out r);
        if (_inverseDigits is null)
            return;

        // 1 / D = k0 + k1 x^2, and x^2 times a point of the group is its endomorphism's negative.
        G1.Endomorphism(r, out var other);
        Point<Fp>.Neg(other, out other);
        ReadOnlySpan<Point<Fp>> halves = [r, other];
        MultiScalar.Sum(halves, _inverseDigits, MultiScalar.DigitsOf(HalfBits), out r);
    }

    /// <summary>All c_i and the smallest D.</summary>
    internal static (BigInteger[] Numerators, BigInteger Denominator) Fractions(ReadOnlySpan<int> participants)
    {
        var numerators = new BigInteger[participants.Length];
        var denominators = new BigInteger[participants.Length];
        var common = BigInteger.One;
        for (var i = 0; i < participants.Length; i++)
        {
            var numerator = BigInteger.One;
            var denominator = BigInteger.One;
            foreach (var other in participants)
            {
                if (other == participants[i])
                    continue;
                numerator *= other;
                denominator *= other - participants[i];
            }

            var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
            numerators[i] = numerator / divisor;
            denominators[i] = denominator / divisor;
            common = common / BigInteger.GreatestCommonDivisor(common, denominators[i]) * denominators[i];
        }

        for (var i = 0; i < numerators.Length; i++)
            numerators[i] *= common / denominators[i];
        return (numerators, common);
    }

    /// <summary>1 / D modulo r. Public numbers, once for each set of signers.</summary>
    private static BigInteger Inverse(BigInteger denominator)
    {
        Span<byte> bytes = stackalloc byte[Fr.Size];
        bytes.Clear();
        var encoded = (denominator % Scalars.Order).ToByteArray(isUnsigned: true, isBigEndian: true);
        encoded.CopyTo(bytes[(Fr.Size - encoded.Length)..]);
        Fr.TryRead(bytes, out var scalar);
        scalar.Invert().Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static sbyte[] InverseDigits(BigInteger denominator)
    {
        var (k1, k0) = BigInteger.DivRem(Inverse(denominator), (BigInteger)Curve.X * Curve.X);
        var length = MultiScalar.DigitsOf(HalfBits);
        var digits = new sbyte[2 * length];
        MultiScalar.Recode(k0, digits.AsSpan(0, length));
        MultiScalar.Recode(k1, digits.AsSpan(length));
        return digits;
    }
}
