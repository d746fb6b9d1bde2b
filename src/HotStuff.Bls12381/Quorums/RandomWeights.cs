using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HotStuff.Bls12381.Curves;

namespace HotStuff.Bls12381.Quorums;

/// <summary>
/// Weights that nobody can foresee, for verifying several equations as one: bad parts that cancel each other without weights do so with them with a chance of about 2^-63.
/// </summary>
internal static class RandomWeights
{
    /// <summary>Digits of a weight.</summary>
    public static readonly int Length = MultiScalar.DigitsOf(64);

    /// <summary>Writes odd numbers of 64 bits, in signed digits.</summary>
    public static void Draw(Span<sbyte> digits)
    {
        Span<ulong> weight = stackalloc ulong[1];
        for (var i = 0; i < digits.Length; i += Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(weight));
            weight[0] |= 1;
            MultiScalar.Recode(weight, negative: false, digits.Slice(i, Length));
        }
    }
}
