using System.Runtime.CompilerServices;

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
        FpWide.Sub(v0, v1, out r.C0);
        FpWide.Sub(v2, v0, out v2);
        FpWide.Sub(v2, v1, out r.C1);

        // c1 is a0 b1 + a1 b0 and so it is not negative, which the operations cannot tell.
        r.C1.Bound = r.C1.Bound with { Low = 0, High = a.C0.Bound.Value * b.C1.Bound.Value + (a.C1.Bound.Value * b.C0.Bound.Value) };
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

    /// <summary>r = a + (1 + u) b, which is not in the place of b.</summary>
    public static void AddXi(in Fp2Wide a, in Fp2Wide b, out Fp2Wide r)
    {
        FpWide.Add(a.C0, b.C0, out r.C0);
        FpWide.Sub(r.C0, b.C1, out r.C0);
        FpWide.Add(a.C1, b.C0, out r.C1);
        FpWide.Add(r.C1, b.C1, out r.C1);
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
