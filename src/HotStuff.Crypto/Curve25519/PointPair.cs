using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Crypto;

/// <summary>Two points side by side in eight lanes, to which different things are added at once. The formulas of <see cref="EdwardsPoint"/>, of which four products each are independent.</summary>
/// <remarks>Lanes are X, Y, T, Z of the one point and of the other, all reduced (<see cref="FieldLanes"/>); comments give the bound of limbs, in bits and a little.</remarks>
internal struct PointPair
{
    // Swap Y - X and Y + X, and negate 2d T, in neither half, the first, the second, both.
    private static readonly Vector512<long>[] Swaps =
    [
        Vector512.Create(0L, 1, 2, 3, 4, 5, 6, 7), Vector512.Create(1L, 0, 2, 3, 4, 5, 6, 7), Vector512.Create(0L, 1, 2, 3, 5, 4, 6, 7), Vector512.Create(1L, 0, 2, 3, 5, 4, 6, 7),
    ];

    private static readonly Vector512<double>[] Signs =
    [
        Vector512.Create(1.0, 1, 1, 0, 1, 1, 1, 0), Vector512.Create(1.0, 1, -1, 0, 1, 1, 1, 0),
        Vector512.Create(1.0, 1, 1, 0, 1, 1, -1, 0), Vector512.Create(1.0, 1, -1, 0, 1, 1, -1, 0),
    ];

    private FieldLanes _lanes;

    public static PointPair Neutral
    {
        get
        {
            var zero = Vector512<double>.Zero;
            return new PointPair { _lanes = new FieldLanes(Vector512.Create(0.0, 1, 0, 1, 0, 1, 0, 1), zero, zero, zero, zero) };
        }
    }

    /// <summary>Adds an entry of a table to the first point, and one to the second; negative numbers take off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(WindowTable firstTable, int firstNumber, WindowTable secondTable, int secondNumber)
    {
        var first = firstTable.Entry(firstNumber);
        var second = secondTable.Entry(secondNumber);
        var signs = (firstNumber >>> 31) | (secondNumber >>> 31 << 1);
        var (swap, sign) = (Swaps[signs], Signs[signs]);
        var entry = new FieldLanes(
            Row(first, second, 0, swap, sign) + Vector512.Create(0.0, 0, 0, 2, 0, 0, 0, 2), Row(first, second, 1, swap, sign), Row(first, second, 2, swap, sign),
            Row(first, second, 3, swap, sign), Row(first, second, 4, swap, sign));

        // Y - X, Y + X, T, Z: 51.
        var left = new FieldLanes(Spread(_lanes.L0), Spread(_lanes.L1), Spread(_lanes.L2), Spread(_lanes.L3), Spread(_lanes.L4));
        FieldLanes.Mul(left, entry, out var products);

        // E = B - A, H = B + A, F = D - C, G = D + C: 51.
        Finish(new FieldLanes(Cross(products.L0), Cross(products.L1), Cross(products.L2), Cross(products.L3), Cross(products.L4)));
    }

    /// <summary>Doubles both points.</summary>
    public void Double()
    {
        // X X, Y Y, X Y, Z Z.
        var left = new FieldLanes(
            Permute(_lanes.L0, 0b11_00_01_00), Permute(_lanes.L1, 0b11_00_01_00), Permute(_lanes.L2, 0b11_00_01_00), Permute(_lanes.L3, 0b11_00_01_00),
            Permute(_lanes.L4, 0b11_00_01_00));
        var right = new FieldLanes(
            Permute(_lanes.L0, 0b11_01_01_00), Permute(_lanes.L1, 0b11_01_01_00), Permute(_lanes.L2, 0b11_01_01_00), Permute(_lanes.L3, 0b11_01_01_00),
            Permute(_lanes.L4, 0b11_01_01_00));
        FieldLanes.Mul(left, right, out var products);

        // E = 2 X Y, H = -X X - Y Y, F = Y Y - X X - 2 Z Z, G = Y Y - X X: 52, and so carried.
        FieldLanes.Carry(
            new FieldLanes(Combine(products.L0), Combine(products.L1), Combine(products.L2), Combine(products.L3), Combine(products.L4)), out var sums);
        Finish(sums);
    }

    /// <summary>The sum of the two points.</summary>
    public readonly void Sum(out EdwardsPoint r)
    {
        At(0, out r);
        At(4, out var second);
        EdwardsPoint.Add(r, second, out r);
    }

    private readonly void At(int lane, out EdwardsPoint r)
    {
        r.X = Element(lane);
        r.Y = Element(lane + 1);
        r.T = Element(lane + 2);
        r.Z = Element(lane + 3);
    }

    private readonly FieldElement Element(int lane)
    {
        // 4p more make no limb negative.
        var limbs = new FieldElement(Limb(_lanes.L0, 4 * FieldElement.P0), Limb(_lanes.L1, Four), Limb(_lanes.L2, Four), Limb(_lanes.L3, Four), Limb(_lanes.L4, Four));
        FieldElement.Normalize(limbs, out var r);
        return r;

        ulong Limb(Vector512<double> limb, ulong more) => more + (ulong)(long)limb[lane];
    }

    private const ulong Four = 4 * FieldElement.Mask;

    // From E, H, F, G: X = E F, Y = H G, T = E H, Z = F G.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(in FieldLanes sums)
    {
        var left = new FieldLanes(
            Permute(sums.L0, 0b10_00_01_00), Permute(sums.L1, 0b10_00_01_00), Permute(sums.L2, 0b10_00_01_00), Permute(sums.L3, 0b10_00_01_00),
            Permute(sums.L4, 0b10_00_01_00));
        var right = new FieldLanes(
            Permute(sums.L0, 0b11_01_11_10), Permute(sums.L1, 0b11_01_11_10), Permute(sums.L2, 0b11_01_11_10), Permute(sums.L3, 0b11_01_11_10),
            Permute(sums.L4, 0b11_01_11_10));
        FieldLanes.Mul(left, right, out _lanes);
    }

    /// <summary>A row of two entries with its signs, and 0 in place of Z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Row(ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second, int row, Vector512<long> swap, Vector512<double> sign)
    {
        // The fourth word is the next row's first, or padding.
        var words = Vector512.Create(Vector256.Create(first[(row * WindowTable.RowSize)..]), Vector256.Create(second[(row * WindowTable.RowSize)..]));
        return Vector512.ConvertToDouble(Avx512F.PermuteVar8x64(words.AsInt64(), swap)) * sign;
    }

    // X, Y, T, Z to Y - X, X + Y, T, Z.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Spread(Vector512<double> v) =>
        Vector512.FusedMultiplyAdd(v, Vector512.Create(-1.0, 1, 0, 0, -1, 1, 0, 0), Permute(v, 0b11_10_00_01));

    // A, B, C, D to B - A, A + B, D - C, C + D.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Cross(Vector512<double> v) =>
        Vector512.FusedMultiplyAdd(v, Vector512.Create(-1.0, 1, -1, 1, -1, 1, -1, 1), Permute(v, 0b10_11_00_01));

    // A, B, C, D to 2C, -A - B, B - A - 2D, B - A.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Combine(Vector512<double> v) =>
        Permute(v, 0b01_01_01_10)
        + (Permute(v, 0b00_00_00_10) * Vector512.Create(1.0, -1, -1, -1, 1, -1, -1, -1))
        + (Permute(v, 0b11_11_01_11) * Vector512.Create(0.0, -2, -2, 0, 0, -2, -2, 0));

    /// <summary>Within each half, lane i of the result from the lane that bits 2i and 2i + 1 say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Permute(Vector512<double> v, [System.Diagnostics.CodeAnalysis.ConstantExpected] byte lanes) => Avx512F.Permute4x64(v, lanes);
}
