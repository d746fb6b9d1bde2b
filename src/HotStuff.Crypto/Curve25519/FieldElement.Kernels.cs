using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Crypto;

/// <summary>The multiplication and the square, unrolled by columns.</summary>
/// <remarks>
/// Column k is the sum of all a_i * b_j with i + j = k, and of 19 a_i * b_j with i + j = k + 5, because 2^255 is 19. It is kept in two plain 64-bit sums: of the products modulo
/// 2^64, and of floor(a_i * b_j / 2^51), which is the high half of (a_i * 2^9) * (b_j * 2^4). The first minus 2^51 times the second is the exact sum of the products' low 51 bits,
/// below 5 * 2^51. There is no carry flag anywhere: the compiler has no instruction for it.
/// With limbs below 2^54, 19 b_j * 2^4 is below 2^63, a floor is below 2^62 where 19 is in it and below 2^57 where not, and the sums of five are below 2^64; so is 19 times the last one.
/// </remarks>
internal readonly partial struct FieldElement
{
    /// <summary>a * b, reduced. Limbs of a and b are below 2^54.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(in FieldElement a, in FieldElement b, out FieldElement r)
    {
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3, a4 = a.L4;
        ulong b0 = b.L0, b1 = b.L1, b2 = b.L2, b3 = b.L3, b4 = b.L4;
        ulong c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
        ulong s0 = a0 << 9, s1 = a1 << 9, s2 = a2 << 9, s3 = a3 << 9, s4 = a4 << 9;
        ulong t0 = b0 << 4, t1 = b1 << 4, t2 = b2 << 4, t3 = b3 << 4, t4 = b4 << 4;
        ulong u1 = c1 << 4, u2 = c2 << 4, u3 = c3 << 4, u4 = c4 << 4;

        var h0 = High(s0, t0) + High(s1, u4) + High(s2, u3) + High(s3, u2) + High(s4, u1);
        var l0 = (a0 * b0) + (a1 * c4) + (a2 * c3) + (a3 * c2) + (a4 * c1) - (h0 << LimbBits);
        var h1 = High(s0, t1) + High(s1, t0) + High(s2, u4) + High(s3, u3) + High(s4, u2);
        var l1 = (a0 * b1) + (a1 * b0) + (a2 * c4) + (a3 * c3) + (a4 * c2) - (h1 << LimbBits);
        var h2 = High(s0, t2) + High(s1, t1) + High(s2, t0) + High(s3, u4) + High(s4, u3);
        var l2 = (a0 * b2) + (a1 * b1) + (a2 * b0) + (a3 * c4) + (a4 * c3) - (h2 << LimbBits);
        var h3 = High(s0, t3) + High(s1, t2) + High(s2, t1) + High(s3, t0) + High(s4, u4);
        var l3 = (a0 * b3) + (a1 * b2) + (a2 * b1) + (a3 * b0) + (a4 * c4) - (h3 << LimbBits);
        var h4 = High(s0, t4) + High(s1, t3) + High(s2, t2) + High(s3, t1) + High(s4, t0);
        var l4 = (a0 * b4) + (a1 * b3) + (a2 * b2) + (a3 * b1) + (a4 * b0) - (h4 << LimbBits);

        Carry(l0 + (19 * h4), l1 + h0, l2 + h1, l3 + h2, l4 + h3, out r);
    }

    /// <summary>a^2, reduced. Limbs of a are below 2^54.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sqr(in FieldElement a, out FieldElement r)
    {
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3, a4 = a.L4;
        ulong c3 = 19 * a3, c4 = 19 * a4, d1 = 2 * a1, d2 = 2 * a2, d3 = 2 * a3, d4 = 2 * a4, e3 = 38 * a3, e4 = 38 * a4;
        ulong s0 = a0 << 9, s1 = a1 << 9, s2 = a2 << 9, s3 = a3 << 9, s4 = a4 << 9;
        ulong b0s = a0 << 4, b1s = a1 << 4, b2s = a2 << 4, c3s = c3 << 4, c4s = c4 << 4, d1s = d1 << 4, d2s = d2 << 4, d3s = d3 << 4, d4s = d4 << 4, e3s = e3 << 4, e4s = e4 << 4;

        var h0 = High(s0, b0s) + High(s1, e4s) + High(s2, e3s);
        var l0 = (a0 * a0) + (a1 * e4) + (a2 * e3) - (h0 << LimbBits);
        var h1 = High(s0, d1s) + High(s2, e4s) + High(s3, c3s);
        var l1 = (a0 * d1) + (a2 * e4) + (a3 * c3) - (h1 << LimbBits);
        var h2 = High(s0, d2s) + High(s1, b1s) + High(s3, e4s);
        var l2 = (a0 * d2) + (a1 * a1) + (a3 * e4) - (h2 << LimbBits);
        var h3 = High(s0, d3s) + High(s1, d2s) + High(s4, c4s);
        var l3 = (a0 * d3) + (a1 * d2) + (a4 * c4) - (h3 << LimbBits);
        var h4 = High(s0, d4s) + High(s1, d3s) + High(s2, b2s);
        var l4 = (a0 * d4) + (a1 * d3) + (a2 * a2) - (h4 << LimbBits);

        Carry(l0 + (19 * h4), l1 + h0, l2 + h1, l3 + h2, l4 + h3, out r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
}
