using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HotStuff.Bls12381.Fields;

/// <summary>An element of <see cref="Fp2"/> before its reduction.</summary>
internal struct Fp2Wide
{
    internal FpWide C0, C1;

    /// <summary>r = a * b: three products. The limbs' bounds of a and b multiply to at most 8.</summary>
    public static void Mul(in Fp2 a, in Fp2 b, out Fp2Wide r)
    {
        Fp.Add(a.C0, a.C1, out var sumA);
        Fp.Add(b.C0, b.C1, out var sumB);
        FpWide.Mul(a.C0, b.C0, out var v0);
        FpWide.Mul(a.C1, b.C1, out var v1);
        FpWide.Mul(sumA, sumB, out var v2);
        Unsafe.SkipInit(out r);
        for (var i = 0; i < FpWide.VectorLimbs; i += 4)
        {
            var t0 = FpWide.Load(v0, i);
            var t1 = FpWide.Load(v1, i);
            var t2 = FpWide.Load(v2, i);
            (t0 - t1).StoreUnsafe(ref r.C0.Limbs[0], (nuint)i);
            (t2 - t0 - t1).StoreUnsafe(ref r.C1.Limbs[0], (nuint)i);
        }

        // c1 is a0 b1 + a1 b0 and so it is not negative, which differences of bounds cannot tell.
        r.C0.Bound = WideBound.OfDifference(v0.Bound, v1.Bound);
        r.C1.Bound = new WideBound(0, (a.C0.Bound.Value * b.C1.Bound.Value) + (a.C1.Bound.Value * b.C0.Bound.Value), v0.Bound.Limb + v1.Bound.Limb + v2.Bound.Limb);
    }

    /// <summary>r = a * a: (a0 + a1)(a0 - a1) + 2 a0 a1 u. a at most (8, 4).</summary>
    public static void Sqr(in Fp2 a, out Fp2Wide r)
    {
        Fp.Add(a.C0, a.C1, out var sum);
        Fp.Sub(a.C0, a.C1, out var difference);
        Fp.Add(a.C0, a.C0, out var twice);
        FpWide.Mul(sum, difference, out r.C0);
        FpWide.Mul(twice, a.C1, out r.C1);
    }

    /// <summary>r = a + b.</summary>
    public static void Add(in Fp2Wide a, in Fp2Wide b, out Fp2Wide r)
    {
        FpWide.Add(a.C0, b.C0, out r.C0);
        FpWide.Add(a.C1, b.C1, out r.C1);
    }

    /// <summary>r = a - b.</summary>
    public static void Sub(in Fp2Wide a, in Fp2Wide b, out Fp2Wide r)
    {
        FpWide.Sub(a.C0, b.C0, out r.C0);
        FpWide.Sub(a.C1, b.C1, out r.C1);
    }

    /// <summary>r = a + (1 + u) b.</summary>
    public static void AddXi(in Fp2Wide a, in Fp2Wide b, out Fp2Wide r)
    {
        var bound0 = WideBound.OfSum(a.C0.Bound, WideBound.OfDifference(b.C0.Bound, b.C1.Bound));
        var bound1 = WideBound.OfSum(a.C1.Bound, WideBound.OfSum(b.C0.Bound, b.C1.Bound));
        Unsafe.SkipInit(out r);
        for (var i = 0; i < FpWide.VectorLimbs; i += 4)
        {
            var b0 = FpWide.Load(b.C0, i);
            var b1 = FpWide.Load(b.C1, i);
            var r0 = FpWide.Load(a.C0, i) + b0 - b1;
            var r1 = FpWide.Load(a.C1, i) + b0 + b1;
            r0.StoreUnsafe(ref r.C0.Limbs[0], (nuint)i);
            r1.StoreUnsafe(ref r.C1.Limbs[0], (nuint)i);
        }

        r.C0.Bound = bound0;
        r.C1.Bound = bound1;
    }

    /// <summary>r = a + (1 + u)(b - c - d).</summary>
    public static void AddXiOfDifference(in Fp2Wide a, in Fp2Wide b, in Fp2Wide c, in Fp2Wide d, out Fp2Wide r)
    {
        var bound0 = WideBound.OfDifference(b.C0.Bound, WideBound.OfSum(c.C0.Bound, d.C0.Bound));
        var bound1 = WideBound.OfDifference(b.C1.Bound, WideBound.OfSum(c.C1.Bound, d.C1.Bound));
        (bound0, bound1) = (WideBound.OfSum(a.C0.Bound, WideBound.OfDifference(bound0, bound1)), WideBound.OfSum(a.C1.Bound, WideBound.OfSum(bound0, bound1)));
        Unsafe.SkipInit(out r);
        for (var i = 0; i < FpWide.VectorLimbs; i += 4)
        {
            var t0 = FpWide.Load(b.C0, i) - FpWide.Load(c.C0, i) - FpWide.Load(d.C0, i);
            var t1 = FpWide.Load(b.C1, i) - FpWide.Load(c.C1, i) - FpWide.Load(d.C1, i);
            var r0 = FpWide.Load(a.C0, i) + t0 - t1;
            var r1 = FpWide.Load(a.C1, i) + t0 + t1;
            r0.StoreUnsafe(ref r.C0.Limbs[0], (nuint)i);
            r1.StoreUnsafe(ref r.C1.Limbs[0], (nuint)i);
        }

        r.C0.Bound = bound0;
        r.C1.Bound = bound1;
    }

    /// <summary>r = a - b - c.</summary>
    public static void SubBoth(in Fp2Wide a, in Fp2Wide b, in Fp2Wide c, out Fp2Wide r)
    {
        FpWide.SubBoth(a.C0, b.C0, c.C0, out r.C0);
        FpWide.SubBoth(a.C1, b.C1, c.C1, out r.C1);
    }

    /// <summary>r = a - b - c + (1 + u) d.</summary>
    public static void SubBothAddXi(in Fp2Wide a, in Fp2Wide b, in Fp2Wide c, in Fp2Wide d, out Fp2Wide r)
    {
        SubBoth(a, b, c, out var t);
        AddXi(t, d, out r);
    }

    /// <summary>r = a - (1 + u) b, which is not in the place of b.</summary>
    public static void SubXi(in Fp2Wide a, in Fp2Wide b, out Fp2Wide r)
    {
        FpWide.Sub(a.C0, b.C0, out r.C0);
        FpWide.Add(r.C0, b.C1, out r.C0);
        FpWide.Sub(a.C1, b.C0, out r.C1);
        FpWide.Sub(r.C1, b.C1, out r.C1);
    }

    /// <summary>Reduces both: below 4p for what fits <see cref="FpWide.Reduce"/>'s bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reduce(in Fp2Wide w, out Fp2 r)
    {
        FpWide.Reduce(w.C0, out r.C0);
        FpWide.Reduce(w.C1, out r.C1);
    }

    /// <summary>Says in debug builds what is known of both parts, which may be tighter than what the operations can tell.</summary>
    internal void Know(int low0, int high0, int low1, int high1)
    {
        C0.Bound = C0.Bound with { Low = low0, High = high0 };
        C1.Bound = C1.Bound with { Low = low1, High = high1 };
    }
}
