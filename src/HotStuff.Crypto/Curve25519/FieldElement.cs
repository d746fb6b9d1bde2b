using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace HotStuff.Crypto;

/// <summary>A number modulo p = 2^255 - 19, for verification only: how long operations take may depend on values.</summary>
/// <remarks>
/// Five limbs of 51 bits, the least significant first; neither the limbs nor the number need be the smallest. Each operation says what it takes and gives. A
/// <em>reduced</em> number has limbs below 2^51 + 2^18; products take limbs below 2^54 and give reduced numbers.
/// </remarks>
internal readonly partial struct FieldElement
{
    /// <summary>Length of the encoding: little-endian.</summary>
    public const int Size = 32;

    internal const int LimbBits = 51;
    internal const ulong Mask = (1UL << LimbBits) - 1;

    /// <summary>The first limb of p; the others are <see cref="Mask"/>.</summary>
    internal const ulong P0 = Mask - 18;

    internal readonly ulong L0, L1, L2, L3, L4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        L0 = l0;
        L1 = l1;
        L2 = l2;
        L3 = l3;
        L4 = l4;
    }

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    /// <summary>d of the curve -x^2 + y^2 = 1 + d x^2 y^2: -121665/121666.</summary>
    public static FieldElement D => new(0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff);

    /// <summary>2d.</summary>
    public static FieldElement TwoD => new(0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff);

    /// <summary>A square root of -1: 2^((p - 1) / 4).</summary>
    public static FieldElement RootOfMinusOne => new(0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d);

    /// <summary>a + b: the limbs add up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in FieldElement a, in FieldElement b, out FieldElement r) =>
        r = new FieldElement(a.L0 + b.L0, a.L1 + b.L1, a.L2 + b.L2, a.L3 + b.L3, a.L4 + b.L4);

    /// <summary>a - b + 4p, for a b with limbs of at most 2^53 - 76: limbs of a plus 2^53.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sub(in FieldElement a, in FieldElement b, out FieldElement r) =>
        r = new FieldElement(
            a.L0 - b.L0 + (4 * P0), a.L1 - b.L1 + (4 * Mask), a.L2 - b.L2 + (4 * Mask), a.L3 - b.L3 + (4 * Mask), a.L4 - b.L4 + (4 * Mask));

    /// <summary>-a, as <see cref="Sub"/>.</summary>
    public static void Neg(in FieldElement a, out FieldElement r) => Sub(Zero, a, out r);

    /// <summary>The same number with limbs below 2^51, and below p. Limbs of a may be any 64 bits.</summary>
    public static void Normalize(in FieldElement a, out FieldElement r)
    {
        // Carried twice around, it is below 2^255 + 2^9 in all; whether it is p or above shows when 19 more are added.
        Carry(a.L0, a.L1, a.L2, a.L3, a.L4, out r);
        Carry(r.L0, r.L1, r.L2, r.L3, r.L4, out r);
        var quotient = (r.L0 + 19) >> LimbBits;
        quotient = (r.L1 + quotient) >> LimbBits;
        quotient = (r.L2 + quotient) >> LimbBits;
        quotient = (r.L3 + quotient) >> LimbBits;
        quotient = (r.L4 + quotient) >> LimbBits;

        var l0 = r.L0 + (19 * quotient);
        var l1 = r.L1 + (l0 >> LimbBits);
        var l2 = r.L2 + (l1 >> LimbBits);
        var l3 = r.L3 + (l2 >> LimbBits);
        var l4 = r.L4 + (l3 >> LimbBits);
        r = new FieldElement(l0 & Mask, l1 & Mask, l2 & Mask, l3 & Mask, l4 & Mask);
    }

    /// <summary>Whether a is zero modulo p.</summary>
    public static bool IsZero(in FieldElement a)
    {
        Normalize(a, out var r);
        return (r.L0 | r.L1 | r.L2 | r.L3 | r.L4) == 0;
    }

    /// <summary>Whether a and b are the same number modulo p; b as in <see cref="Sub"/>.</summary>
    public static bool Equal(in FieldElement a, in FieldElement b)
    {
        Sub(a, b, out var difference);
        return IsZero(difference);
    }

    /// <summary>Whether the number is odd, when below p: the sign of the point encoding.</summary>
    public static bool IsOdd(in FieldElement a)
    {
        Normalize(a, out var r);
        return (r.L0 & 1) != 0;
    }

    /// <summary>Reads the lower 255 bits of 32 bytes, as they are: limbs below 2^51. <see cref="IsCanonical"/> says whether they are below p.</summary>
    public static FieldElement Read(ReadOnlySpan<byte> source)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(source);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]);
        return new FieldElement(
            w0 & Mask, ((w0 >> 51) | (w1 << 13)) & Mask, ((w1 >> 38) | (w2 << 26)) & Mask, ((w2 >> 25) | (w3 << 39)) & Mask, (w3 >> 12) & Mask);
    }

    /// <summary>Whether a number with limbs below 2^51 is below p.</summary>
    public static bool IsCanonical(in FieldElement a) => a.L0 < P0 || (a.L1 & a.L2 & a.L3 & a.L4) != Mask;

    /// <summary>Writes 32 bytes of the smallest form; the highest bit is zero.</summary>
    public static void Write(in FieldElement a, Span<byte> destination)
    {
        Normalize(a, out var r);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, r.L0 | (r.L1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (r.L1 >> 13) | (r.L2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (r.L2 >> 26) | (r.L3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (r.L3 >> 39) | (r.L4 << 12));
    }

    /// <summary>Limbs of any 64 bits brought down: each one's excess to the next, the last one's 19 times to the first, all at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Carry(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, out FieldElement r) =>
        r = new FieldElement(
            (t0 & Mask) + (19 * (t4 >> LimbBits)), (t1 & Mask) + (t0 >> LimbBits), (t2 & Mask) + (t1 >> LimbBits), (t3 & Mask) + (t2 >> LimbBits),
            (t4 & Mask) + (t3 >> LimbBits));
}
