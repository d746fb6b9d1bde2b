using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HotStuff.Bls12381.Hashing;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// A number modulo p, the prime of 381 bits over which the curve is defined.
/// </summary>
/// <remarks>
/// Seven limbs of 56 bits, the least significant first, of the number times R = 2^392 (Montgomery's form). Neither the limbs nor the number need be the
/// smallest: sums are plain sums of limbs, and results of products are below 3p. Each operation says what it takes and gives, as (value below v * p, limbs
/// below l * 2^56), and <see cref="FpBound"/> checks it in debug builds. Equal numbers may have different limbs: compare with <see cref="Equal"/>.
/// All operations here are free of branches and of indices that depend on values, except where their names or remarks say so.
/// </remarks>
internal readonly partial struct Fp : IMapField<Fp>
{
    /// <summary>Length of the encoding: big-endian.</summary>
    public const int Size = 48;

    internal readonly ulong L0, L1, L2, L3, L4, L5, L6;

#if DEBUG
    private readonly FpBound _bound;
#endif

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Fp(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4, ulong l5, ulong l6, FpBound bound)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
        L4 = l4;
        L5 = l5;
        L6 = l6;
#if DEBUG
        _bound = bound;
#endif
    }

    /// <summary>The worst case of this value; default in release builds.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "reads the field in debug builds")]
    internal FpBound Bound
    {
        get
        {
#if DEBUG
            return _bound;
#else
            return default;
#endif
        }
    }

    /// <inheritdoc/>
    public static Fp Zero => default;

    /// <inheritdoc/>
    public static Fp One => FpConstants.One;

    /// <summary>a + b, limb by limb: the bounds add up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in Fp a, in Fp b, out Fp r) =>
        r = new Fp(a.L0 + b.L0, a.L1 + b.L1, a.L2 + b.L2, a.L3 + b.L3, a.L4 + b.L4, a.L5 + b.L5, a.L6 + b.L6, FpBound.OfSum(a.Bound, b.Bound));

    /// <summary>a + b with carried limbs: (a.v + b.v, 1).</summary>
    public static void AddCarried(in Fp a, in Fp b, out Fp r) =>
        Carry(
            a.L0 + b.L0, a.L1 + b.L1, a.L2 + b.L2, a.L3 + b.L3, a.L4 + b.L4, a.L5 + b.L5, a.L6 + b.L6,
            new FpBound(FpBound.OfSum(a.Bound, b.Bound).Value, 1), out r);

    /// <summary>a - b + 8p with carried limbs: (a.v + 8, 1), for a b of at most (8, any).</summary>
    public static void Sub(in Fp a, in Fp b, out Fp r) =>
        Carry(
            a.L0 - b.L0 + (8 * P0), a.L1 - b.L1 + (8 * P1), a.L2 - b.L2 + (8 * P2), a.L3 - b.L3 + (8 * P3), a.L4 - b.L4 + (8 * P4),
            a.L5 - b.L5 + (8 * P5), a.L6 - b.L6 + (8 * P6), FpBound.OfDifference(a.Bound, b.Bound), out r);

    /// <summary>8p - a: (8, 1), for an a of at most (8, any).</summary>
    public static void Neg(in Fp a, out Fp r) => Sub(default, a, out r);

    /// <summary>a times a small number, brought down: (2, 1). The factor times a.v and times a.l is at most 120.</summary>
    public static void Times(in Fp a, uint factor, out Fp r) =>
        Lower(
            a.L0 * factor, a.L1 * factor, a.L2 * factor, a.L3 * factor, a.L4 * factor, a.L5 * factor, a.L6 * factor, 0,
            FpBound.OfMultiple(a.Bound, (int)factor), out r);

    /// <summary>a + b, brought down: (2, 1). a and b together at most (120, 120).</summary>
    public static void AddLowered(in Fp a, in Fp b, out Fp r) =>
        Lower(
            a.L0 + b.L0, a.L1 + b.L1, a.L2 + b.L2, a.L3 + b.L3, a.L4 + b.L4, a.L5 + b.L5, a.L6 + b.L6, 0,
            FpBound.OfMultiple(FpBound.OfSum(a.Bound, b.Bound), 1), out r);

    /// <summary>3a + 2b, brought down: (2, 1). a and b at most (8, 8).</summary>
    public static void ThreePlusTwo(in Fp a, in Fp b, out Fp r) =>
        Lower(
            (3 * a.L0) + (2 * b.L0), (3 * a.L1) + (2 * b.L1), (3 * a.L2) + (2 * b.L2), (3 * a.L3) + (2 * b.L3), (3 * a.L4) + (2 * b.L4),
            (3 * a.L5) + (2 * b.L5), (3 * a.L6) + (2 * b.L6), 0, FpBound.OfThreeAndTwo(a.Bound, b.Bound), out r);

    /// <summary>3a - 2b + 16p, brought down: (2, 1). a and b at most (8, 8).</summary>
    public static void ThreeMinusTwo(in Fp a, in Fp b, out Fp r) =>
        Lower(
            (3 * a.L0) - (2 * b.L0) + (16 * P0), (3 * a.L1) - (2 * b.L1) + (16 * P1), (3 * a.L2) - (2 * b.L2) + (16 * P2), (3 * a.L3) - (2 * b.L3) + (16 * P3),
            (3 * a.L4) - (2 * b.L4) + (16 * P4), (3 * a.L5) - (2 * b.L5) + (16 * P5), (3 * a.L6) - (2 * b.L6) + (16 * P6), 16,
            FpBound.OfThreeAndTwo(a.Bound, b.Bound), out r);

    /// <inheritdoc/>
    public static void TimesThreeB(in Fp a, out Fp r) => Times(a, 12, out r);

    /// <summary>b where all bits of <paramref name="mask"/> are set, a where none is.</summary>
    public static void Select(in Fp a, in Fp b, ulong mask, out Fp r) =>
        r = new Fp(
            Choose(a.L0, b.L0, mask), Choose(a.L1, b.L1, mask), Choose(a.L2, b.L2, mask), Choose(a.L3, b.L3, mask), Choose(a.L4, b.L4, mask),
            Choose(a.L5, b.L5, mask), Choose(a.L6, b.L6, mask),
            new FpBound(Math.Max(a.Bound.Value, b.Bound.Value), Math.Max(a.Bound.Limb, b.Bound.Limb)));

    /// <summary>Whether a is zero modulo p.</summary>
    public static bool IsZero(in Fp a)
    {
        a.ToPlain(out var plain);
        return (plain.L0 | plain.L1 | plain.L2 | plain.L3 | plain.L4 | plain.L5 | plain.L6) == 0;
    }

    /// <summary>Whether a and b are the same number modulo p. b at most (8, any).</summary>
    public static bool Equal(in Fp a, in Fp b)
    {
        Sub(a, b, out var difference);
        return IsZero(difference);
    }

    /// <inheritdoc/>
    public static bool IsOdd(in Fp a)
    {
        a.ToPlain(out var plain);
        return (plain.L0 & 1) != 0;
    }

    /// <summary>Whether the number is above (p - 1) / 2: the sign of the point encoding.</summary>
    public static bool IsLarge(in Fp a)
    {
        // Twice a number above (p - 1) / 2 exceeds p, and taking p off makes it odd.
        AddCarried(a, a, out var twice);
        return IsOdd(twice);
    }

    /// <summary>Reads 48 bytes, big-endian; false unless the number is below p.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Fp r)
    {
        var plain = new Fp(Limb(source, 0), Limb(source, 1), Limb(source, 2), Limb(source, 3), Limb(source, 4), Limb(source, 5), Limb(source, 6), new FpBound(10, 1));
        var canonical = BorrowOfP(plain) != 0;
        Mul(plain, FpConstants.RSquared, out r);
        return canonical;
    }

    /// <summary>Writes 48 bytes, big-endian, of the smallest form.</summary>
    public static void Write(in Fp a, Span<byte> destination)
    {
        a.ToPlain(out var plain);
        ReadOnlySpan<ulong> limbs = [plain.L0, plain.L1, plain.L2, plain.L3, plain.L4, plain.L5, plain.L6];
        for (var i = 0; i < Size; i++)
            destination[Size - 1 - i] = (byte)(limbs[i / 7] >> (8 * (i % 7)));
    }

    /// <summary>The number from 96 hexadecimal digits or fewer; for constants.</summary>
    public static Fp FromHex(string digits)
    {
        if (!TryRead(Convert.FromHexString(digits.PadLeft(2 * Size, '0')), out var r))
            throw new ArgumentException("not below p", nameof(digits));
        return r;
    }

    /// <summary>high * 2^256 + low modulo p, from 64 bytes, big-endian: uniform numbers from uniform bytes.</summary>
    public static void FromUniform(ReadOnlySpan<byte> source, out Fp r)
    {
        Span<byte> padded = stackalloc byte[Size];
        padded.Clear();
        source[..32].CopyTo(padded[16..]);
        TryRead(padded, out var high);
        source[32..64].CopyTo(padded[16..]);
        TryRead(padded, out var low);
        Mul(high, FpConstants.TwoTo256, out high);
        AddCarried(high, low, out r);
    }

    /// <summary>Out of Montgomery's form, and the smallest number: limbs of a plain number below p.</summary>
    private void ToPlain(out Fp r)
    {
        Mul(this, new Fp(1, 0, 0, 0, 0, 0, 0, new FpBound(1, 1)), out var small);
        SubtractPOnce(small, out small);
        SubtractPOnce(small, out r);
    }

    private static void SubtractPOnce(in Fp a, out Fp r)
    {
        var keep = BorrowOfP(a);
        Carry(
            a.L0 - P0, a.L1 - P1, a.L2 - P2, a.L3 - P3, a.L4 - P4, a.L5 - P5, a.L6 - P6, a.Bound, out var less);
        Select(less, a, keep, out r);
    }

    /// <summary>All bits set if a, whose limbs are carried, is below p; else none.</summary>
    private static ulong BorrowOfP(in Fp a)
    {
        var borrow = (long)(a.L0 - P0) >> LimbBits;
        borrow = (long)(a.L1 - P1) + borrow >> LimbBits;
        borrow = (long)(a.L2 - P2) + borrow >> LimbBits;
        borrow = (long)(a.L3 - P3) + borrow >> LimbBits;
        borrow = (long)(a.L4 - P4) + borrow >> LimbBits;
        borrow = (long)(a.L5 - P5) + borrow >> LimbBits;
        return (ulong)((long)(a.L6 - P6) + borrow >> 63);
    }

    /// <summary>Carries through limbs that may be negative, of a number that is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, ulong t5, ulong t6, FpBound bound, out Fp r)
    {
        t1 += (ulong)((long)t0 >> LimbBits);
        t2 += (ulong)((long)t1 >> LimbBits);
        t3 += (ulong)((long)t2 >> LimbBits);
        t4 += (ulong)((long)t3 >> LimbBits);
        t5 += (ulong)((long)t4 >> LimbBits);
        t6 += (ulong)((long)t5 >> LimbBits);
        r = new Fp(t0 & Mask, t1 & Mask, t2 & Mask, t3 & Mask, t4 & Mask, t5 & Mask, t6, bound);
    }

    /// <summary>
    /// Takes off a multiple of p that leaves less than 2p. The quotient is taken from the top limb, of which the margin is what the limbs below may borrow: so it is never too
    /// large, and at most one too small.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lower(
        ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, ulong t5, ulong t6, ulong margin, FpBound bound, out Fp r)
    {
        var quotient = (t6 - margin) / (P6 + 1);
        Carry(
            t0 - (quotient * P0), t1 - (quotient * P1), t2 - (quotient * P2), t3 - (quotient * P3), t4 - (quotient * P4), t5 - (quotient * P5),
            t6 - (quotient * P6), bound, out r);
    }

    private static ulong Choose(ulong a, ulong b, ulong mask) => a ^ ((a ^ b) & mask);

    private static ulong Limb(ReadOnlySpan<byte> source, int index)
    {
        var limb = 0UL;
        for (var i = Math.Min(7 * index + 7, Size) - 1; i >= 7 * index; i--)
            limb = (limb << 8) | source[Size - 1 - i];
        return limb;
    }
}
