using HotStuff.Bls12381.Hashing;

namespace HotStuff.Bls12381.Fields;

/// <summary>c0 + c1 u with u^2 = -1.</summary>
/// <remarks>
/// Here and in what is built upon it the fields are not readonly, so that operations write results where they belong: a copy that follows its stores by a few
/// cycles stalls. Values are treated as immutable all the same.
/// </remarks>
internal struct Fp2 : IMapField<Fp2>
{
    internal Fp C0, C1;

    /// <summary>The larger of the coefficients' bounds; 0 in release builds.</summary>
    internal readonly int MaxBound => Math.Max(C0.Bound.Value, C1.Bound.Value);

    /// <inheritdoc/>
    public static Fp2 Zero => default;

    /// <inheritdoc/>
    public static Fp2 One => new() { C0 = Fp.One };

    /// <inheritdoc/>
    public static void Mul(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp2Wide.Mul(a, b, out var wide);
        Fp2Wide.Reduce(wide, out r);
    }

    /// <inheritdoc/>
    public static void Sqr(in Fp2 a, out Fp2 r)
    {
        Fp2Wide.Sqr(a, out var wide);
        Fp2Wide.Reduce(wide, out r);
    }

    /// <summary>r = a times a number of the base field.</summary>
    public static void Mul(in Fp2 a, in Fp b, out Fp2 r)
    {
        Fp.Mul(a.C0, b, out r.C0);
        Fp.Mul(a.C1, b, out r.C1);
    }

    /// <inheritdoc/>
    public static void Add(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.Add(a.C0, b.C0, out r.C0);
        Fp.Add(a.C1, b.C1, out r.C1);
    }

    /// <inheritdoc/>
    public static void AddCarried(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.AddCarried(a.C0, b.C0, out r.C0);
        Fp.AddCarried(a.C1, b.C1, out r.C1);
    }

    /// <summary>r = a + b, brought down to (2, 1).</summary>
    public static void AddLowered(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.AddLowered(a.C0, b.C0, out r.C0);
        Fp.AddLowered(a.C1, b.C1, out r.C1);
    }

    /// <inheritdoc/>
    public static void Sub(in Fp2 a, in Fp2 b, out Fp2 r)
    {
        Fp.Sub(a.C0, b.C0, out r.C0);
        Fp.Sub(a.C1, b.C1, out r.C1);
    }

    /// <inheritdoc/>
    public static void Neg(in Fp2 a, out Fp2 r) => Sub(default, a, out r);

    /// <inheritdoc/>
    public static void Times(in Fp2 a, uint factor, out Fp2 r)
    {
        Fp.Times(a.C0, factor, out r.C0);
        Fp.Times(a.C1, factor, out r.C1);
    }

    /// <inheritdoc/>
    public static void TimesThreeB(in Fp2 a, out Fp2 r)
    {
        Times(a, 12, out var twelve);    // (2, 1)
        TimesXi(twelve, out var wide);   // (10, 1) and (4, 2)
        Times(wide, 1, out r);
    }

    /// <summary>r = (1 + u) a: (a.v + 8, 1) and (2 a.v, 2 a.l), for an a of at most (8, any).</summary>
    public static void TimesXi(in Fp2 a, out Fp2 r)
    {
        Fp.Sub(a.C0, a.C1, out var c0);
        Fp.Add(a.C0, a.C1, out r.C1);
        r.C0 = c0;
    }

    /// <summary>r = c0 - c1 u, which is a^p.</summary>
    public static void Conjugate(in Fp2 a, out Fp2 r)
    {
        r.C0 = a.C0;
        Fp.Neg(a.C1, out r.C1);
    }

    /// <inheritdoc/>
    public static void Select(in Fp2 a, in Fp2 b, ulong mask, out Fp2 r)
    {
        Fp.Select(a.C0, b.C0, mask, out r.C0);
        Fp.Select(a.C1, b.C1, mask, out r.C1);
    }

    /// <inheritdoc/>
    public static void Invert(in Fp2 a, out Fp2 r)
    {
        Norm(a, out var norm);
        Fp.Invert(norm, out var inverse);
        Mul(a, inverse, out r);
        Conjugate(r, out r);
    }

    /// <summary>r = 1 / a, and 0 for 0, of a public number.</summary>
    public static void InvertPublic(in Fp2 a, out Fp2 r)
    {
        Norm(a, out var norm);
        Fp.InvertPublic(norm, out var inverse);
        Mul(a, inverse, out r);
        Conjugate(r, out r);
    }

    /// <inheritdoc/>
    public static bool IsZero(in Fp2 a) => Fp.IsZero(a.C0) & Fp.IsZero(a.C1);

    /// <summary>Whether a and b are the same. b at most (8, any).</summary>
    public static bool Equal(in Fp2 a, in Fp2 b) => Fp.Equal(a.C0, b.C0) & Fp.Equal(a.C1, b.C1);

    /// <inheritdoc/>
    public static bool IsOdd(in Fp2 a) => Fp.IsOdd(a.C0) | (Fp.IsZero(a.C0) & Fp.IsOdd(a.C1));

    /// <summary>The sign of the point encoding: that of c1, or of c0 where c1 is zero.</summary>
    public static bool IsLarge(in Fp2 a) => Fp.IsLarge(a.C1) | (Fp.IsZero(a.C1) & Fp.IsLarge(a.C0));

    /// <summary>A square root of a public number; false if there is none.</summary>
    /// <remarks>
    /// With the root s of the norm c0^2 + c1^2: x^2 = (c0 + s) / 2 or (c0 - s) / 2, whichever is a square, and y = c1 / 2x. If x is zero then c1 is, and -c0 is a square.
    /// </remarks>
    public static bool TrySqrt(in Fp2 a, out Fp2 r)
    {
        r = default;
        Norm(a, out var norm);
        if (!Fp.TrySqrt(norm, out var s))
            return false;

        Fp.Add(a.C0, s, out var half);
        Fp.Mul(half, FieldConstants.Half, out half);
        if (!Fp.TrySqrt(half, out var x))
        {
            Fp.Sub(a.C0, s, out half);
            Fp.Mul(half, FieldConstants.Half, out half);
            if (!Fp.TrySqrt(half, out x))
                return false;
        }

        Fp.Add(x, x, out var twice);
        Fp.InvertPublic(twice, out var inverse);
        Fp.Mul(a.C1, inverse, out var y);
        if (Fp.IsZero(x))
        {
            Fp.Neg(a.C0, out var negative);
            if (!Fp.TrySqrt(negative, out y))
                return false;
        }

        r.C0 = x;
        r.C1 = y;
        Sqr(r, out var check);
        return Equal(check, a);
    }

    /// <inheritdoc/>
    public static bool TryRootOfRatio(in Fp2 u, in Fp2 v, in Fp2 z, out Fp2 r)
    {
        InvertPublic(v, out var ratio);
        Mul(ratio, u, out ratio);
        if (TrySqrt(ratio, out r))
            return true;
        Mul(ratio, z, out ratio);
        TrySqrt(ratio, out r);
        return false;
    }

    /// <summary>a^exponent for a public exponent, big-endian.</summary>
    public static Fp2 Power(in Fp2 a, ReadOnlySpan<byte> exponent)
    {
        var r = One;
        for (var i = 0; i < 8 * exponent.Length; i++)
        {
            Sqr(r, out r);
            if ((exponent[i / 8] & (0x80 >> (i % 8))) != 0)
                Mul(r, a, out r);
        }

        return r;
    }

    private static void Norm(in Fp2 a, out Fp norm)
    {
        Fp.Sqr(a.C0, out norm);
        Fp.Sqr(a.C1, out var other);
        Fp.Add(norm, other, out norm);
    }
}
