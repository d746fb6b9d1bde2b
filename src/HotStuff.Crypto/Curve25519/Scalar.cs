using System.Buffers.Binary;

namespace HotStuff.Crypto;

/// <summary>A number below L = 2^252 + 27742317777372353535851937790883648493, the order of the base point: four words of 64 bits, the least significant first.</summary>
internal readonly struct Scalar
{
    /// <summary>Length of the encoding: little-endian.</summary>
    public const int Size = 32;

    /// <summary>Length of what is reduced by <see cref="Reduce"/>.</summary>
    public const int WideSize = 64;

    /// <summary>A number is below 2^this.</summary>
    public const int Bits = 253;

    private const int TopBits = 60;
    private const ulong TopMask = (1UL << TopBits) - 1;

    // L - 2^252.
    private const ulong C0 = 0x5812631a5cf5d3ed;
    private const ulong C1 = 0x14def9dea2f79cd6;

    private const ulong L3 = 1UL << TopBits;

    private readonly ulong _w0, _w1, _w2, _w3;

    private Scalar(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _w0 = w0;
        _w1 = w1;
        _w2 = w2;
        _w3 = w3;
    }

    // 2^256, 2^320, 2^384 and 2^448 modulo L.
    private static ReadOnlySpan<ulong> Powers =>
    [
        0xd6ec31748d98951d, 0xc6ef5bf4737dcf70, 0xfffffffffffffffe, 0x0fffffffffffffff,
        0x5812631a5cf5d3ed, 0x93b8c838d39a5e06, 0xb2106215d086329a, 0x0ffffffffffffffe,
        0x39822129a02a6271, 0xb64a7f435e4fdd95, 0x7ed9ce5a30a2c131, 0x02106215d086329a,
        0x79daf520a00acb65, 0xe24babbe38d1d7a9, 0xb399411b7c309a3d, 0x0ed9ce5a30a2c131,
    ];

    // L - 2^252.
    private static ReadOnlySpan<ulong> Fold => [C0, C1];

    /// <summary>Reads 32 bytes; false unless the number is below L.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Scalar r)
    {
        r = new Scalar(Word(source, 0), Word(source, 1), Word(source, 2), Word(source, 3));
        return r._w3 < L3 || (r._w3 == L3 && r._w2 == 0 && (r._w1 < C1 || (r._w1 == C1 && r._w0 < C0)));
    }

    /// <summary>64 bytes modulo L.</summary>
    public static Scalar Reduce(ReadOnlySpan<byte> source)
    {
        // The upper four words each times its power of 2 modulo L, onto the lower four: below 2^256 + 4 * 2^64 * 2^252.
        Span<ulong> sum = [Word(source, 0), Word(source, 1), Word(source, 2), Word(source, 3), 0];
        for (var i = 0; i < 4; i++)
            AddProduct(Word(source, 4 + i), Powers.Slice(4 * i, 4), sum);

        // high * 2^252 + low is low - high * (L - 2^252) modulo L. high has 67 bits, a word and a small one, so the product has 192, and the difference is above -L.
        var high = (sum[3] >> TopBits) | (sum[4] << (64 - TopBits));
        Span<ulong> product = [0, 0, 0, 0, 0];
        AddProduct(high, Fold, product);
        AddProduct(sum[4] >> TopBits, Fold, product[1..]);
        var r0 = Subtract(sum[0], product[0], 0, out var borrow);
        var r1 = Subtract(sum[1], product[1], borrow, out borrow);
        var r2 = Subtract(sum[2], product[2], borrow, out borrow);
        var r3 = Subtract(sum[3] & TopMask, 0, borrow, out borrow);
        if (borrow == 0)
            return new Scalar(r0, r1, r2, r3);

        r0 = Add(r0, C0, 0, out var carry);
        r1 = Add(r1, C1, carry, out carry);
        r2 = Add(r2, 0, carry, out carry);
        return new Scalar(r0, r1, r2, r3 + L3 + carry);
    }

    /// <summary>Signed digits of some bits, the lowest first: each from -2^(width - 1) to 2^(width - 1) - 1 but the last, of which <paramref name="width"/> times their number is 255 or more.</summary>
    public void ToDigits(int width, Span<int> digits)
    {
        ReadOnlySpan<ulong> words = [_w0, _w1, _w2, _w3, 0];
        var (mask, half) = ((1u << width) - 1, 1u << (width - 1));
        var carry = 0u;
        for (var i = 0; i < digits.Length; i++)
        {
            var (word, shift) = Math.DivRem(i * width, 64);
            var bits = (words[word] >> shift) | (words[word + 1] << 1 << (63 - shift));
            var digit = ((uint)bits & mask) + carry;
            carry = (digit + half) >> width;
            digits[i] = (int)(digit - (carry << width));
        }
    }

    /// <summary>sum += word * factor. The sum has one word more than the factor, and room for the result.</summary>
    private static void AddProduct(ulong word, ReadOnlySpan<ulong> factor, Span<ulong> sum)
    {
        var carry = 0UL;
        for (var i = 0; i < factor.Length; i++)
        {
            var high = Math.BigMul(word, factor[i], out var low);
            low += carry;
            high += low < carry ? 1UL : 0;
            sum[i] += low;
            carry = high + (sum[i] < low ? 1UL : 0);
        }

        sum[factor.Length] += carry;
    }

    private static ulong Add(ulong a, ulong b, ulong carry, out ulong carryOut)
    {
        var sum = a + b;
        var r = sum + carry;
        carryOut = (sum < a ? 1UL : 0) | (r < sum ? 1UL : 0);
        return r;
    }

    private static ulong Subtract(ulong a, ulong b, ulong borrow, out ulong borrowOut)
    {
        var difference = a - b;
        borrowOut = (a < b ? 1UL : 0) | (difference < borrow ? 1UL : 0);
        return difference - borrow;
    }

    private static ulong Word(ReadOnlySpan<byte> source, int index) => BinaryPrimitives.ReadUInt64LittleEndian(source[(8 * index)..]);
}
