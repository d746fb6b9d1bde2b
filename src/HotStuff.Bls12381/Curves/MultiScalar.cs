using System.Buffers;
using System.Numerics;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>Sums of multiples of a few points by public numbers: one run of doublings for all (Straus), signed digits, odd multiples in a table for each point.</summary>
internal static class MultiScalar
{
    private const int WindowBits = 4;

    // P, 3P, 5P, 7P.
    private const int TableSize = 1 << (WindowBits - 2);

    /// <summary>How many digits a number of so many bits may have.</summary>
    public static int DigitsOf(int bits) => bits + 1;

    /// <summary>
    /// The number in signed digits: zero or odd from -7 to 7, the least significant first, with at least three zeros after each other digit (wNAF).
    /// </summary>
    /// <param name="magnitude">At most 256 bits, and fewer than there are digits.</param>
    /// <param name="negative">The sign.</param>
    /// <param name="digits">Receives them.</param>
    public static void Recode(ReadOnlySpan<ulong> magnitude, bool negative, Span<sbyte> digits)
    {
        Span<ulong> rest = stackalloc ulong[5];
        rest.Clear();
        magnitude.CopyTo(rest);
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = 0;
            if ((rest[0] & 1) != 0)
            {
                digit = (int)(rest[0] & 15);
                rest[0] -= (ulong)digit;
                if (digit > 7)
                {
                    digit -= 16;
                    AddSixteen(rest);
                }
            }

            digits[i] = (sbyte)(negative ? -digit : digit);
            for (var limb = 0; limb < rest.Length - 1; limb++)
                rest[limb] = (rest[limb] >> 1) | (rest[limb + 1] << 63);
            rest[^1] >>= 1;
        }
    }

    /// <summary>As the other; of a number that is held as an integer.</summary>
    public static void Recode(BigInteger number, Span<sbyte> digits)
    {
        if (DigitsOf((int)number.GetBitLength()) > digits.Length || number.GetBitLength() > 256)
            throw new ArgumentOutOfRangeException(nameof(number), "more bits than digits");
        Span<ulong> limbs = stackalloc ulong[4];
        var magnitude = BigInteger.Abs(number);
        for (var i = 0; i < limbs.Length; i++)
            limbs[i] = (ulong)(magnitude >> (64 * i) & ulong.MaxValue);
        Recode(limbs, number.Sign < 0, digits);
    }

    /// <summary>r = the sum of number i times point i, where the digits of number i are those from i * length on.</summary>
    public static void Sum<T>(ReadOnlySpan<Point<T>> points, ReadOnlySpan<sbyte> digits, int length, out Point<T> r)
        where T : unmanaged, IField<T>
    {
        var tables = ArrayPool<Point<T>>.Shared.Rent(points.Length * TableSize);
        for (var i = 0; i < points.Length; i++)
            FillTable(points[i], tables.AsSpan(i * TableSize, TableSize));

        r = Point<T>.Infinity;
        for (var place = length - 1; place >= 0; place--)
        {
            Point<T>.Double(r, out r);
            for (var i = 0; i < points.Length; i++)
            {
                var digit = digits[(i * length) + place];
                if (digit == 0)
                    continue;
                ref readonly var multiple = ref tables[(i * TableSize) + (Math.Abs(digit) / 2)];
                if (digit > 0)
                {
                    Point<T>.Add(r, multiple, out r);
                }
                else
                {
                    Point<T>.Neg(multiple, out var negative);
                    Point<T>.Add(r, negative, out r);
                }
            }
        }

        ArrayPool<Point<T>>.Shared.Return(tables);
    }

    private static void FillTable<T>(in Point<T> point, Span<Point<T>> table)
        where T : unmanaged, IField<T>
    {
        Point<T>.Double(point, out var twice);
        table[0] = point;
        for (var i = 1; i < table.Length; i++)
            Point<T>.Add(table[i - 1], twice, out table[i]);
    }

    private static void AddSixteen(Span<ulong> number)
    {
        var carry = 16UL;
        foreach (ref var limb in number)
        {
            limb += carry;
            if (limb >= carry)
                return;
            carry = 1;
        }
    }
}
