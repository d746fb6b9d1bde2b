using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>The group of public keys: points of order r on y^2 = x^3 + 4 (1 + u) over Fp2.</summary>
internal static class G2
{
    /// <summary>Bytes of a compressed point.</summary>
    public const int CompressedSize = 2 * Fp.Size;

    /// <summary>Bytes of an uncompressed point.</summary>
    public const int UncompressedSize = 4 * Fp.Size;

    /// <summary>The standard generator.</summary>
    public static readonly Affine<Fp2> Generator = new()
    {
        X = new Fp2
        {
            C0 = Fp.FromHex("024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"),
            C1 = Fp.FromHex("13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"),
        },
        Y = new Fp2
        {
            C0 = Fp.FromHex("0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"),
            C1 = Fp.FromHex("0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"),
        },
    };

    private static readonly Fp2 B = new() { C0 = Fp.FromHex("4"), C1 = Fp.FromHex("4") };

    /// <summary>Reads a compressed point; false unless it is the one encoding of a point of the curve other than infinity. The subgroup is not checked.</summary>
    public static bool TryReadCompressed(ReadOnlySpan<byte> source, out Affine<Fp2> point)
    {
        point = default;
        if (source.Length != CompressedSize || (source[0] & (PointEncoding.Compressed | PointEncoding.Infinity)) != PointEncoding.Compressed)
            return false;
        Span<byte> plain = stackalloc byte[CompressedSize];
        source.CopyTo(plain);
        plain[0] &= unchecked((byte)~PointEncoding.Flags);
        if (!TryRead(plain, out point.X))
            return false;

        RightSide(point.X, out var square);
        if (!Fp2.TrySqrt(square, out point.Y))
            return false;
        if (Fp2.IsLarge(point.Y) != ((source[0] & PointEncoding.LargeY) != 0))
            Fp2.Neg(point.Y, out point.Y);
        return true;
    }

    /// <summary>Reads an uncompressed point; false unless it is the one encoding of a point of the curve other than infinity. The subgroup is not checked.</summary>
    public static bool TryReadUncompressed(ReadOnlySpan<byte> source, out Affine<Fp2> point)
    {
        point = default;
        return source.Length == UncompressedSize
            && (source[0] & PointEncoding.Flags) == 0
            && TryRead(source[..CompressedSize], out point.X)
            && TryRead(source[CompressedSize..], out point.Y)
            && IsOnCurve(point);
    }

    /// <summary>Writes 96 bytes.</summary>
    public static void WriteCompressed(in Affine<Fp2> point, Span<byte> destination)
    {
        Write(point.X, destination);
        destination[0] |= (byte)(PointEncoding.Compressed | (Fp2.IsLarge(point.Y) ? PointEncoding.LargeY : 0));
    }

    /// <summary>Writes 192 bytes.</summary>
    public static void WriteUncompressed(in Affine<Fp2> point, Span<byte> destination)
    {
        Write(point.X, destination);
        Write(point.Y, destination[CompressedSize..]);
    }

    /// <summary>Whether the coordinates satisfy the equation of the curve.</summary>
    public static bool IsOnCurve(in Affine<Fp2> point)
    {
        RightSide(point.X, out var right);
        Fp2.Sqr(point.Y, out var left);
        return Fp2.Equal(left, right);
    }

    /// <summary>Whether a point of the curve is of order r: Scott, "A note on group membership tests", 2021. One multiplication by x.</summary>
    public static bool IsInSubgroup(in Affine<Fp2> point)
    {
        var p = Point<Fp2>.From(point);
        Curve.TimesX(p, out var q);
        Endomorphism(p, out p);
        Point<Fp2>.Add(p, q, out p);
        return Point<Fp2>.IsInfinity(p);
    }

    /// <summary>The p-power map, carried over from the curve that this one is a twist of. r = x p, for a p of the group.</summary>
    public static void Endomorphism(in Point<Fp2> p, out Point<Fp2> r)
    {
        Fp2.Times(p.X, 1, out var x);
        Fp2.Conjugate(x, out x);
        Fp2.Mul(x, FieldConstants.EndomorphismX, out r.X);
        Fp2.Conjugate(p.Y, out var y);
        Fp2.Mul(y, FieldConstants.EndomorphismY, out r.Y);
        Fp2.Conjugate(p.Z, out r.Z);
    }

    /// <summary>r = (x^2 - x - 1) p + (x - 1) psi(p) + psi(psi(2p)), which is in the group for any p of the curve: Budroni and Pintore, 2017; RFC 9380 G.3.</summary>
    public static void ClearCofactor(in Point<Fp2> p, out Point<Fp2> r)
    {
        // x is negative: with m = |x| this is m (m p + p) - p - (m + 1) psi(p) + psi(psi(2p)).
        Curve.TimesX(p, out var t1);
        Point<Fp2>.Add(t1, p, out t1);
        Endomorphism(p, out var t2);
        Point<Fp2>.Neg(t2, out t2);
        Point<Fp2>.Add(t1, t2, out var t3);
        Curve.TimesX(t3, out t3);
        Point<Fp2>.Add(t3, t2, out t3);
        Point<Fp2>.Neg(p, out var negative);
        Point<Fp2>.Add(t3, negative, out t3);
        Point<Fp2>.Double(p, out var twice);
        Endomorphism(twice, out twice);
        Endomorphism(twice, out twice);
        Point<Fp2>.Add(t3, twice, out r);
    }

    private static bool TryRead(ReadOnlySpan<byte> source, out Fp2 value)
    {
        var high = Fp.TryRead(source[..Fp.Size], out value.C1);
        return Fp.TryRead(source[Fp.Size..], out value.C0) & high;
    }

    private static void Write(in Fp2 value, Span<byte> destination)
    {
        Fp.Write(value.C1, destination);
        Fp.Write(value.C0, destination[Fp.Size..]);
    }

    private static void RightSide(in Fp2 x, out Fp2 r)
    {
        Fp2.Sqr(x, out r);
        Fp2.Mul(r, x, out r);
        Fp2.AddCarried(r, B, out r);
    }
}
