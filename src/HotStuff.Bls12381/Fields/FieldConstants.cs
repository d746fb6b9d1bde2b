namespace HotStuff.Bls12381.Fields;

/// <summary>Numbers that the tower of extensions needs, each from its definition.</summary>
internal static class FieldConstants
{
    /// <summary>1/2.</summary>
    public static readonly Fp Half = MakeHalf();

    /// <summary>sqrt(-11), where 11 is the Z of the map to G1.</summary>
    public static readonly Fp RootOfMinusEleven = MakeRoot();

    /// <summary>xi^(i (p - 1) / 6) for i from 0 to 5: w^i to the power of p is this times w^i.</summary>
    public static readonly Fp2[] Frobenius = MakeFrobenius();

    /// <summary>The norms of <see cref="Frobenius"/>: w^i to the power of p^2 is this times w^i.</summary>
    public static readonly Fp[] FrobeniusTwice = [.. Frobenius.Select(Norm)];

    /// <summary>xi^(-(p - 1) / 3).</summary>
    public static readonly Fp2 EndomorphismX = Inverse(Frobenius[2]);

    /// <summary>xi^(-(p - 1) / 2).</summary>
    public static readonly Fp2 EndomorphismY = Inverse(Frobenius[3]);

    private static Fp MakeHalf()
    {
        Fp.Add(Fp.One, Fp.One, out var two);
        Fp.Invert(two, out var half);
        return half;
    }

    private static Fp MakeRoot()
    {
        Fp.Times(Fp.One, 11, out var eleven);
        Fp.Neg(eleven, out var negative);
        Fp.TrySqrt(negative, out var root);
        return root;
    }

    private static Fp2[] MakeFrobenius()
    {
        // (p - 1) / 6.
        var exponent = Convert.FromHexString(
            "045582fc5eeaa66f0c849bf3b5e1f223e613e1eb7deb831fe688231ad3c82906051caaaa72e3555549aa7ffffffff1c7");
        var powers = new Fp2[6];
        powers[0] = Fp2.One;
        powers[1] = Fp2.Power(new Fp2 { C0 = Fp.One, C1 = Fp.One }, exponent);
        for (var i = 2; i < powers.Length; i++)
            Fp2.Mul(powers[i - 1], powers[1], out powers[i]);
        return powers;
    }

    private static Fp Norm(Fp2 a)
    {
        Fp2.Conjugate(a, out var conjugate);
        Fp2.Mul(a, conjugate, out var norm);
        return norm.C0;
    }

    private static Fp2 Inverse(Fp2 a)
    {
        Fp2.Invert(a, out var inverse);
        return inverse;
    }
}
