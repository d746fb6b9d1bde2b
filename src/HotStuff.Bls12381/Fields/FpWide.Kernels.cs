using System.Runtime.CompilerServices;
using static HotStuff.Bls12381.Fields.Fp;

namespace HotStuff.Bls12381.Fields;

/// <summary>The product, the square and the reduction, by the same columns as those of <see cref="Fp"/>.</summary>
internal partial struct FpWide
{
    /// <summary>r = a * b with limbs below 2^56, when the bounds of the operands' limbs multiply to at most 33.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(in Fp a, in Fp b, out FpWide r)
    {
        Unsafe.SkipInit(out r);
        r.Bound = WideBound.OfProduct(a.Bound, b.Bound);
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3, a4 = a.L4, a5 = a.L5, a6 = a.L6;
        ulong b0 = b.L0, b1 = b.L1, b2 = b.L2, b3 = b.L3, b4 = b.L4, b5 = b.L5, b6 = b.L6;

        ulong lo = 0, hi = 0;
        Mac(a0, b0, ref lo, ref hi);
        var column = lo - (hi << LimbBits);
        r.Limbs[0] = (long)(column & Mask);
        var carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b1, ref lo, ref hi); Mac(a1, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[1] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b2, ref lo, ref hi); Mac(a1, b1, ref lo, ref hi); Mac(a2, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[2] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b3, ref lo, ref hi); Mac(a1, b2, ref lo, ref hi); Mac(a2, b1, ref lo, ref hi); Mac(a3, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[3] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b4, ref lo, ref hi); Mac(a1, b3, ref lo, ref hi); Mac(a2, b2, ref lo, ref hi); Mac(a3, b1, ref lo, ref hi);
        Mac(a4, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[4] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b5, ref lo, ref hi); Mac(a1, b4, ref lo, ref hi); Mac(a2, b3, ref lo, ref hi); Mac(a3, b2, ref lo, ref hi);
        Mac(a4, b1, ref lo, ref hi); Mac(a5, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[5] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b6, ref lo, ref hi); Mac(a1, b5, ref lo, ref hi); Mac(a2, b4, ref lo, ref hi); Mac(a3, b3, ref lo, ref hi);
        Mac(a4, b2, ref lo, ref hi); Mac(a5, b1, ref lo, ref hi); Mac(a6, b0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[6] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a1, b6, ref lo, ref hi); Mac(a2, b5, ref lo, ref hi); Mac(a3, b4, ref lo, ref hi); Mac(a4, b3, ref lo, ref hi);
        Mac(a5, b2, ref lo, ref hi); Mac(a6, b1, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[7] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a2, b6, ref lo, ref hi); Mac(a3, b5, ref lo, ref hi); Mac(a4, b4, ref lo, ref hi); Mac(a5, b3, ref lo, ref hi);
        Mac(a6, b2, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[8] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a3, b6, ref lo, ref hi); Mac(a4, b5, ref lo, ref hi); Mac(a5, b4, ref lo, ref hi); Mac(a6, b3, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[9] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a4, b6, ref lo, ref hi); Mac(a5, b5, ref lo, ref hi); Mac(a6, b4, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[10] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a5, b6, ref lo, ref hi); Mac(a6, b5, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[11] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a6, b6, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        r.Limbs[12] = (long)(column & Mask);
        carry = (column >> LimbBits) + hi;

        r.Limbs[13] = (long)carry;
    }

    /// <summary>
    /// r = w / R + p modulo p. With the bounds [low, high] of w in units of p^2, of which low is at least -2520, r is below (3 + high / 2520) p; limbs below 2^56.
    /// The one p that is added makes up for a negative w.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(in FpWide w, out Fp r)
    {
        var bound = w.Bound.Reduced();

        ulong lo = (ulong)w.Limbs[0];
        ulong hi = 0;
        var column = lo - (hi << LimbBits);
        var m0 = column & Mask;
        var carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[1];
        hi = 0;
        Mac(m0, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m1 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[2];
        hi = 0;
        Mac(m0, Q1, ref lo, ref hi); Mac(m1, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m2 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[3];
        hi = 0;
        Mac(m0, Q2, ref lo, ref hi); Mac(m1, Q1, ref lo, ref hi); Mac(m2, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m3 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[4];
        hi = 0;
        Mac(m0, Q3, ref lo, ref hi); Mac(m1, Q2, ref lo, ref hi); Mac(m2, Q1, ref lo, ref hi); Mac(m3, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m4 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[5];
        hi = 0;
        Mac(m0, Q4, ref lo, ref hi); Mac(m1, Q3, ref lo, ref hi); Mac(m2, Q2, ref lo, ref hi); Mac(m3, Q1, ref lo, ref hi);
        Mac(m4, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m5 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[6];
        hi = 0;
        Mac(m0, Q5, ref lo, ref hi); Mac(m1, Q4, ref lo, ref hi); Mac(m2, Q3, ref lo, ref hi); Mac(m3, Q2, ref lo, ref hi);
        Mac(m4, Q1, ref lo, ref hi); Mac(m5, Q0, ref lo, ref hi);
        var m6 = ((lo + carry) * Inverse) & Mask;
        Mac(m6, P0, ref lo, ref hi);
        carry = (ulong)((long)(lo - (hi << LimbBits) + carry) >> LimbBits) + hi;

        lo = (ulong)w.Limbs[7];
        hi = 0;
        Mac(m0, Q6, ref lo, ref hi); Mac(m1, Q5, ref lo, ref hi); Mac(m2, Q4, ref lo, ref hi); Mac(m3, Q3, ref lo, ref hi);
        Mac(m4, Q2, ref lo, ref hi); Mac(m5, Q1, ref lo, ref hi); Mac(m6, P1, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P0 + carry;
        var r0 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[8];
        hi = 0;
        Mac(m1, Q6, ref lo, ref hi); Mac(m2, Q5, ref lo, ref hi); Mac(m3, Q4, ref lo, ref hi); Mac(m4, Q3, ref lo, ref hi);
        Mac(m5, Q2, ref lo, ref hi); Mac(m6, P2, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P1 + carry;
        var r1 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[9];
        hi = 0;
        Mac(m2, Q6, ref lo, ref hi); Mac(m3, Q5, ref lo, ref hi); Mac(m4, Q4, ref lo, ref hi); Mac(m5, Q3, ref lo, ref hi);
        Mac(m6, P3, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P2 + carry;
        var r2 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[10];
        hi = 0;
        Mac(m3, Q6, ref lo, ref hi); Mac(m4, Q5, ref lo, ref hi); Mac(m5, Q4, ref lo, ref hi); Mac(m6, P4, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P3 + carry;
        var r3 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[11];
        hi = 0;
        Mac(m4, Q6, ref lo, ref hi); Mac(m5, Q5, ref lo, ref hi); Mac(m6, P5, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P4 + carry;
        var r4 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        lo = (ulong)w.Limbs[12];
        hi = 0;
        Mac(m5, Q6, ref lo, ref hi); Mac(m6, P6, ref lo, ref hi);
        column = lo - (hi << LimbBits) + P5 + carry;
        var r5 = column & Mask;
        carry = (ulong)((long)column >> LimbBits) + hi;

        var r6 = (ulong)w.Limbs[13] + carry + P6;
        r = new Fp(r0, r1, r2, r3, r4, r5, r6, bound);
    }
}
