using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>The group of signatures: points of order r on y^2 = x^3 + 4 over Fp.</summary>
internal static class G1
{
    /// <summary>Bytes of a compressed point.</summary>
    public const int CompressedSize = Fp.Size;

    /// <summary>Bytes of an uncompressed point.</summary>
    public const int UncompressedSize = 2 * Fp.Size;

    /// <summary>The standard generator.</summary>
    public static readonly Affine<Fp> Generator = new()
    {
        X = Fp.FromHex("17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"),
        Y = Fp.FromHex("08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"),
    };

    /// <summary>A third root of 1: (x, y) to (Beta x, y) is multiplication by -x^2 in the group.</summary>
    public static readonly Fp Beta =
        Fp.FromHex("5f19672fdf76ce51ba69c6076a0f77eaddb3a93be6f89688de17d813620a00022e01fffffffefffe");

    private static readonly Fp B = Fp.FromHex("4");

    /// <summary>Reads a compressed point; false unless it is the one encoding of a point of the curve other than infinity. The subgroup is not checked.</summary>
    public static bool TryReadCompressed(ReadOnlySpan<byte> source, out Affine<Fp> point)
    {
        point = default;
        if (source.Length != CompressedSize || (source[0] & (PointEncoding.Compressed | PointEncoding.Infinity)) != PointEncoding.Compressed)
            return false;
        if (!TryReadWithoutFlags(source, out point.X))
            return false;

        RightSide(point.X, out var square);
        if (!Fp.TrySqrt(square, out point.Y))
            return false;
        if (Fp.IsLarge(point.Y) != ((source[0] & PointEncoding.LargeY) != 0))
            Fp.Neg(point.Y, out point.Y);
        return true;
    }

    /// <summary>Reads an uncompressed point; false unless it is the one encoding of a point of the curve other than infinity. The subgroup is not checked.</summary>
    public static bool TryReadUncompressed(ReadOnlySpan<byte> source, out Affine<Fp> point)
    {
        point = default;
        return source.Length == UncompressedSize
            && (source[0] & PointEncoding.Flags) == 0
            && Fp.TryRead(source[..Fp.Size], out point.X)
            && Fp.TryRead(source[Fp.Size..], out point.Y)
            && IsOnCurve(point);
    }

    /// <summary>Writes 48 bytes.</summary>
    public static void WriteCompressed(in Affine<Fp> point, Span<byte> destination)
    {
        Fp.Write(point.X, destination);
        destination[0] |= (byte)(PointEncoding.Compressed | (Fp.IsLarge(point.Y) ? PointEncoding.LargeY : 0));
    }

    /// <summary>Writes 96 bytes.</summary>
    public static void WriteUncompressed(in Affine<Fp> point, Span<byte> destination)
    {
        Fp.Write(point.X, destination);
        Fp.Write(point.Y, destination[Fp.Size..]);
    }

    /// <summary>Whether the coordinates satisfy the equation of the curve.</summary>
    public static bool IsOnCurve(in Affine<Fp> point)
    {
        RightSide(point.X, out var right);
        Fp.Sqr(point.Y, out var left);
        return Fp.Equal(left, right);
    }

    /// <summary>Whether a point of the curve is of order r: Scott, "A note on group membership tests", 2021. Two multiplications by x.</summary>
    public static bool IsInSubgroup(in Affine<Fp> point) => IsInSubgroup(Point<Fp>.From(point));

    /// <summary>Whether a point of the curve, which may be infinity, is in the group.</summary>
    public static bool IsInSubgroup(in Point<Fp> point)
    {
        Curve.TimesX(point, out var q);
        Curve.TimesX(q, out q);
        Endomorphism(point, out var image);
        Point<Fp>.Add(image, q, out q);
        return Point<Fp>.IsInfinity(q);
    }

    /// <summary>r = -x^2 p, for a p of the group.</summary>
    public static void Endomorphism(in Point<Fp> p, out Point<Fp> r)
    {
        Fp.Mul(p.X, Beta, out r.X);
        r.Y = p.Y;
        r.Z = p.Z;
    }

    /// <summary>r = (1 - x) p, which is in the group for any p of the curve.</summary>
    public static void ClearCofactor(in Point<Fp> p, out Point<Fp> r)
    {
        Curve.TimesX(p, out var multiple);
        Point<Fp>.Add(multiple, p, out r);
    }

    private static bool TryReadWithoutFlags(ReadOnlySpan<byte> source, out Fp x)
    {
        Span<byte> plain = stackalloc byte[Fp.Size];
        source.CopyTo(plain);
        plain[0] &= unchecked((byte)~PointEncoding.Flags);
        return Fp.TryRead(plain, out x);
    }

    private static void RightSide(in Fp x, out Fp r)
    {
        Fp.Sqr(x, out r);
        Fp.Mul(r, x, out r);
        Fp.AddCarried(r, B, out r);
    }
}
