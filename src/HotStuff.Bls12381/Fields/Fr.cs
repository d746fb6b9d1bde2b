using System.Buffers.Binary;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// A number modulo r, the prime order of the groups: secret keys, shares and coefficients.
/// </summary>
/// <remarks>
/// Four limbs of 64 bits of the number times 2^256 (Montgomery's form), always below r. No operation branches on a value or uses one as an index, except
/// <see cref="Power"/>, whose exponent is public.
/// </remarks>
internal readonly struct Fr : IEquatable<Fr>
{
    /// <summary>Length of the encoding: big-endian.</summary>
    public const int Size = 32;

    private const ulong R0 = 0xffffffff00000001, R1 = 0x53bda402fffe5bfe, R2 = 0x3339d80809a1d805, R3 = 0x73eda753299d7d48;

    // -1/r modulo 2^64.
    private const ulong Inverse = 0xfffffffeffffffff;

    private readonly ulong _l0, _l1, _l2, _l3;

    private Fr(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
    }

    /// <summary>1.</summary>
    public static Fr One { get; } = FromInt64(1);

    // 2^512 modulo r.
    private static Fr RSquared => new(0xc999e990f3f29c6d, 0x2b6cedcb87925c23, 0x05d314967254398f, 0x0748d9d99f59ff11);

    // r - 2, the least significant limb first.
    private static ReadOnlySpan<ulong> InverseExponent => [R0 - 2, R1, R2, R3];

    /// <summary>The number of a small integer.</summary>
    public static Fr FromInt64(long value)
    {
        var magnitude = new Fr((ulong)Math.Abs(value), 0, 0, 0) * RSquared;
        return value < 0 ? -magnitude : magnitude;
    }

    /// <summary>Reads 32 bytes, big-endian; false unless the number is below r.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Fr value)
    {
        var plain = Plain(source);
        SubtractR(plain._l0, plain._l1, plain._l2, plain._l3, 0, out var reduced);
        value = plain * RSquared;
        return reduced.Equals(plain);
    }

    /// <summary>The number of 64 bytes, big-endian, modulo r: uniform from uniform bytes.</summary>
    public static Fr FromUniform(ReadOnlySpan<byte> source)
    {
        // A plain half may be above r, once or twice: the product brings it below.
        var high = Plain(source) * RSquared * RSquared;
        return high + (Plain(source[Size..]) * RSquared);
    }

    /// <summary>Writes 32 bytes, big-endian.</summary>
    public void Write(Span<byte> destination)
    {
        var plain = ToPlain();
        BinaryPrimitives.WriteUInt64BigEndian(destination, plain._l3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], plain._l2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], plain._l1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], plain._l0);
    }

    /// <summary>Writes four limbs of the plain number, the least significant first.</summary>
    public void WriteLimbs(Span<ulong> destination)
    {
        var plain = ToPlain();
        destination[0] = plain._l0;
        destination[1] = plain._l1;
        destination[2] = plain._l2;
        destination[3] = plain._l3;
    }

    /// <summary>a + b.</summary>
    public static Fr operator +(in Fr a, in Fr b)
    {
        var t = (UInt128)a._l0 + b._l0;
        var l0 = (ulong)t;
        t = (t >> 64) + a._l1 + b._l1;
        var l1 = (ulong)t;
        t = (t >> 64) + a._l2 + b._l2;
        var l2 = (ulong)t;
        t = (t >> 64) + a._l3 + b._l3;
        SubtractR(l0, l1, l2, (ulong)t, 0, out var sum);
        return sum;
    }

    /// <summary>-a.</summary>
    public static Fr operator -(in Fr a) => default(Fr) - a;

    /// <summary>a - b.</summary>
    public static Fr operator -(in Fr a, in Fr b)
    {
        var borrow = 0UL;
        var l0 = Borrow(a._l0, b._l0, ref borrow);
        var l1 = Borrow(a._l1, b._l1, ref borrow);
        var l2 = Borrow(a._l2, b._l2, ref borrow);
        var l3 = Borrow(a._l3, b._l3, ref borrow);
        var mask = 0 - borrow;
        var t = (UInt128)l0 + (R0 & mask);
        l0 = (ulong)t;
        t = (t >> 64) + l1 + (R1 & mask);
        l1 = (ulong)t;
        t = (t >> 64) + l2 + (R2 & mask);
        l2 = (ulong)t;
        t = (t >> 64) + l3 + (R3 & mask);
        return new Fr(l0, l1, l2, (ulong)t);
    }

    /// <summary>a * b.</summary>
    public static Fr operator *(in Fr a, in Fr b)
    {
        ReadOnlySpan<ulong> y = [b._l0, b._l1, b._l2, b._l3];
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;
        foreach (var limb in y)
        {
            var carry = Step(t0, a._l0, limb, 0, out t0);
            carry = Step(t1, a._l1, limb, carry, out t1);
            carry = Step(t2, a._l2, limb, carry, out t2);
            carry = Step(t3, a._l3, limb, carry, out t3);
            var top = (UInt128)t4 + carry;

            var m = t0 * Inverse;
            carry = Step(t0, R0, m, 0, out _);
            carry = Step(t1, R1, m, carry, out t0);
            carry = Step(t2, R2, m, carry, out t1);
            carry = Step(t3, R3, m, carry, out t2);
            top += carry;
            t3 = (ulong)top;
            t4 = (ulong)(top >> 64);
        }

        SubtractR(t0, t1, t2, t3, t4, out var product);
        return product;
    }

    /// <summary>1 / a, and 0 for 0.</summary>
    public Fr Invert() => Power(InverseExponent);

    /// <summary>a to a public exponent of 64-bit limbs, the least significant first.</summary>
    public Fr Power(ReadOnlySpan<ulong> exponent)
    {
        var result = One;
        for (var i = (64 * exponent.Length) - 1; i >= 0; i--)
        {
            result *= result;
            if ((exponent[i / 64] >> (i % 64) & 1) != 0)
                result *= this;
        }

        return result;
    }

    /// <summary>Whether this is zero.</summary>
    public bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

    /// <inheritdoc/>
    public bool Equals(Fr other) => ((_l0 ^ other._l0) | (_l1 ^ other._l1) | (_l2 ^ other._l2) | (_l3 ^ other._l3)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Fr other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_l0, _l1, _l2, _l3);

    private static Fr Plain(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64BigEndian(source[24..]), BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(source[8..]), BinaryPrimitives.ReadUInt64BigEndian(source));

    private Fr ToPlain() => this * new Fr(1, 0, 0, 0);

    /// <summary>The low half of t + a * b + carry; returns the high half.</summary>
    private static ulong Step(ulong t, ulong a, ulong b, ulong carry, out ulong low)
    {
        var sum = Math.BigMul(a, b) + t + carry;
        low = (ulong)sum;
        return (ulong)(sum >> 64);
    }

    private static ulong Borrow(ulong a, ulong b, ref ulong borrow)
    {
        var difference = (UInt128)a - b - borrow;
        borrow = (ulong)(difference >> 64) & 1;
        return (ulong)difference;
    }

    /// <summary>Takes r off once where the number, with the carry as its fifth limb, is not below it.</summary>
    private static void SubtractR(ulong l0, ulong l1, ulong l2, ulong l3, ulong carry, out Fr result)
    {
        var borrow = 0UL;
        var d0 = Borrow(l0, R0, ref borrow);
        var d1 = Borrow(l1, R1, ref borrow);
        var d2 = Borrow(l2, R2, ref borrow);
        var d3 = Borrow(l3, R3, ref borrow);
        var keep = 0 - (borrow & (carry ^ 1));
        result = new Fr(d0 ^ ((d0 ^ l0) & keep), d1 ^ ((d1 ^ l1) & keep), d2 ^ ((d2 ^ l2) & keep), d3 ^ ((d3 ^ l3) & keep));
    }
}
