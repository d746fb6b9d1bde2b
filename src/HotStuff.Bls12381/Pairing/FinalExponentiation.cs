using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Pairing;

/// <summary>The power 3 (p^12 - 1) / r, which makes values of Miller loops comparable.</summary>
internal static class FinalExponentiation
{
    /// <summary>r = f^(3 (p^12 - 1) / r). Hayashida, Hayasaka, Teruya, 2020: the last part is (x - 1)^2 (x + p)(x^2 + p^2 - 1) + 3.</summary>
    public static void Power(in Fp12 f, out Fp12 r)
    {
        // f^(p^6 - 1), then to the power of p^2 + 1: from here on conjugates are inverses.
        Fp12.Conjugate(f, out var conjugate);
        Fp12.Invert(f, out var t);
        Fp12.Mul(conjugate, t, out t);
        Fp12.FrobeniusTwice(t, out var easy);
        Fp12.Mul(easy, t, out easy);

        PowerOfXMinusOne(easy, out t);
        PowerOfXMinusOne(t, out t);

        PowerOfX(t, out var powered);
        Fp12.Frobenius(t, out t);
        Fp12.Mul(powered, t, out t);

        PowerOfX(t, out powered);
        PowerOfX(powered, out powered);
        Fp12.FrobeniusTwice(t, out var twice);
        Fp12.Mul(powered, twice, out powered);
        Fp12.Conjugate(t, out t);
        Fp12.Mul(powered, t, out t);

        Fp12.CyclotomicSqr(easy, out var cube);
        Fp12.Mul(cube, easy, out cube);
        Fp12.Mul(t, cube, out r);
    }

    private static void PowerOfXMinusOne(in Fp12 a, out Fp12 r)
    {
        PowerOfX(a, out var powered);
        Fp12.Conjugate(a, out var inverse);
        Fp12.Mul(powered, inverse, out r);
    }

    /// <summary>r = a^x for an a of the cyclotomic subgroup.</summary>
    private static void PowerOfX(in Fp12 a, out Fp12 r)
    {
        // |x| = 2^16 + 2^48 * 0xd201: 48 squares in a row, of which only the 16th and the last are needed in full.
        const int Low = 16, High = 48;
        var power = a;
        for (var i = 0; i < Low; i++)
            Fp12.CompressedSqr(power, ref power);
        var low = power;
        for (var i = Low; i < High; i++)
            Fp12.CompressedSqr(power, ref power);
        Fp12.Decompress(ref low, ref power);

        var high = power;
        for (var bit = 62; bit >= High; bit--)
        {
            Fp12.CyclotomicSqr(high, out high);
            if ((Curve.X >> bit & 1) != 0)
                Fp12.Mul(high, power, out high);
        }

        Fp12.Mul(high, low, out high);

        // x is negative.
        Fp12.Conjugate(high, out r);
    }
}
