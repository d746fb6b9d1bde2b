namespace HotStuff.Bls12381.Fields;

/// <summary>c0 + c1 w with w^2 = v: where pairings take their values.</summary>
internal partial struct Fp12
{
    internal Fp6 C0, C1;

    /// <summary>1.</summary>
    public static Fp12 One
    {
        get
        {
            Fp12 r = default;
            r.C0.C0.C0 = Fp.One;
            return r;
        }
    }

    /// <summary>r = a * b: 54 products and 12 reductions in the base field. Operands at most (8, 1); result (4, 1).</summary>
    public static void Mul(in Fp12 a, in Fp12 b, out Fp12 r)
    {
        Fp6Wide.Mul(a.C0, b.C0, out var v0);
        Fp6Wide.Mul(a.C1, b.C1, out var v1);
        Fp6.AddCarried(a.C0, a.C1, out var sumA);
        Fp6.AddCarried(b.C0, b.C1, out var sumB);
        Fp6Wide.Mul(sumA, sumB, out var cross);

        Fp6Wide.SubBoth(cross, v0, v1, out cross);
        Fp6Wide.Reduce(cross, out r.C1);
        Fp6Wide.AddTimesV(v0, v1, out v0);
        Fp6Wide.Reduce(v0, out r.C0);
    }

    /// <summary>r = a * a: (a0 + a1)(a0 + v a1) - a0 a1 - v a0 a1 and 2 a0 a1. Operand at most (4, 1); result (4, 1).</summary>
    public static void Sqr(in Fp12 a, out Fp12 r)
    {
        Fp6Wide.Mul(a.C0, a.C1, out var product);
        Fp6.AddCarried(a.C0, a.C1, out var sum);
        Fp6.TimesV(a.C1, out var shifted);
        Fp6.AddCarried(a.C0, shifted, out shifted);
        Fp6Wide.Mul(sum, shifted, out var c0);

        Fp6Wide.Sub(c0, product, out c0);
        Fp6Wide.SubTimesV(c0, product, out c0);
        Fp6Wide.Reduce(c0, out r.C0);
        Fp6Wide.Add(product, product, out product);
        Fp6Wide.Reduce(product, out r.C1);
    }

    /// <summary>r = a * (b0 + b1 v + v w), the value of a line: ten products in Fp2. Operands at most (8, 1); result (2, 1).</summary>
    public static void MulByLine(in Fp12 a, in Fp2 b0, in Fp2 b1, out Fp12 r)
    {
        // c0 = a0 (b0 + b1 v) + v^2 a1, c1 = a1 (b0 + b1 v) + v a0
        Fp6Wide.MulBySparse(a.C0, b0, b1, out var wide0);
        Fp6Wide.MulBySparse(a.C1, b0, b1, out var wide1);
        Fp6.TimesV(a.C1, out var shifted);
        Fp6.TimesV(shifted, out shifted);
        Fp6.TimesV(a.C0, out var other);

        Fp6Wide.Reduce(wide0, out r.C0);
        Fp6.AddLowered(r.C0, shifted, out r.C0);
        Fp6Wide.Reduce(wide1, out r.C1);
        Fp6.AddLowered(r.C1, other, out r.C1);
    }

    /// <summary>r = a^(p^6): the inverse, where a is of order dividing p^6 + 1. C1 becomes (2, 1).</summary>
    public static void Conjugate(in Fp12 a, out Fp12 r)
    {
        r.C0 = a.C0;
        Fp6.Neg(a.C1, out r.C1);
        Fp6.Lower(r.C1, out r.C1);
    }

    /// <summary>r = 1 / a, of a public number.</summary>
    public static void Invert(in Fp12 a, out Fp12 r)
    {
        Fp6Wide.Mul(a.C0, a.C0, out var norm);
        Fp6Wide.Mul(a.C1, a.C1, out var other);
        Fp6Wide.SubTimesV(norm, other, out norm);
        Fp6Wide.Reduce(norm, out var reduced);
        Fp6.Invert(reduced, out var inverse);
        Fp6.Mul(a.C0, inverse, out r.C0);
        Fp6.Neg(a.C1, out var negative);
        Fp6.Mul(negative, inverse, out r.C1);
    }

    /// <summary>Whether a and b are the same. b at most (8, any).</summary>
    public static bool Equal(in Fp12 a, in Fp12 b) => Fp6.Equal(a.C0, b.C0) & Fp6.Equal(a.C1, b.C1);

    /// <summary>Whether a is 1.</summary>
    public static bool IsOne(in Fp12 a) => Equal(a, One);
}
