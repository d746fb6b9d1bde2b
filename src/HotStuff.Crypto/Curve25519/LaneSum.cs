using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HotStuff.Crypto;

/// <summary>
/// A sum of table entries with its four coordinates side by side, for AVX-512: the formulas of <see cref="EdwardsPoint"/>, of each of which four products and then four more are
/// independent. Several times as fast as <see cref="PlainSum"/>.
/// </summary>
/// <remarks>Lanes are X, Y, T, Z, all reduced (<see cref="FieldLanes"/>); comments give the bound of limbs, in bits and a little.</remarks>
internal readonly struct LaneSum : IPointSum
{
    private const ulong FourMask = 4 * FieldElement.Mask;

    private const int LaneDoubles = 20;
    private const int MemorySize = 3 * LaneDoubles;

    // The sum, and factors on their way to a multiplication, each vector within one line of the cache. On the stack half of them would lie across two, and the runtime would clear
    // them in each call: a fifth more time in all.
    [ThreadStatic]
    private static double[]? s_memory;

    [ThreadStatic]
    private static int s_start;

    private readonly double[] _memory;
    private readonly int _start;

    /// <summary>The neutral point. A thread has one sum at a time.</summary>
    public LaneSum()
    {
        _memory = s_memory ??= CacheLines.Allocate<double>(MemorySize, out s_start);
        _start = s_start;
        var zero = Vector256<double>.Zero;
        Memory[0] = new FieldLanes(Vector256.Create(0.0, 1, 0, 1), zero, zero, zero, zero);
    }

    public static bool IsSupported => FieldLanes.IsSupported;

    private Span<FieldLanes> Memory => MemoryMarshal.Cast<double, FieldLanes>(_memory.AsSpan(_start, MemorySize));

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<ulong> entry, bool negative)
    {
        var memory = Memory;
        ref var point = ref memory[0];
        ref var left = ref memory[1];
        ref var right = ref memory[2];

        // Y - X, Y + X, T, Z (51 bits) times the entry's Y - X, Y + X, 2d T, 2.
        var sign = Vector256.Create(negative ? -1L : 0);
        var swap = Vector256.Create(0L, 1, 2, 3) ^ (sign & Vector256.Create(1L, 1, 0, 0));
        right = new FieldLanes(
            Row(entry, 0, swap, sign) + Vector256.Create(0.0, 0, 0, 2), Row(entry, 1, swap, sign), Row(entry, 2, swap, sign), Row(entry, 3, swap, sign),
            Row(entry, 4, swap, sign));
        left = new FieldLanes(Spread(point.L0), Spread(point.L1), Spread(point.L2), Spread(point.L3), Spread(point.L4));
        FieldLanes.Mul(left, right, out left);

        // E = B - A, H = B + A, F = D - C, G = D + C: 51.
        Finish(new FieldLanes(Cross(left.L0), Cross(left.L1), Cross(left.L2), Cross(left.L3), Cross(left.L4)), ref left, ref right, out point);
    }

    /// <inheritdoc/>
    public void Double()
    {
        var memory = Memory;
        ref var point = ref memory[0];
        ref var left = ref memory[1];
        ref var right = ref memory[2];

        // X, Y, X, Z times X, Y, Y, Z.
        left = new FieldLanes(
            Permute(point.L0, 0b11_00_01_00), Permute(point.L1, 0b11_00_01_00), Permute(point.L2, 0b11_00_01_00), Permute(point.L3, 0b11_00_01_00),
            Permute(point.L4, 0b11_00_01_00));
        right = new FieldLanes(
            Permute(point.L0, 0b11_01_01_00), Permute(point.L1, 0b11_01_01_00), Permute(point.L2, 0b11_01_01_00), Permute(point.L3, 0b11_01_01_00),
            Permute(point.L4, 0b11_01_01_00));
        FieldLanes.Mul(left, right, out left);

        // E = 2 XY, H = -XX - YY, F = YY - XX - 2 ZZ, G = YY - XX: 52, and so carried.
        Finish(FieldLanes.Carry(
            new FieldLanes(Combine(left.L0), Combine(left.L1), Combine(left.L2), Combine(left.L3), Combine(left.L4))), ref left, ref right, out point);
    }

    /// <inheritdoc/>
    public void ToPoint(out EdwardsPoint r)
    {
        var point = Memory[0];
        r.X = Coordinate(point, 0);
        r.Y = Coordinate(point, 1);
        r.T = Coordinate(point, 2);
        r.Z = Coordinate(point, 3);
    }

    // From E, H, F, G: X = E F, Y = H G, T = E H, Z = F G.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(FieldLanes sums, ref FieldLanes left, ref FieldLanes right, out FieldLanes point)
    {
        left = new FieldLanes(
            Permute(sums.L0, 0b10_00_01_00), Permute(sums.L1, 0b10_00_01_00), Permute(sums.L2, 0b10_00_01_00), Permute(sums.L3, 0b10_00_01_00),
            Permute(sums.L4, 0b10_00_01_00));
        right = new FieldLanes(
            Permute(sums.L0, 0b11_01_11_10), Permute(sums.L1, 0b11_01_11_10), Permute(sums.L2, 0b11_01_11_10), Permute(sums.L3, 0b11_01_11_10),
            Permute(sums.L4, 0b11_01_11_10));
        FieldLanes.Mul(left, right, out point);
    }

    /// <summary>A row of an entry or of its negative, which has Y - X and Y + X swapped and the other T; and 0 in place of Z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Row(ReadOnlySpan<ulong> entry, int row, Vector256<long> swap, Vector256<long> sign)
    {
        // The fourth word is the next row's first, or padding.
        var words = Avx512F.VL.PermuteVar4x64(Vector256.Create(entry[(row * WindowTable.RowSize)..]).AsInt64(), swap);
        var flip = sign & Vector256.Create(0L, 0, -1, 0);
        return Vector256.ConvertToDouble(((words ^ flip) - flip) & Vector256.Create(-1L, -1, -1, 0));
    }

    // X, Y, T, Z to Y - X, X + Y, T, Z.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Spread(Vector256<double> v) =>
        Vector256.FusedMultiplyAdd(v, Vector256.Create(-1.0, 1, 0, 0), Permute(v, 0b11_10_00_01));

    // A, B, C, D to B - A, A + B, D - C, C + D.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Cross(Vector256<double> v) =>
        Vector256.FusedMultiplyAdd(v, Vector256.Create(-1.0, 1, -1, 1), Permute(v, 0b10_11_00_01));

    // A, B, C, D to C + C, B - A - 2B, B - A - 2D, B - A.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Combine(Vector256<double> v) =>
        Permute(v, 0b01_01_01_10)
            + (Permute(v, 0b00_00_00_10) * Vector256.Create(1.0, -1, -1, -1))
            + (Permute(v, 0b11_11_01_11) * Vector256.Create(0.0, -2, -2, 0));

    /// <summary>Lane i of the result from the lane that bits 2i and 2i + 1 say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Permute(Vector256<double> v, [ConstantExpected] byte lanes) => Avx2.Permute4x64(v, lanes);

    private static FieldElement Coordinate(in FieldLanes point, int lane)
    {
        // 4p more, and no limb is negative.
        var limbs = new FieldElement(
            Limb(point.L0[lane], 4 * FieldElement.P0), Limb(point.L1[lane], FourMask), Limb(point.L2[lane], FourMask), Limb(point.L3[lane], FourMask),
            Limb(point.L4[lane], FourMask));
        FieldElement.Normalize(limbs, out var r);
        return r;
    }

    private static ulong Limb(double limb, ulong more) => more + (ulong)(long)limb;
}
