using System.Security.Cryptography;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381;

/// <summary>Uniform numbers modulo r.</summary>
internal static class RandomScalar
{
    /// <summary>A number from 1 to r - 1, by 64 bytes modulo r, whose bias is below 2^-256.</summary>
    public static void Draw(RandomNumberGenerator? random, out Fr scalar)
    {
        Span<byte> bytes = stackalloc byte[2 * Fr.Size];
        do
        {
            if (random is null)
                RandomNumberGenerator.Fill(bytes);
            else
                random.GetBytes(bytes);
            scalar = Fr.FromUniform(bytes);
        }
        while (scalar.IsZero);

        CryptographicOperations.ZeroMemory(bytes);
    }
}
