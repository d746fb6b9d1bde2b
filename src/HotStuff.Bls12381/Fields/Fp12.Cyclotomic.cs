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
        SqrFp4(a.C1.C0, a.C0.C2, out var t2, out var t3);
        SqrFp4(a.C0.C1, a.C1.C2, out var t4, out var t5);
        Fp2.TimesXi(t5, out t5);

        ThreeMinusTwo(t0, a.C0.C0, out r.C0.C0);
        ThreePlusTwo(t1, a.C1.C1, out r.C1.C1);
        ThreeMinusTwo(t2, a.C0.C1, out r.C0.C1);
        ThreePlusTwo(t3, a.C1.C2, out r.C1.C2);
        ThreeMinusTwo(t4, a.C0.C2, out r.C0.C2);
        ThreePlusTwo(t5, a.C1.C0, out r.C1.C0);
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

    /// <summary>3t - 2z.</summary>
    private static void ThreeMinusTwo(in Fp2 t, in Fp2 z, out Fp2 r)
    {
        Fp2.Sub(t, z, out r);
        Fp2.Add(r, r, out r);
        Fp2.Add(r, t, out r);
        Fp2.Times(r, 1, out r);
    }

    /// <summary>3t + 2z.</summary>
    private static void ThreePlusTwo(in Fp2 t, in Fp2 z, out Fp2 r)
    {
        Fp2.Add(t, z, out r);
        Fp2.Add(r, r, out r);
        Fp2.Add(r, t, out r);
        Fp2.Times(r, 1, out r);
    }

    private static void ConjugateTimes(in Fp2 a, in Fp2 factor, out Fp2 r)
    {
        Fp2.Conjugate(a, out var conjugate);
        Fp2.Mul(conjugate, factor, out r);
    }
}
