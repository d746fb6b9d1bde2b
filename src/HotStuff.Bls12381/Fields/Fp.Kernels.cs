using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Bls12381.Fields;

/// <summary>The multiplication and the square, unrolled by columns.</summary>
/// <remarks>
/// Column k is the sum of all a_i * b_j with i + j = k. It is kept in two plain 64-bit sums: <c>lo</c> of the products modulo 2^64, and <c>hi</c> of
/// floor(a_i * b_j / 2^56), which is the high half of (a_i * 8) * (b_j * 32). The exact sum of the products' low 56 bits is lo - hi * 2^56 modulo 2^64: it
/// is below 14 * 2^56 and so it fits. There is no carry flag and no comparison anywhere, and nothing depends on the values.
/// Montgomery's reduction is interleaved. Columns 0 to 5 use the multiple Q * 2^56 - 1 of p instead of p: with it the quotient digit of a column is the
/// column's own low limb, and only the columns above change. The last digit uses p itself, to keep the result small.
/// </remarks>
internal readonly partial struct Fp
{
    internal const int LimbBits = 56;
    internal const ulong Mask = (1UL << LimbBits) - 1;

    // p.
    internal const ulong P0 = 0xfeffffffffaaab;
    internal const ulong P1 = 0xfffeb153ffffb9;
    internal const ulong P2 = 0xa0f6b0f6241eab;
    internal const ulong P3 = 0xf38512bf6730d2;
    internal const ulong P4 = 0x4bacd764774b84;
    internal const ulong P5 = 0xe69a4b1ba7b643;
    internal const ulong P6 = 0x001a0111ea397f;

    // (p * Inverse + 1) / 2^56.
    internal const ulong Q0 = 0x3314be07d1b27d;
    internal const ulong Q1 = 0x8ddc3dc5a38fc1;
    internal const ulong Q2 = 0x790b3af708e4fd;
    internal const ulong Q3 = 0xe9045af3ea652c;
    internal const ulong Q4 = 0x97dc1af2fa27fc;
    internal const ulong Q5 = 0x259ace004e9816;
    internal const ulong Q6 = 0x0018c904c53b4a;

    // -1/p modulo 2^56.
    internal const ulong Inverse = 0xf3fffcfffcfffd;

    /// <summary>a * b / R. Result below 3p with limbs below 2^56, when the operands' bounds multiply to at most 2520 and their limbs' to at most 33.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(in Fp a, in Fp b, out Fp r)
    {
        var bound = FpBound.OfProduct(a.Bound, b.Bound);
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3, a4 = a.L4, a5 = a.L5, a6 = a.L6;
        ulong b0 = b.L0, b1 = b.L1, b2 = b.L2, b3 = b.L3, b4 = b.L4, b5 = b.L5, b6 = b.L6;

        ulong lo = 0, hi = 0;
        Mac(a0, b0, ref lo, ref hi);
        var column = lo - (hi << LimbBits);
        var m0 = column & Mask;
        var carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b1, ref lo, ref hi); Mac(a1, b0, ref lo, ref hi); Mac(m0, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m1 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b2, ref lo, ref hi); Mac(a1, b1, ref lo, ref hi); Mac(a2, b0, ref lo, ref hi); Mac(m0, Q1, ref lo, ref hi);
        Mac(m1, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m2 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b3, ref lo, ref hi); Mac(a1, b2, ref lo, ref hi); Mac(a2, b1, ref lo, ref hi); Mac(a3, b0, ref lo, ref hi);
        Mac(m0, Q2, ref lo, ref hi); Mac(m1, Q1, ref lo, ref hi); Mac(m2, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m3 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b4, ref lo, ref hi); Mac(a1, b3, ref lo, ref hi); Mac(a2, b2, ref lo, ref hi); Mac(a3, b1, ref lo, ref hi);
        Mac(a4, b0, ref lo, ref hi); Mac(m0, Q3, ref lo, ref hi); Mac(m1, Q2, ref lo, ref hi); Mac(m2, Q1, ref lo, ref hi);
        Mac(m3, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m4 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b5, ref lo, ref hi); Mac(a1, b4, ref lo, ref hi); Mac(a2, b3, ref lo, ref hi); Mac(a3, b2, ref lo, ref hi);
        Mac(a4, b1, ref lo, ref hi); Mac(a5, b0, ref lo, ref hi); Mac(m0, Q4, ref lo, ref hi); Mac(m1, Q3, ref lo, ref hi);
        Mac(m2, Q2, ref lo, ref hi); Mac(m3, Q1, ref lo, ref hi); Mac(m4, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m5 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, b6, ref lo, ref hi); Mac(a1, b5, ref lo, ref hi); Mac(a2, b4, ref lo, ref hi); Mac(a3, b3, ref lo, ref hi);
        Mac(a4, b2, ref lo, ref hi); Mac(a5, b1, ref lo, ref hi); Mac(a6, b0, ref lo, ref hi); Mac(m0, Q5, ref lo, ref hi);
        Mac(m1, Q4, ref lo, ref hi); Mac(m2, Q3, ref lo, ref hi); Mac(m3, Q2, ref lo, ref hi); Mac(m4, Q1, ref lo, ref hi);
        Mac(m5, Q0, ref lo, ref hi);
        var m6 = ((lo + carry) * Inverse) & Mask;
        Mac(m6, P0, ref lo, ref hi);
        carry = ((lo - (hi << LimbBits) + carry) >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a1, b6, ref lo, ref hi); Mac(a2, b5, ref lo, ref hi); Mac(a3, b4, ref lo, ref hi); Mac(a4, b3, ref lo, ref hi);
        Mac(a5, b2, ref lo, ref hi); Mac(a6, b1, ref lo, ref hi); Mac(m0, Q6, ref lo, ref hi); Mac(m1, Q5, ref lo, ref hi);
        Mac(m2, Q4, ref lo, ref hi); Mac(m3, Q3, ref lo, ref hi); Mac(m4, Q2, ref lo, ref hi); Mac(m5, Q1, ref lo, ref hi);
        Mac(m6, P1, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r0 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a2, b6, ref lo, ref hi); Mac(a3, b5, ref lo, ref hi); Mac(a4, b4, ref lo, ref hi); Mac(a5, b3, ref lo, ref hi);
        Mac(a6, b2, ref lo, ref hi); Mac(m1, Q6, ref lo, ref hi); Mac(m2, Q5, ref lo, ref hi); Mac(m3, Q4, ref lo, ref hi);
        Mac(m4, Q3, ref lo, ref hi); Mac(m5, Q2, ref lo, ref hi); Mac(m6, P2, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r1 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a3, b6, ref lo, ref hi); Mac(a4, b5, ref lo, ref hi); Mac(a5, b4, ref lo, ref hi); Mac(a6, b3, ref lo, ref hi);
        Mac(m2, Q6, ref lo, ref hi); Mac(m3, Q5, ref lo, ref hi); Mac(m4, Q4, ref lo, ref hi); Mac(m5, Q3, ref lo, ref hi);
        Mac(m6, P3, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r2 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a4, b6, ref lo, ref hi); Mac(a5, b5, ref lo, ref hi); Mac(a6, b4, ref lo, ref hi); Mac(m3, Q6, ref lo, ref hi);
        Mac(m4, Q5, ref lo, ref hi); Mac(m5, Q4, ref lo, ref hi); Mac(m6, P4, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r3 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a5, b6, ref lo, ref hi); Mac(a6, b5, ref lo, ref hi); Mac(m4, Q6, ref lo, ref hi); Mac(m5, Q5, ref lo, ref hi);
        Mac(m6, P5, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r4 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a6, b6, ref lo, ref hi); Mac(m5, Q6, ref lo, ref hi); Mac(m6, P6, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r5 = column & Mask;
        carry = (column >> LimbBits) + hi;

        r = new Fp(r0, r1, r2, r3, r4, r5, carry, bound);
    }

    /// <summary>a * a / R, under the bounds of <see cref="Mul"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqr(in Fp a, out Fp r)
    {
        var bound = FpBound.OfProduct(a.Bound, a.Bound);
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3, a4 = a.L4, a5 = a.L5, a6 = a.L6;
        ulong d1 = a1 << 1, d2 = a2 << 1, d3 = a3 << 1, d4 = a4 << 1, d5 = a5 << 1, d6 = a6 << 1;

        ulong lo = 0, hi = 0;
        Mac(a0, a0, ref lo, ref hi);
        var column = lo - (hi << LimbBits);
        var m0 = column & Mask;
        var carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d1, ref lo, ref hi); Mac(m0, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m1 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d2, ref lo, ref hi); Mac(a1, a1, ref lo, ref hi); Mac(m0, Q1, ref lo, ref hi); Mac(m1, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m2 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d3, ref lo, ref hi); Mac(a1, d2, ref lo, ref hi); Mac(m0, Q2, ref lo, ref hi); Mac(m1, Q1, ref lo, ref hi);
        Mac(m2, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m3 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d4, ref lo, ref hi); Mac(a1, d3, ref lo, ref hi); Mac(a2, a2, ref lo, ref hi); Mac(m0, Q3, ref lo, ref hi);
        Mac(m1, Q2, ref lo, ref hi); Mac(m2, Q1, ref lo, ref hi); Mac(m3, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m4 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d5, ref lo, ref hi); Mac(a1, d4, ref lo, ref hi); Mac(a2, d3, ref lo, ref hi); Mac(m0, Q4, ref lo, ref hi);
        Mac(m1, Q3, ref lo, ref hi); Mac(m2, Q2, ref lo, ref hi); Mac(m3, Q1, ref lo, ref hi); Mac(m4, Q0, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var m5 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a0, d6, ref lo, ref hi); Mac(a1, d5, ref lo, ref hi); Mac(a2, d4, ref lo, ref hi); Mac(a3, a3, ref lo, ref hi);
        Mac(m0, Q5, ref lo, ref hi); Mac(m1, Q4, ref lo, ref hi); Mac(m2, Q3, ref lo, ref hi); Mac(m3, Q2, ref lo, ref hi);
        Mac(m4, Q1, ref lo, ref hi); Mac(m5, Q0, ref lo, ref hi);
        var m6 = ((lo + carry) * Inverse) & Mask;
        Mac(m6, P0, ref lo, ref hi);
        carry = ((lo - (hi << LimbBits) + carry) >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a1, d6, ref lo, ref hi); Mac(a2, d5, ref lo, ref hi); Mac(a3, d4, ref lo, ref hi); Mac(m0, Q6, ref lo, ref hi);
        Mac(m1, Q5, ref lo, ref hi); Mac(m2, Q4, ref lo, ref hi); Mac(m3, Q3, ref lo, ref hi); Mac(m4, Q2, ref lo, ref hi);
        Mac(m5, Q1, ref lo, ref hi); Mac(m6, P1, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r0 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a2, d6, ref lo, ref hi); Mac(a3, d5, ref lo, ref hi); Mac(a4, a4, ref lo, ref hi); Mac(m1, Q6, ref lo, ref hi);
        Mac(m2, Q5, ref lo, ref hi); Mac(m3, Q4, ref lo, ref hi); Mac(m4, Q3, ref lo, ref hi); Mac(m5, Q2, ref lo, ref hi);
        Mac(m6, P2, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r1 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a3, d6, ref lo, ref hi); Mac(a4, d5, ref lo, ref hi); Mac(m2, Q6, ref lo, ref hi); Mac(m3, Q5, ref lo, ref hi);
        Mac(m4, Q4, ref lo, ref hi); Mac(m5, Q3, ref lo, ref hi); Mac(m6, P3, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r2 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a4, d6, ref lo, ref hi); Mac(a5, a5, ref lo, ref hi); Mac(m3, Q6, ref lo, ref hi); Mac(m4, Q5, ref lo, ref hi);
        Mac(m5, Q4, ref lo, ref hi); Mac(m6, P4, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r3 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a5, d6, ref lo, ref hi); Mac(m4, Q6, ref lo, ref hi); Mac(m5, Q5, ref lo, ref hi); Mac(m6, P5, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r4 = column & Mask;
        carry = (column >> LimbBits) + hi;

        lo = hi = 0;
        Mac(a6, a6, ref lo, ref hi); Mac(m5, Q6, ref lo, ref hi); Mac(m6, P6, ref lo, ref hi);
        column = lo - (hi << LimbBits) + carry;
        var r5 = column & Mask;
        carry = (column >> LimbBits) + hi;

        r = new Fp(r0, r1, r2, r3, r4, r5, carry, bound);
    }

    /// <summary>Adds a product to a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Mac(ulong a, ulong b, ref ulong lo, ref ulong hi)
    {
        hi += HighHalf(a << 3, b << 5);
        lo += a * b;
    }

    /// <summary>The high 64 bits of a product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HighHalf(ulong a, ulong b)
    {
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.MultiplyNoFlags(a, b);
        if (ArmBase.Arm64.IsSupported)
            return ArmBase.Arm64.MultiplyHigh(a, b);
        return Math.BigMul(a, b, out _);
    }
}
