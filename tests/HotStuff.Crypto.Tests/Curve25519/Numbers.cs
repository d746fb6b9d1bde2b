using System.Numerics;
using CsCheck;

namespace HotStuff.Crypto.Tests.Curve25519;

/// <summary>Field elements, scalars and points to and from whole numbers, slowly and by definition.</summary>
internal static class Numbers
{
    public static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    public static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    /// <summary>One of these values.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Numbers of 256 bits or fewer; often near 0, p, 2p and 2^255.</summary>
    public static readonly Gen<BigInteger> Any = Gen.OneOf(
        Gen.Byte.Array[32].Select(bytes => new BigInteger(bytes, isUnsigned: true)),
        Gen.Select(OneOf<BigInteger>(0, P, 2 * P - 40, BigInteger.Pow(2, 255) - 40), Gen.Int[-40, 40]).Select((near, offset) => BigInteger.Max(near + offset, 0)));

    /// <summary>Limbs below a bound; often 0, the largest, or a power of 2.</summary>
    public static Gen<ulong> LimbBelow(ulong bound) =>
        Gen.OneOf(Gen.ULong[0, bound - 1], OneOf(0UL, 1UL, bound - 1, FieldElement.Mask, FieldElement.P0), Gen.Int[0, 50].Select(bit => 1UL << bit));

    /// <summary>Field elements with limbs below a bound.</summary>
    public static Gen<FieldElement> Elements(ulong bound) => LimbBelow(bound).Array[5].Select(l => new FieldElement(l[0], l[1], l[2], l[3], l[4]));

    public static BigInteger Number(FieldElement a) => OfLimbs(a.L0, a.L1, a.L2, a.L3, a.L4);

    public static BigInteger OfLimbs(params BigInteger[] limbs)
    {
        var sum = BigInteger.Zero;
        foreach (var limb in limbs.Reverse())
            sum = (sum << 51) + limb;
        return ((sum % P) + P) % P;
    }

    public static FieldElement Element(BigInteger a)
    {
        var limbs = Enumerable.Range(0, 5).Select(i => (ulong)((a >> (51 * i)) & FieldElement.Mask)).ToArray();
        return new FieldElement(limbs[0], limbs[1], limbs[2], limbs[3], limbs[4]);
    }

    public static byte[] Bytes(BigInteger a, int size = 32)
    {
        var bytes = new byte[size];
        Assert.True(a.TryWriteBytes(bytes, out _, isUnsigned: true));
        return bytes;
    }

    public static BigInteger OfBytes(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    public static Scalar ToScalar(BigInteger a)
    {
        Assert.True(Scalar.TryRead(Bytes(a), out var scalar));
        return scalar;
    }

    public static byte[] Encode(EdwardsPoint p)
    {
        FieldElement.Invert(p.Z, out var inverse);
        FieldElement.Mul(p.X, inverse, out var x);
        FieldElement.Mul(p.Y, inverse, out var y);
        return Bytes(Number(y) + (Number(x).IsEven ? 0 : BigInteger.Pow(2, 255)));
    }

    public static EdwardsPoint Add(EdwardsPoint p, EdwardsPoint q)
    {
        EdwardsPoint.Add(p, q, out var sum);
        return sum;
    }

    /// <summary>By doublings and additions.</summary>
    public static EdwardsPoint Multiply(BigInteger factor, EdwardsPoint p)
    {
        var product = EdwardsPoint.Neutral;
        for (var bit = (int)factor.GetBitLength() - 1; bit >= 0; bit--)
        {
            EdwardsPoint.Double(product, out product);
            if (!((factor >> bit) & 1).IsZero)
                product = Add(product, p);
        }

        return product;
    }

    /// <summary>The eight points of small order, the neutral one first.</summary>
    public static EdwardsPoint[] Torsion()
    {
        // L times a point is one of them; the first of order 8 makes all.
        for (var y = 2; ; y++)
        {
            if (!EdwardsPoint.TryRead(Bytes(y), out var point))
                continue;
            var small = Multiply(L, point);
            if (!Encode(Multiply(4, small)).SequenceEqual(Encode(EdwardsPoint.Neutral)))
                return [.. Enumerable.Range(0, 8).Select(i => Multiply(i, small))];
        }
    }
}
