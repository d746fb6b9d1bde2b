using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Crypto;

/// <summary>Four numbers modulo p = 2^255 - 19 side by side, for AVX-512 on vectors of 256 bits.</summary>
/// <remarks>
/// Five limbs of 51 bits as whole numbers in doubles, each four wide; limbs may be negative. Sums and differences of limbs are exact and need no carry. A <em>reduced</em> number
/// has limbs of at most 2^50 + 2^14 in magnitude; products take limbs of which any two that are multiplied make less than 2^103, and give reduced numbers.
/// </remarks>
internal readonly struct FieldLanes
{
    // 1.5 * 2^104: what is added to it is rounded to a multiple of 2^52, of which its lowest bits then tell the number.
    private const double HighBias = 1.5 * (1UL << 52) * (1UL << 52);

    // 1.5 * 2^103: what is added to it is rounded to a multiple of 2^51.
    private const double RoundingBias = 1.5 * (1UL << 52) * (1UL << 51);

    // 2^52: whole numbers from 0 to 2^52 are in the lowest bits of what they make with it.
    private const double LimbBias = 1UL << 52;

    // Columns are below 2^60 in magnitude. With so much more none is negative, nor is any carry, which is by 2^9 too large; with half a limb more, limbs are around 0 and carries rounded.
    private const long ColumnBias = (1L << 60) + (1L << 50);
    private const double CarryBias = 1UL << 9;

    internal readonly Vector256<double> L0, L1, L2, L3, L4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal FieldLanes(Vector256<double> l0, Vector256<double> l1, Vector256<double> l2, Vector256<double> l3, Vector256<double> l4)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
        L4 = l4;
    }

    public static bool IsSupported => Avx512DQ.VL.IsSupported;

    /// <summary>a * b lane by lane, reduced.</summary>
    /// <remarks>
    /// A product of two doubles has no more than 103 bits; one fused multiplication gives the upper ones and a second one what is left, with a sign, both exactly (Emmart, Zheng and Weems 2018).
    /// Column k has the low parts of all a_i * b_j with i + j = k, and twice the high parts of those with i + j = k - 1, which weigh 2^52 and not 2^51; columns from 5 upwards count 19
    /// times five columns below. Low parts, at most 2^51 each, are summed up as doubles, no more than four; high parts as integers with their biases, of which the sums are known
    /// (<see cref="Bias"/>). All in all less than 2^60 in magnitude.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(in FieldLanes a, in FieldLanes b, out FieldLanes r)
    {
        var (a0, a1, a2, a3, a4) = (a.L0, a.L1, a.L2, a.L3, a.L4);
        var (b0, b1, b2, b3, b4) = (b.L0, b.L1, b.L2, b.L3, b.L4);
        var nineteen = Vector256.Create(19L);

        Product(a4, b4, out var l8, out var h8);
        var s9 = h8 + h8;
        var c8 = Whole(l8);

        Product(a3, b4, out var l7, out var h7);
        AddProduct(a4, b3, ref l7, ref h7);
        var s8 = c8 + h7 + h7;
        var c7 = Whole(l7);

        Product(a2, b4, out var l6, out var h6);
        AddProduct(a3, b3, ref l6, ref h6);
        AddProduct(a4, b2, ref l6, ref h6);
        var s7 = c7 + h6 + h6;
        var c6 = Whole(l6);

        Product(a1, b4, out var l5, out var h5);
        AddProduct(a2, b3, ref l5, ref h5);
        AddProduct(a3, b2, ref l5, ref h5);
        AddProduct(a4, b1, ref l5, ref h5);
        var s6 = c6 + h5 + h5;
        var c5 = Whole(l5);

        Product(a0, b4, out var l4, out var h4);
        AddProduct(a1, b3, ref l4, ref h4);
        AddProduct(a2, b2, ref l4, ref h4);
        AddProduct(a3, b1, ref l4, ref h4);
        Product(a4, b0, out var m4, out var g4);
        h4 += g4;
        var s5 = c5 + h4 + h4;
        var c4 = Whole(l4) + Whole(m4);

        Product(a0, b3, out var l3, out var h3);
        AddProduct(a1, b2, ref l3, ref h3);
        AddProduct(a2, b1, ref l3, ref h3);
        AddProduct(a3, b0, ref l3, ref h3);
        var s4 = c4 + h3 + h3;
        var c3 = Whole(l3);
        var r4 = s4 + (nineteen * s9) + Vector256.Create(Bias(4));

        Product(a0, b2, out var l2, out var h2);
        AddProduct(a1, b1, ref l2, ref h2);
        AddProduct(a2, b0, ref l2, ref h2);
        var s3 = c3 + h2 + h2;
        var c2 = Whole(l2);
        var r3 = s3 + (nineteen * s8) + Vector256.Create(Bias(3));

        Product(a0, b1, out var l1, out var h1);
        AddProduct(a1, b0, ref l1, ref h1);
        var s2 = c2 + h1 + h1;
        var c1 = Whole(l1);
        var r2 = s2 + (nineteen * s7) + Vector256.Create(Bias(2));

        Product(a0, b0, out var l0, out var h0);
        var s1 = c1 + h0 + h0;
        var c0 = Whole(l0);
        var r1 = s1 + (nineteen * s6) + Vector256.Create(Bias(1));
        var r0 = c0 + (nineteen * s5) + Vector256.Create(Bias(0));
        r = new FieldLanes(
            ToLimb(r0, nineteen * (r4 >>> 51), 19 * CarryBias), ToLimb(r1, r0 >>> 51, CarryBias), ToLimb(r2, r1 >>> 51, CarryBias), ToLimb(r3, r2 >>> 51, CarryBias),
            ToLimb(r4, r3 >>> 51, CarryBias));
    }

    /// <summary>The same numbers reduced, from limbs of at most 2^53 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes Carry(FieldLanes a)
    {
        var bias = Vector256.Create(RoundingBias);
        var (c0, c1, c2, c3, c4) = (a.L0 + bias - bias, a.L1 + bias - bias, a.L2 + bias - bias, a.L3 + bias - bias, a.L4 + bias - bias);
        var scale = Vector256.Create(1.0 / (1UL << 51));
        return new FieldLanes(
            a.L0 - c0 + (c4 * (19 * scale)), a.L1 - c1 + (c0 * scale), a.L2 - c2 + (c1 * scale), a.L3 - c3 + (c2 * scale), a.L4 - c4 + (c3 * scale));
    }

    /// <summary>Adds <see cref="ColumnBias"/>, and takes off what the biases of column <paramref name="k"/> add up to, modulo 2^64.</summary>
    private static long Bias(int k)
    {
        // Twice as many biases as a column below has products.
        static long Sum(int column) => column is < 1 or > 9 ? 0 : unchecked(2 * Math.Min(column, 10 - column) * BitConverter.DoubleToInt64Bits(HighBias));
        return unchecked(ColumnBias - Sum(k) - (19 * Sum(k + 5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(Vector256<double> a, Vector256<double> b, out Vector256<double> low, out Vector256<long> high)
    {
        var bias = Vector256.Create(HighBias);
        var upper = Vector256.FusedMultiplyAdd(a, b, bias);
        high = upper.AsInt64();
        low = Vector256.FusedMultiplyAdd(a, b, bias - upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(Vector256<double> a, Vector256<double> b, ref Vector256<double> low, ref Vector256<long> high)
    {
        Product(a, b, out var l, out var h);
        low += l;
        high += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Whole(Vector256<double> v) => Avx512DQ.VL.ConvertToVector256Int64(v);

    /// <summary>The lowest 51 bits plus the carry from below, less what both have too much.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ToLimb(Vector256<long> column, Vector256<long> carry, double carryBias)
    {
        var bits = (column & Vector256.Create((1L << 51) - 1)) | Vector256.Create(BitConverter.DoubleToInt64Bits(LimbBias));
        return (bits + carry).AsDouble() - Vector256.Create(LimbBias + (1UL << 50) + carryBias);
    }
}
