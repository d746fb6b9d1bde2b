using System.Runtime.CompilerServices;

namespace HotStuff.Bls12381.Fields;

/// <summary>What the final exponentiation needs: powers of p, and squares in the subgroup of order p^4 - p^2 + 1.</summary>
internal partial struct Fp12
{
    /// <summary>r = a^p.</summary>
    public static void Frobenius(in Fp12 a, out Fp12 r)
    {
        ConjugateTimes(a.C0.C0, FieldConstants.Frobenius[0], out r.C0.C0);
        ConjugateTimes(a.C1.C0, FieldConstants.Frobenius[1], out r.C1.C0);
        ConjugateTimes(a.C0.C1, FieldConstants.Frobenius[2], out r.C0.C1);
        ConjugateTimes(a.C1.C1, FieldConstants.Frobenius[3], out r.C1.C1);
        ConjugateTimes(a.C0.C2, FieldConstants.Frobenius[4], out r.C0.C2);
        ConjugateTimes(a.C1.C2, FieldConstants.Frobenius[5], out r.C1.C2);
    }

    /// <summary>r = a^(p^2).</summary>
    public static void FrobeniusTwice(in Fp12 a, out Fp12 r)
    {
        Fp2.Mul(a.C0.C0, FieldConstants.FrobeniusTwice[0], out r.C0.C0);
        Fp2.Mul(a.C1.C0, FieldConstants.FrobeniusTwice[1], out r.C1.C0);
        Fp2.Mul(a.C0.C1, FieldConstants.FrobeniusTwice[2], out r.C0.C1);
        Fp2.Mul(a.C1.C1, FieldConstants.FrobeniusTwice[3], out r.C1.C1);
        Fp2.Mul(a.C0.C2, FieldConstants.FrobeniusTwice[4], out r.C0.C2);
        Fp2.Mul(a.C1.C2, FieldConstants.FrobeniusTwice[5], out r.C1.C2);
    }

    /// <summary>r = a * a for an a of the cyclotomic subgroup: Granger and Scott, 2010. Operand at most (4, 1); result (2, 1).</summary>
    public static void CyclotomicSqr(in Fp12 a, out Fp12 r)
    {
        SqrFp4(a.C0.C0, a.C1.C1, out var t0, out var t1);
        Unsafe.SkipInit(out r);
        CompressedSqr(a, ref r);
        ThreeMinusTwo(t0, a.C0.C0, out r.C0.C0);
        ThreePlusTwo(t1, a.C1.C1, out r.C1.C1);
    }

    /// <summary>Of r = a * a all but two coefficients, the constant one and that of v w, on which the others do not depend: Karabina, 2013.</summary>
    public static void CompressedSqr(in Fp12 a, ref Fp12 r)
    {
        SqrFp4(a.C1.C0, a.C0.C2, out var t0, out var t1);
        SqrFp4(a.C0.C1, a.C1.C2, out var t2, out var t3);
        Fp2.TimesXi(t3, out t3);
        Fp2.Times(t3, 1, out t3);

        ThreeMinusTwo(t0, a.C0.C1, out r.C0.C1);
        ThreePlusTwo(t1, a.C1.C2, out r.C1.C2);
        ThreeMinusTwo(t2, a.C0.C2, out r.C0.C2);
        ThreePlusTwo(t3, a.C1.C0, out r.C1.C0);
    }

    /// <summary>Finds the two coefficients that <see cref="CompressedSqr"/> leaves out, in two elements with one inversion.</summary>
    public static void Decompress(ref Fp12 a, ref Fp12 b)
    {
        // Denominators are zero only in 1, and then in both: they are powers of each other of odd order. The inverse of zero is zero, which gives 1.
        MissingFraction(a, out var numeratorA, out var denominatorA);
        MissingFraction(b, out var numeratorB, out var denominatorB);
        Fp2.Mul(denominatorA, denominatorB, out var inverse);
        Fp2.InvertPublic(inverse, out inverse);
        Fp2.Mul(inverse, denominatorB, out var inverseA);
        Fp2.Mul(inverse, denominatorA, out var inverseB);
        Complete(numeratorA, inverseA, ref a);
        Complete(numeratorB, inverseB, ref b);
    }

    /// <summary>
    /// With g2 to g5 for the coefficients of w, v^2, v, v^2 w: that of v w is (xi g5^2 + 3 g4^2 - 2 g3) / 4 g2, or 2 g4 g5 / g3 where g2 is zero.
    /// </summary>
    private static void MissingFraction(in Fp12 a, out Fp2 numerator, out Fp2 denominator)
    {
        if (Fp2.IsZero(a.C1.C0))
        {
            Fp2.Mul(a.C0.C1, a.C1.C2, out numerator);
            Fp2.Add(numerator, numerator, out numerator);
            denominator = a.C0.C2;
            return;
        }

        Fp2.Sqr(a.C0.C1, out numerator);
        ThreeMinusTwo(numerator, a.C0.C2, out numerator);
        Fp2.Sqr(a.C1.C2, out var square);
        Fp2.TimesXi(square, out square);
        Fp2.AddCarried(numerator, square, out numerator);
        Fp2.Times(a.C1.C0, 4, out denominator);
    }

    /// <summary>With g1 = numerator / denominator: the constant coefficient is xi (2 g1^2 + g2 g5 - 3 g3 g4) + 1.</summary>
    private static void Complete(in Fp2 numerator, in Fp2 inverse, ref Fp12 a)
    {
        Fp2.Mul(numerator, inverse, out a.C1.C1);
        Fp2.Sqr(a.C1.C1, out var sum);
        Fp2.Add(sum, sum, out sum);
        Fp2.Mul(a.C1.C0, a.C1.C2, out var product);
        Fp2.Add(sum, product, out sum);
        Fp2.Mul(a.C0.C2, a.C0.C1, out product);
        Fp2.Times(product, 3, out product);
        Fp2.Sub(sum, product, out sum);
        Fp2.Times(sum, 1, out sum);
        Fp2.TimesXi(sum, out sum);
        Fp2.Add(sum, Fp2.One, out sum);
        Fp2.Times(sum, 1, out a.C0.C0);
    }

    /// <summary>(a + b s)^2 with s^2 = xi.</summary>
    private static void SqrFp4(in Fp2 a, in Fp2 b, out Fp2 c0, out Fp2 c1)
    {
        Fp2Wide.Sqr(a, out var aa);
        Fp2Wide.Sqr(b, out var bb);
        Fp2.Add(a, b, out var sum);
        Fp2Wide.Sqr(sum, out var cross);
        Fp2Wide.SubBoth(cross, aa, bb, out cross);
        Fp2Wide.Reduce(cross, out c1);
        Fp2Wide.AddXi(aa, bb, out aa);
        Fp2Wide.Reduce(aa, out c0);
    }

    private static void ThreeMinusTwo(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.ThreeMinusTwo(a.C0, b.C0, out r.C0);
        Fp.ThreeMinusTwo(a.C1, b.C1, out r.C1);
    }

    private static void ThreePlusTwo(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.ThreePlusTwo(a.C0, b.C0, out r.C0);
        Fp.ThreePlusTwo(a.C1, b.C1, out r.C1);
    }

    private static void ConjugateTimes(in Fp2 a, in Fp2 factor, out Fp2 r)
    {
        Fp2.Conjugate(a, out var conjugate);
        Fp2.Mul(conjugate, factor, out r);
    }
}
