namespace HotStuff.Bls12381.Fields;

/// <summary>Powers with fixed exponents: the inverse and the square root.</summary>
internal readonly partial struct Fp
{
    private const int WindowBits = 4;

    // p - 2.
    private static ReadOnlySpan<byte> InverseExponent =>
    [
        0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7, 0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf,
        0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24, 0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xa9,
    ];

    // (p - 3) / 4.
    private static ReadOnlySpan<byte> RootExponent =>
    [
        0x06, 0x80, 0x44, 0x7a, 0x8e, 0x5f, 0xf9, 0xa6, 0x92, 0xc6, 0xe9, 0xed, 0x90, 0xd2, 0xeb, 0x35, 0xd9, 0x1d, 0xd2, 0xe1, 0x3c, 0xe1, 0x44, 0xaf,
        0xd9, 0xcc, 0x34, 0xa8, 0x3d, 0xac, 0x3d, 0x89, 0x07, 0xaa, 0xff, 0xff, 0xac, 0x54, 0xff, 0xff, 0xee, 0x7f, 0xbf, 0xff, 0xff, 0xff, 0xea, 0xaa,
    ];

    /// <summary>1 / a, and 0 for 0.</summary>
    public static void Invert(in Fp a, out Fp r) => Power(a, InverseExponent, out r);

    /// <summary>A square root; false if there is none. a at most (8, 1).</summary>
    /// <remarks>a^((p - 3) / 4) is 1 / sqrt(a) for a square a.</remarks>
    public static bool TrySqrt(in Fp a, out Fp r)
    {
        Power(a, RootExponent, out var inverse);
        Mul(a, inverse, out r);
        Sqr(r, out var square);
        return Equal(square, a);
    }

    /// <inheritdoc/>
    /// <remarks>RFC 9380, F.2.1.2. u v (u v^3)^((p - 3) / 4) is the root of u / v or of -u / v; in the second case the root of -z makes of it one of z u / v.</remarks>
    public static bool TryRootOfRatio(in Fp u, in Fp v, in Fp z, out Fp r)
    {
        Mul(u, v, out var uv);
        Sqr(v, out var uv3);
        Mul(uv3, uv, out uv3);
        Power(uv3, RootExponent, out r);
        Mul(r, uv, out r);
        Sqr(r, out var check);
        Mul(check, v, out check);
        if (Equal(check, u))
            return true;

        Mul(r, FieldConstants.RootOfMinusEleven, out r);
        return false;
    }

    /// <summary>a to a public exponent, by windows of four bits from the top.</summary>
    private static void Power(in Fp a, ReadOnlySpan<byte> exponent, out Fp r)
    {
        Span<Fp> powers = stackalloc Fp[1 << WindowBits];
        powers[0] = One;
        for (var i = 1; i < powers.Length; i++)
            Mul(powers[i - 1], a, out powers[i]);

        r = powers[exponent[0] >> WindowBits];
        var low = true;
        for (var i = 0; i < exponent.Length; low = !low)
        {
            // The first high window is the start above.
            var window = low ? exponent[i] & 15 : exponent[i] >> WindowBits;
            for (var bit = 0; bit < WindowBits; bit++)
                Sqr(r, out r);
            if (window != 0)
                Mul(r, powers[window], out r);
            if (low)
                i++;
        }
    }
}
