using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>
/// Multiplication by secret numbers: the sequence of operations and of addresses is the same for all of them. Windows of four bits; each read of the table touches all of
/// its entries and keeps one by a mask.
/// </summary>
/// <remarks>Managed code cannot promise constant time: the compiler may see what we hide. So <see cref="MultiplyBlinded"/> also splits the number at random.</remarks>
internal static class SecretMultiplication
{
    private const int WindowBits = 4;
    private const int TableSize = 1 << WindowBits;

    /// <summary>Limbs of each half of a number that is split: below 2^191.</summary>
    private const int HalfLimbs = 3;

    // x^2, and both its halves.
    private const ulong SquareHigh = 0xac45a4010001a402, SquareLow = 0x0000000100000000;

    /// <summary>r = scalar * p.</summary>
    public static void Multiply<T>(in Point<T> p, in Fr scalar, out Point<T> r)
        where T : unmanaged, IField<T>
    {
        Span<Point<T>> table = stackalloc Point<T>[TableSize];
        FillTable(p, table);
        Span<ulong> limbs = stackalloc ulong[4];
        scalar.WriteLimbs(limbs);

        r = Point<T>.Infinity;
        for (var window = (64 * limbs.Length / WindowBits) - 1; window >= 0; window--)
        {
            for (var i = 0; i < WindowBits; i++)
                Point<T>.Double(r, out r);
            Lookup(table, limbs, window, out var entry);
            Point<T>.Add(r, entry, out r);
        }

        Clear(limbs);
    }

    /// <summary>r = scalar * p for a p of G1, by two numbers of 191 bits that are random but for their sum: scalar = k0 + k1 x^2, and x^2 p costs nothing.</summary>
    public static void MultiplyBlinded(in Point<Fp> p, in Fr scalar, out Point<Fp> r)
    {
        Span<Point<Fp>> table = stackalloc Point<Fp>[TableSize];
        FillTable(p, table);
        Span<ulong> k0 = stackalloc ulong[HalfLimbs];
        Span<ulong> k1 = stackalloc ulong[HalfLimbs];
        Split(scalar, k0, k1);

        r = Point<Fp>.Infinity;
        for (var window = (64 * HalfLimbs / WindowBits) - 1; window >= 0; window--)
        {
            for (var i = 0; i < WindowBits; i++)
                Point<Fp>.Double(r, out r);
            Lookup(table, k0, window, out var entry);
            Point<Fp>.Add(r, entry, out r);
            Lookup(table, k1, window, out entry);
            G1.Endomorphism(entry, out entry);
            Point<Fp>.Neg(entry, out entry);
            Point<Fp>.Add(r, entry, out r);
        }

        Clear(k0);
        Clear(k1);
    }

    /// <summary>
    /// k0 + k1 x^2 = scalar modulo r. With scalar = q x^2 + rest and random 0 &lt; b &lt; a below 2^63: k0 = rest + (a - b) x^2 + b and k1 = q + b x^2 - a, which adds
    /// b (x^4 - x^2 + 1) = b r.
    /// </summary>
    internal static void Split(in Fr scalar, Span<ulong> k0, Span<ulong> k1)
    {
        Span<ulong> random = stackalloc ulong[2];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random));
        var b = (random[0] >> 2) | 1;
        var gap = (random[1] >> 2) | 1;
        DivideBySquare(scalar, out var quotient, out var rest);

        MultiplySquare(gap, rest, k0);
        AddTo(k0, b);
        MultiplySquare(b, quotient, k1);
        SubtractFrom(k1, b + gap);
        Clear(random);
    }

    /// <summary>Bit by bit, each step the same: take x^2 off or not, by a mask.</summary>
    private static void DivideBySquare(in Fr scalar, out UInt128 quotient, out UInt128 rest)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        scalar.WriteLimbs(limbs);
        ulong high = 0, low = 0, quotientHigh = 0, quotientLow = 0;
        for (var i = 255; i >= 0; i--)
        {
            var carry = high >> 63;
            high = (high << 1) | (low >> 63);
            low = (low << 1) | (limbs[i / 64] >> (i % 64) & 1);

            var lessLow = low - SquareLow;
            var borrow = Borrow(low, SquareLow, lessLow);
            var lessHigh = high - SquareHigh;
            var borrowHigh = Borrow(high, SquareHigh, lessHigh) | Borrow(lessHigh, borrow, lessHigh - borrow);
            lessHigh -= borrow;
            var fits = carry | (borrowHigh ^ 1);
            var mask = 0 - fits;
            low ^= (low ^ lessLow) & mask;
            high ^= (high ^ lessHigh) & mask;
            quotientHigh = (quotientHigh << 1) | (quotientLow >> 63);
            quotientLow = (quotientLow << 1) | fits;
        }

        quotient = new UInt128(quotientHigh, quotientLow);
        rest = new UInt128(high, low);
        Clear(limbs);
    }

    /// <summary>factor * x^2 + addend.</summary>
    private static void MultiplySquare(ulong factor, UInt128 addend, Span<ulong> result)
    {
        var t = Math.BigMul(factor, SquareLow) + (ulong)addend;
        result[0] = (ulong)t;
        t = Math.BigMul(factor, SquareHigh) + (ulong)(addend >> 64) + (t >> 64);
        result[1] = (ulong)t;
        result[2] = (ulong)(t >> 64);
    }

    private static void AddTo(Span<ulong> number, UInt128 addend)
    {
        foreach (ref var limb in number)
        {
            addend += limb;
            limb = (ulong)addend;
            addend >>= 64;
        }
    }

    private static void SubtractFrom(Span<ulong> number, ulong borrow)
    {
        foreach (ref var limb in number)
        {
            var difference = limb - borrow;
            borrow = Borrow(limb, borrow, difference);
            limb = difference;
        }
    }

    /// <summary>1 if a - b = difference went below zero.</summary>
    private static ulong Borrow(ulong a, ulong b, ulong difference) => ((~a & b) | ((~a | b) & difference)) >> 63;

    private static void FillTable<T>(in Point<T> p, Span<Point<T>> table)
        where T : unmanaged, IField<T>
    {
        table[0] = Point<T>.Infinity;
        for (var i = 1; i < table.Length; i++)
            Point<T>.Add(table[i - 1], p, out table[i]);
    }

    private static void Lookup<T>(ReadOnlySpan<Point<T>> table, ReadOnlySpan<ulong> limbs, int window, out Point<T> entry)
        where T : unmanaged, IField<T>
    {
        var digit = limbs[window / 16] >> (WindowBits * (window % 16)) & (TableSize - 1);
        entry = table[0];
        for (var i = 1UL; i < TableSize; i++)
        {
            // All ones if digit is i: only then does 0 - 1 reach the top bit.
            var mask = 0 - (((digit ^ i) - 1) >> 63);
            Point<T>.Select(entry, table[(int)i], mask, out entry);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Clear(Span<ulong> secret) => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(secret));
}
