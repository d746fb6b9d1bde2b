using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Hashing;

/// <summary>
/// Hashing to the groups by RFC 9380: the suites BLS12381G1_XMD:SHA-256_SSWU_RO_ and BLS12381G2_XMD:SHA-256_SSWU_RO_, and their NU_ variants. Signatures need G1 only;
/// G2 shows with the RFC's vectors that Fp2 and the group over it are right.
/// </summary>
internal static class HashToCurve
{
    private const int UniformSize = 64;

    /// <summary>The message's point of G1, as if chosen at random.</summary>
    public static void ToG1(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, out Point<Fp> point)
    {
        Span<byte> uniform = stackalloc byte[2 * UniformSize];
        ExpandMessage.Fill(message, tag, uniform);
        Fp.FromUniform(uniform, out var u);
        MapConstants.G1.Map(u, out var first);
        Fp.FromUniform(uniform[UniformSize..], out u);
        MapConstants.G1.Map(u, out var second);
        Point<Fp>.Add(first, second, out point);
        G1.ClearCofactor(point, out point);
    }

    /// <summary>The message's point of G1 by one map only, which reaches only a part of the group.</summary>
    public static void EncodeToG1(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, out Point<Fp> point)
    {
        Span<byte> uniform = stackalloc byte[UniformSize];
        ExpandMessage.Fill(message, tag, uniform);
        Fp.FromUniform(uniform, out var u);
        MapConstants.G1.Map(u, out point);
        G1.ClearCofactor(point, out point);
    }

    /// <summary>The message's point of G2, as if chosen at random.</summary>
    public static void ToG2(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, out Point<Fp2> point)
    {
        Span<byte> uniform = stackalloc byte[4 * UniformSize];
        ExpandMessage.Fill(message, tag, uniform);
        MapToG2(uniform, out var first);
        MapToG2(uniform[(2 * UniformSize)..], out var second);
        Point<Fp2>.Add(first, second, out point);
        G2.ClearCofactor(point, out point);
    }

    /// <summary>The message's point of G2 by one map only, which reaches only a part of the group.</summary>
    public static void EncodeToG2(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, out Point<Fp2> point)
    {
        Span<byte> uniform = stackalloc byte[2 * UniformSize];
        ExpandMessage.Fill(message, tag, uniform);
        MapToG2(uniform, out point);
        G2.ClearCofactor(point, out point);
    }

    private static void MapToG2(ReadOnlySpan<byte> uniform, out Point<Fp2> point)
    {
        Fp2 u;
        Fp.FromUniform(uniform, out u.C0);
        Fp.FromUniform(uniform[UniformSize..], out u.C1);
        MapConstants.G2.Map(u, out point);
    }
}
