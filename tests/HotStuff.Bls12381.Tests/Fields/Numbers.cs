using System.Globalization;
using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Tests.Fields;

/// <summary>The fields' elements as whole numbers, and numbers worth trying.</summary>
internal static class Numbers
{
    public static readonly BigInteger P = Hex("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");

    public static readonly BigInteger R = Hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

    /// <summary>Numbers below p: uniform ones, and ones of limbs of all zeros, all ones and their neighbours.</summary>
    public static readonly Gen<BigInteger> BelowP = Below(P, 7, 56);

    /// <summary>Numbers below r, likewise.</summary>
    public static readonly Gen<BigInteger> BelowR = Below(R, 4, 64);

    public static BigInteger Hex(string digits) => BigInteger.Parse("0" + digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static byte[] Bytes(BigInteger number, int size)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }

    public static Fp ToFp(BigInteger number)
    {
        Assert.True(Fp.TryRead(Bytes(number, Fp.Size), out var value));
        return value;
    }

    public static Fr ToFr(BigInteger number)
    {
        Assert.True(Fr.TryRead(Bytes(number, Fr.Size), out var value));
        return value;
    }

    public static BigInteger Number(Fp value)
    {
        var bytes = new byte[Fp.Size];
        Fp.Write(value, bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    public static BigInteger Number(Fr value)
    {
        var bytes = new byte[Fr.Size];
        value.Write(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    public static Fp2 ToFp2(BigInteger c0, BigInteger c1) => new() { C0 = ToFp(c0), C1 = ToFp(c1) };

    private static Gen<BigInteger> Below(BigInteger modulus, int limbs, int bits)
    {
        var uniform = Gen.Byte.Array[64].Select(bytes => new BigInteger(bytes, isUnsigned: true) % modulus);
        var top = (BigInteger.One << bits) - 1;
        BigInteger[] edges = [0, 1, 2, top, top - 1, BigInteger.One << (bits - 1)];
        var edge = Gen.Int[0, edges.Length - 1].Select(i => edges[i]).Array[limbs].Select(
            parts => parts.Select((part, i) => part << (bits * i)).Aggregate(BigInteger.Zero, (sum, part) => sum + part) % modulus);
        var small = Gen.Int[0, 3].Select(Gen.Bool, (offset, low) => low ? offset : modulus - 1 - offset);
        return Gen.OneOf(uniform, edge, small);
    }
}
