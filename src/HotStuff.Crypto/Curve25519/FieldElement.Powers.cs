namespace HotStuff.Crypto;

/// <summary>The root that a point's encoding leaves out, by a power with a fixed exponent.</summary>
internal readonly partial struct FieldElement
{
    /// <summary>A square root of u / v, reduced; false if there is none. RFC 8032, 5.1.3.</summary>
    /// <remarks>u v^3 (u v^7)^((p - 5) / 8) is a root of u / v or of -u / v; in the second case a root of -1 makes of it one of u / v.</remarks>
    public static bool TryRootOfRatio(in FieldElement u, in FieldElement v, out FieldElement r)
    {
        Sqr(v, out var v3);
        Mul(v3, v, out v3);
        Mul(u, v3, out var uv3);
        Mul(uv3, v3, out var uv7);
        Mul(uv7, v, out uv7);

        Power250(uv7, out r);
        Sqr(r, 2, out r);
        Mul(r, uv7, out r);
        Mul(r, uv3, out r);

        Sqr(r, out var check);
        Mul(check, v, out check);
        Mul(r, RootOfMinusOne, out var other);
        if (Equal(check, u))
            return true;
        r = other;
        Add(check, u, out check);
        return IsZero(check);
    }

    /// <summary>a^(2^250 - 1).</summary>
    private static void Power250(in FieldElement a, out FieldElement r)
    {
        Sqr(a, out var a2);
        Sqr(a2, 2, out r);
        Mul(r, a, out var a9);
        Mul(a9, a2, out var a11);
        Sqr(a11, out r);
        Mul(r, a9, out var ones5);
        Extend(ones5, 5, ones5, out var ones10);
        Extend(ones10, 10, ones10, out var ones20);
        Extend(ones20, 20, ones20, out var ones40);
        Extend(ones40, 10, ones10, out var ones50);
        Extend(ones50, 50, ones50, out var ones100);
        Extend(ones100, 100, ones100, out var ones200);
        Extend(ones200, 50, ones50, out r);
    }

    /// <summary>An exponent of ones, longer by some: a^(2^count) * b.</summary>
    private static void Extend(in FieldElement a, int count, in FieldElement b, out FieldElement r)
    {
        Sqr(a, count, out r);
        Mul(r, b, out r);
    }

    /// <summary>a^(2^count), for a count of at least 1.</summary>
    private static void Sqr(in FieldElement a, int count, out FieldElement r)
    {
        Sqr(a, out r);
        for (var i = 1; i < count; i++)
            Sqr(r, out r);
    }
}
