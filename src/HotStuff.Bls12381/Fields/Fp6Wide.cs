namespace HotStuff.Bls12381.Fields;

/// <summary>An element of <see cref="Fp6"/> before its reduction.</summary>
internal struct Fp6Wide
{
    internal Fp2Wide C0, C1, C2;

    /// <summary>r = a * b: six products in Fp2 (Devegili, O hEigeartaigh, Scott, Dahab, 2006). Limbs' bounds at most 1 and 2.</summary>
    public static void Mul(in Fp6 a, in Fp6 b, out Fp6Wide r)
    {
        Fp2Wide.Mul(a.C0, b.C0, out var v0);
        Fp2Wide.Mul(a.C1, b.C1, out var v1);
        Fp2Wide.Mul(a.C2, b.C2, out var v2);

        // c0 = v0 + xi ((a1 + a2)(b1 + b2) - v1 - v2)
        Fp2.Add(a.C1, a.C2, out var sumA);
        Fp2.Add(b.C1, b.C2, out var sumB);
        Fp2Wide.Mul(sumA, sumB, out var cross);
        Fp2Wide.AddXiOfDifference(v0, cross, v1, v2, out r.C0);

        // c1 = (a0 + a1)(b0 + b1) - v0 - v1 + xi v2
        Fp2.Add(a.C0, a.C1, out sumA);
        Fp2.Add(b.C0, b.C1, out sumB);
        Fp2Wide.Mul(sumA, sumB, out cross);
        Fp2Wide.SubBothAddXi(cross, v0, v1, v2, out r.C1);

        // c2 = (a0 + a2)(b0 + b2) - v0 - v2 + v1
        Fp2.Add(a.C0, a.C2, out sumA);
        Fp2.Add(b.C0, b.C2, out sumB);
        Fp2Wide.Mul(sumA, sumB, out cross);
        Fp2Wide.SubBoth(cross, v0, v2, out cross);
        Fp2Wide.Add(cross, v1, out r.C2);

        KnowProduct(a.MaxBound * b.MaxBound, ref r);
    }

    /// <summary>r = a * (b0 + b1 v): five products in Fp2. Limbs' bounds at most 1 and 2.</summary>
    public static void MulBySparse(in Fp6 a, in Fp2 b0, in Fp2 b1, out Fp6Wide r)
    {
        Fp2Wide.Mul(a.C0, b0, out var v0);
        Fp2Wide.Mul(a.C1, b1, out var v1);

        // c1 = (a0 + a1)(b0 + b1) - v0 - v1
        Fp2.Add(a.C0, a.C1, out var sumA);
        Fp2.Add(b0, b1, out var sumB);
        Fp2Wide.Mul(sumA, sumB, out r.C1);
        Fp2Wide.SubBoth(r.C1, v0, v1, out r.C1);

        // c0 = a0 b0 + xi a2 b1, c2 = a2 b0 + a1 b1
        Fp2Wide.Mul(a.C2, b1, out var v2);
        Fp2Wide.AddXi(v0, v2, out r.C0);
        Fp2Wide.Mul(a.C2, b0, out r.C2);
        Fp2Wide.Add(r.C2, v1, out r.C2);

        KnowProduct(a.MaxBound * Math.Max(b0.MaxBound, b1.MaxBound), ref r);
    }

    /// <summary>r = a + b.</summary>
    public static void Add(in Fp6Wide a, in Fp6Wide b, out Fp6Wide r)
    {
        Fp2Wide.Add(a.C0, b.C0, out r.C0);
        Fp2Wide.Add(a.C1, b.C1, out r.C1);
        Fp2Wide.Add(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = a - b.</summary>
    public static void Sub(in Fp6Wide a, in Fp6Wide b, out Fp6Wide r)
    {
        Fp2Wide.Sub(a.C0, b.C0, out r.C0);
        Fp2Wide.Sub(a.C1, b.C1, out r.C1);
        Fp2Wide.Sub(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = a - b - c.</summary>
    public static void SubBoth(in Fp6Wide a, in Fp6Wide b, in Fp6Wide c, out Fp6Wide r)
    {
        Fp2Wide.SubBoth(a.C0, b.C0, c.C0, out r.C0);
        Fp2Wide.SubBoth(a.C1, b.C1, c.C1, out r.C1);
        Fp2Wide.SubBoth(a.C2, b.C2, c.C2, out r.C2);
    }

    /// <summary>r = a + v b, which is not in the place of b.</summary>
    public static void AddTimesV(in Fp6Wide a, in Fp6Wide b, out Fp6Wide r)
    {
        Fp2Wide.AddXi(a.C0, b.C2, out r.C0);
        Fp2Wide.Add(a.C1, b.C0, out r.C1);
        Fp2Wide.Add(a.C2, b.C1, out r.C2);
    }

    /// <summary>r = a - v b, which is not in the place of b.</summary>
    public static void SubTimesV(in Fp6Wide a, in Fp6Wide b, out Fp6Wide r)
    {
        Fp2Wide.SubXi(a.C0, b.C2, out r.C0);
        Fp2Wide.Sub(a.C1, b.C0, out r.C1);
        Fp2Wide.Sub(a.C2, b.C1, out r.C2);
    }

    /// <summary>Reduces all six.</summary>
    public static void Reduce(in Fp6Wide w, out Fp6 r)
    {
        Fp2Wide.Reduce(w.C0, out r.C0);
        Fp2Wide.Reduce(w.C1, out r.C1);
        Fp2Wide.Reduce(w.C2, out r.C2);
    }

    /// <summary>
    /// Written out as sums of products a_i b_j, without the detours above: each is from -1 to 1 and from 0 to 2 units (the product of the bounds), xi times it from -3
    /// to 1 and from -1 to 3; c0 has one and two with xi, c1 two and one, c2 three.
    /// </summary>
    private static void KnowProduct(int unit, ref Fp6Wide r)
    {
        r.C0.Know(-7 * unit, 3 * unit, -2 * unit, 8 * unit);
        r.C1.Know(-5 * unit, 3 * unit, -unit, 7 * unit);
        r.C2.Know(-3 * unit, 3 * unit, 0, 6 * unit);
    }
}
