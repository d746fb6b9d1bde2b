namespace HotStuff.Bls12381.Fields;

/// <summary>c0 + c1 v + c2 v^2 with v^3 = 1 + u.</summary>
internal struct Fp6
{
    internal Fp2 C0, C1, C2;

    /// <summary>The largest of the coefficients' bounds; 0 in release builds.</summary>
    internal readonly int MaxBound => Math.Max(C0.MaxBound, Math.Max(C1.MaxBound, C2.MaxBound));

    /// <summary>r = a * b.</summary>
    public static void Mul(in Fp6 a, in Fp6 b, out Fp6 r)
    {
        Fp6Wide.Mul(a, b, out var wide);
        Fp6Wide.Reduce(wide, out r);
    }

    /// <summary>r = a + b, without carries.</summary>
    public static void Add(in Fp6 a, in Fp6 b, out Fp6 r)
    {
        Fp2.Add(a.C0, b.C0, out r.C0);
        Fp2.Add(a.C1, b.C1, out r.C1);
        Fp2.Add(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = a + b with carried limbs.</summary>
    public static void AddCarried(in Fp6 a, in Fp6 b, out Fp6 r)
    {
        Fp2.AddCarried(a.C0, b.C0, out r.C0);
        Fp2.AddCarried(a.C1, b.C1, out r.C1);
        Fp2.AddCarried(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = a + b, brought down to (2, 1).</summary>
    public static void AddLowered(in Fp6 a, in Fp6 b, out Fp6 r)
    {
        Fp2.AddLowered(a.C0, b.C0, out r.C0);
        Fp2.AddLowered(a.C1, b.C1, out r.C1);
        Fp2.AddLowered(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = a, brought down to (2, 1).</summary>
    public static void Lower(in Fp6 a, out Fp6 r)
    {
        Fp2.Times(a.C0, 1, out r.C0);
        Fp2.Times(a.C1, 1, out r.C1);
        Fp2.Times(a.C2, 1, out r.C2);
    }

    /// <summary>r = a - b, under the bounds of <see cref="Fp.Sub"/>.</summary>
    public static void Sub(in Fp6 a, in Fp6 b, out Fp6 r)
    {
        Fp2.Sub(a.C0, b.C0, out r.C0);
        Fp2.Sub(a.C1, b.C1, out r.C1);
        Fp2.Sub(a.C2, b.C2, out r.C2);
    }

    /// <summary>r = -a, under the bounds of <see cref="Fp.Neg"/>.</summary>
    public static void Neg(in Fp6 a, out Fp6 r) => Sub(default, a, out r);

    /// <summary>r = v a.</summary>
    public static void TimesV(in Fp6 a, out Fp6 r)
    {
        Fp2.TimesXi(a.C2, out var c0);
        r.C2 = a.C1;
        r.C1 = a.C0;
        r.C0 = c0;
    }

    /// <summary>r = 1 / a, of a public number.</summary>
    public static void Invert(in Fp6 a, out Fp6 r)
    {
        // With t0 = a0^2 - xi a1 a2, t1 = xi a2^2 - a0 a1, t2 = a1^2 - a0 a2: 1 / a = (t0 + t1 v + t2 v^2) / (a0 t0 + xi (a2 t1 + a1 t2)).
        Fp2.Mul(a.C1, a.C2, out var product);
        Fp2.TimesXi(product, out product);
        Fp2.Times(product, 1, out product);
        Fp2.Sqr(a.C0, out var t0);
        Fp2.Sub(t0, product, out t0);

        Fp2.Sqr(a.C2, out var t1);
        Fp2.TimesXi(t1, out t1);
        Fp2.Mul(a.C0, a.C1, out product);
        Fp2.Sub(t1, product, out t1);

        Fp2.Sqr(a.C1, out var t2);
        Fp2.Mul(a.C0, a.C2, out product);
        Fp2.Sub(t2, product, out t2);

        Fp2.Mul(a.C2, t1, out var norm);
        Fp2.Mul(a.C1, t2, out product);
        Fp2.Add(norm, product, out norm);
        Fp2.TimesXi(norm, out norm);
        Fp2.Mul(a.C0, t0, out product);
        Fp2.AddCarried(norm, product, out norm);
        Fp2.Times(norm, 1, out norm);
        Fp2.InvertPublic(norm, out var inverse);

        Fp2.Mul(t0, inverse, out r.C0);
        Fp2.Mul(t1, inverse, out r.C1);
        Fp2.Mul(t2, inverse, out r.C2);
    }

    /// <summary>Whether a and b are the same. b at most (8, any).</summary>
    public static bool Equal(in Fp6 a, in Fp6 b) => Fp2.Equal(a.C0, b.C0) & Fp2.Equal(a.C1, b.C1) & Fp2.Equal(a.C2, b.C2);
}
