using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Crypto;

/// <summary>Eight numbers modulo p = 2^255 - 19 side by side, for AVX-512.</summary>
/// <remarks>
/// Five limbs of 51 bits as whole numbers in doubles, each eight wide; limbs may be negative. Sums and differences of limbs are exact and need no carry. A <em>reduced</em> number
/// has limbs of at most 2^50 + 2^14 in magnitude; products take limbs of which any two that are multiplied make less than 2^103, and give reduced numbers.
/// </remarks>
internal readonly struct FieldLanes
{
    // 1.5 * 2^104: what is added to it is rounded down to a multiple of 2^52, of which its lowest bits then tell the number.
    private const double HighBias = 1.5 * (1UL << 52) * (1UL << 52);

    // 2^52: what is added to it, from 0 to 2^52, its lowest bits then tell.
    private const double LowBias = 1UL << 52;

    // 1.5 * 2^103 and 1.5 * 2^52: what is added is rounded to a multiple of 2^51, or of 1.
    private const double RoundingBias = 1.5 * (1UL << 52) * (1UL << 51);
    private const double LimbBias = 1.5 * (1UL << 52);

    internal readonly Vector512<double> L0, L1, L2, L3, L4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal FieldLanes(Vector512<double> l0, Vector512<double> l1, Vector512<double> l2, Vector512<double> l3, Vector512<double> l4)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
        L4 = l4;
    }

    public static bool IsSupported => Avx512DQ.IsSupported;

    /// <summary>a * b lane by lane, reduced.</summary>
    /// <remarks>
    /// A product of two doubles has no more than 103 bits; one fused multiplication gives the upper ones and a second one what is left, both exactly (Emmart, Zheng and Weems 2018). They are summed up as
    /// integers, with the biases, of which the sums are known: <see cref="Bias"/>.
    /// Column k has the low halves of all a_i * b_j with i + j = k, and twice the high halves of those with i + j = k - 1, which weigh 2^52 and not 2^51; columns from 5 upwards count 19
    /// times five columns below. All in all less than 2^60 in magnitude.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mul(in FieldLanes a, in FieldLanes b, out FieldLanes r)
    {
        var (a0, a1, a2, a3, a4) = (a.L0, a.L1, a.L2, a.L3, a.L4);
        var (b0, b1, b2, b3, b4) = (b.L0, b.L1, b.L2, b.L3, b.L4);
        var nineteen = Vector512.Create(19L);

        Product(a4, b4, out var l8, out var h8);
        var s9 = h8 + h8;

        Product(a3, b4, out var l7, out var h7);
        AddProduct(a4, b3, ref l7, ref h7);
        var s8 = l8 + h7 + h7;

        Product(a2, b4, out var l6, out var h6);
        AddProduct(a3, b3, ref l6, ref h6);
        AddProduct(a4, b2, ref l6, ref h6);
        var s7 = l7 + h6 + h6;

        Product(a1, b4, out var l5, out var h5);
        AddProduct(a2, b3, ref l5, ref h5);
        AddProduct(a3, b2, ref l5, ref h5);
        AddProduct(a4, b1, ref l5, ref h5);
        var s6 = l6 + h5 + h5;

        Product(a0, b4, out var l4, out var h4);
        AddProduct(a1, b3, ref l4, ref h4);
        AddProduct(a2, b2, ref l4, ref h4);
        AddProduct(a3, b1, ref l4, ref h4);
        AddProduct(a4, b0, ref l4, ref h4);
        var s5 = l5 + h4 + h4;

        Product(a0, b3, out var l3, out var h3);
        AddProduct(a1, b2, ref l3, ref h3);
        AddProduct(a2, b1, ref l3, ref h3);
        AddProduct(a3, b0, ref l3, ref h3);
        var s4 = l4 + h3 + h3;
        var r4 = s4 + (nineteen * s9) + Vector512.Create(Bias(4));

        Product(a0, b2, out var l2, out var h2);
        AddProduct(a1, b1, ref l2, ref h2);
        AddProduct(a2, b0, ref l2, ref h2);
        var s3 = l3 + h2 + h2;
        var r3 = s3 + (nineteen * s8) + Vector512.Create(Bias(3));

        Product(a0, b1, out var l1, out var h1);
        AddProduct(a1, b0, ref l1, ref h1);
        var s2 = l2 + h1 + h1;
        var r2 = s2 + (nineteen * s7) + Vector512.Create(Bias(2));

        Product(a0, b0, out var l0, out var h0);
        var s1 = l1 + h0 + h0;
        var r1 = s1 + (nineteen * s6) + Vector512.Create(Bias(1));
        var r0 = l0 + (nineteen * s5) + Vector512.Create(Bias(0));
        r = new FieldLanes(
            ToLimb(r0, nineteen * (r4 >> 51)), ToLimb(r1, r0 >> 51), ToLimb(r2, r1 >> 51), ToLimb(r3, r2 >> 51), ToLimb(r4, r3 >> 51));
    }

    /// <summary>The same numbers reduced, from limbs of at most 2^53 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Carry(in FieldLanes a, out FieldLanes r)
    {
        var bias = Vector512.Create(RoundingBias);
        var (c0, c1, c2, c3, c4) = (a.L0 + bias - bias, a.L1 + bias - bias, a.L2 + bias - bias, a.L3 + bias - bias, a.L4 + bias - bias);
        var scale = Vector512.Create(1.0 / (1UL << 51));
        r = new FieldLanes(
            a.L0 - c0 + (c4 * (19 * scale)), a.L1 - c1 + (c0 * scale), a.L2 - c2 + (c1 * scale), a.L3 - c3 + (c2 * scale), a.L4 - c4 + (c3 * scale));
    }

    /// <summary>Adds 2^50, and takes off what the biases of column <paramref name="k"/> add up to, modulo 2^64.</summary>
    private static long Bias(int k)
    {
        // How many products a column has.
        static long Terms(int column) => column is < 0 or > 8 ? 0 : Math.Min(column + 1, 9 - column);
        static long Sum(int column) =>
            unchecked((Terms(column) * BitConverter.DoubleToInt64Bits(LowBias)) + (2 * Terms(column - 1) * BitConverter.DoubleToInt64Bits(HighBias)));
        return unchecked((1L << 50) - Sum(k) - (19 * Sum(k + 5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(Vector512<double> a, Vector512<double> b, out Vector512<long> low, out Vector512<long> high)
    {
        var upper = Avx512F.FusedMultiplyAdd(a, b, Vector512.Create(HighBias), FloatRoundingMode.ToZero);
        high = upper.AsInt64();
        low = Vector512.FusedMultiplyAdd(a, b, Vector512.Create(HighBias + LowBias) - upper).AsInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(Vector512<double> a, Vector512<double> b, ref Vector512<long> low, ref Vector512<long> high)
    {
        Product(a, b, out var l, out var h);
        low += l;
        high += h;
    }

    /// <summary>The lowest 51 bits less 2^50, which were added, plus the carry from below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToLimb(Vector512<long> column, Vector512<long> carry)
    {
        var bits = (column & Vector512.Create((1L << 51) - 1)) | Vector512.Create(BitConverter.DoubleToInt64Bits(LimbBias));
        return (bits + carry).AsDouble() - Vector512.Create(LimbBias + (1UL << 50));
    }
}
