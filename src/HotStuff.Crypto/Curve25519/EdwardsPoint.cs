namespace HotStuff.Crypto;

/// <summary>
/// A point of the curve -x^2 + y^2 = 1 + d x^2 y^2 of Ed25519 in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. Formulas of Hisil, Wong, Carter and Dawson
/// (2008) for a = -1, which are right for all points.
/// </summary>
/// <remarks>All coordinates are reduced (<see cref="FieldElement"/>); comments on sums give the bound of limbs, in bits and a little.</remarks>
internal struct EdwardsPoint
{
    /// <summary>Length of the encoding: y, and the sign of x in the highest bit.</summary>
    public const int Size = FieldElement.Size;

    internal FieldElement X, Y, Z, T;

    public static EdwardsPoint Neutral => new() { Y = FieldElement.One, Z = FieldElement.One };

    /// <summary>The point B of which signers make multiples: y = 4/5, and x even.</summary>
    public static EdwardsPoint Base
    {
        get
        {
            Span<byte> encoding = stackalloc byte[Size];
            encoding.Fill(0x66);
            encoding[0] = 0x58;
            TryRead(encoding, out var point);
            return point;
        }
    }

    /// <summary>
    /// Reads a point; false if no point has such a y. As libsodium does it: y may be p or above (<see cref="FieldElement.IsCanonical"/> says whether it is), and 0 may have a sign.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out EdwardsPoint r)
    {
        var y = FieldElement.Read(source);
        FieldElement.Sqr(y, out var square);
        FieldElement.Sub(square, FieldElement.One, out var u);
        FieldElement.Mul(square, FieldElement.D, out var v);
        FieldElement.Add(v, FieldElement.One, out v);
        var isPoint = FieldElement.TryRootOfRatio(u, v, out var x);
        if (FieldElement.IsOdd(x) != (source[Size - 1] >> 7 != 0))
        {
            FieldElement.Neg(x, out x);
            FieldElement.Normalize(x, out x);
        }

        r.X = x;
        r.Y = y;
        r.Z = FieldElement.One;
        FieldElement.Mul(x, y, out r.T);
        return isPoint;
    }

    /// <summary>1/Z of several points by one inversion.</summary>
    public static void InvertZ(ReadOnlySpan<EdwardsPoint> points, Span<FieldElement> inverses)
    {
        // Montgomery's trick (1987). Before each number the product of those before it; then the inverse of the product of all, from which the last are taken out one by one.
        var product = FieldElement.One;
        for (var i = 0; i < points.Length; i++)
        {
            inverses[i] = product;
            FieldElement.Mul(product, points[i].Z, out product);
        }

        FieldElement.Invert(product, out var inverse);
        for (var i = points.Length - 1; i >= 0; i--)
        {
            FieldElement.Mul(inverses[i], inverse, out inverses[i]);
            FieldElement.Mul(inverse, points[i].Z, out inverse);
        }
    }

    /// <summary>Whether the point and 1/Z, which the caller found, make this encoding.</summary>
    public static bool IsEncodedBy(in EdwardsPoint p, in FieldElement inverseZ, ReadOnlySpan<byte> encoding)
    {
        FieldElement.Mul(p.X, inverseZ, out var x);
        FieldElement.Mul(p.Y, inverseZ, out var y);
        Span<byte> bytes = stackalloc byte[Size];
        FieldElement.Write(y, bytes);
        if (FieldElement.IsOdd(x))
            bytes[Size - 1] |= 0x80;
        return bytes.SequenceEqual(encoding);
    }

    /// <summary>Whether eight times the point is neutral.</summary>
    /// <remarks>x = 0 for orders 1 and 2, y = 0 for order 4, and x^2 = -y^2 for order 8, of which the double has y = 0.</remarks>
    public static bool HasSmallOrder(in EdwardsPoint p)
    {
        FieldElement.Sqr(p.X, out var product);
        FieldElement.Sqr(p.Y, out var square);
        FieldElement.Add(product, square, out product);
        FieldElement.Mul(product, p.X, out product);
        FieldElement.Mul(product, p.Y, out product);
        return FieldElement.IsZero(product);
    }

    /// <summary>r = -p.</summary>
    public static void Neg(in EdwardsPoint p, out EdwardsPoint r)
    {
        FieldElement.Neg(p.X, out var x);
        FieldElement.Neg(p.T, out var t);
        FieldElement.Normalize(x, out r.X);
        r.Y = p.Y;
        r.Z = p.Z;
        FieldElement.Normalize(t, out r.T);
    }

    /// <summary>r = p + q. r may be p or q.</summary>
    public static void Add(in EdwardsPoint p, in EdwardsPoint q, out EdwardsPoint r)
    {
        FieldElement.Sub(q.Y, q.X, out var minus);
        FieldElement.Add(q.Y, q.X, out var plus);
        FieldElement.Mul(q.T, FieldElement.TwoD, out var t2d);
        FieldElement.Mul(p.Z, q.Z, out var z);
        Add(p, minus, plus, t2d, z, out r);
    }

    /// <summary>r = p + q or p - q, for a q with Z = 1 by its Y - X, Y + X and 2d T, all reduced. r may be p.</summary>
    public static void AddAffine(in EdwardsPoint p, in FieldElement minus, in FieldElement plus, in FieldElement t2d, bool negative, out EdwardsPoint r)
    {
        if (negative)
        {
            FieldElement.Neg(t2d, out var negated);
            Add(p, plus, minus, negated, p.Z, out r);
        }
        else
        {
            Add(p, minus, plus, t2d, p.Z, out r);
        }
    }

    /// <summary>r = 2p. r may be p.</summary>
    public static void Double(in EdwardsPoint p, out EdwardsPoint r)
    {
        FieldElement.Sqr(p.X, out var a);
        FieldElement.Sqr(p.Y, out var b);
        FieldElement.Sqr(p.Z, out var c);
        FieldElement.Add(c, c, out c);               // 52
        FieldElement.Add(p.X, p.Y, out var e);
        FieldElement.Sqr(e, out e);
        FieldElement.Add(a, b, out var h);           // 52
        FieldElement.Sub(h, e, out e);               // 53.6
        FieldElement.Sub(a, b, out var g);           // 53.4
        FieldElement.Add(c, g, out var f);           // 53.9
        Finish(e, f, g, h, out r);
    }

    /// <summary>The sum with a point by its Y - X, Y + X, 2d T, and Z times p's.</summary>
    private static void Add(
        in EdwardsPoint p, in FieldElement minus, in FieldElement plus, in FieldElement t2d, in FieldElement z, out EdwardsPoint r)
    {
        FieldElement.Sub(p.Y, p.X, out var a);       // 53.4
        FieldElement.Mul(a, minus, out a);
        FieldElement.Add(p.Y, p.X, out var b);       // 52
        FieldElement.Mul(b, plus, out b);
        FieldElement.Mul(p.T, t2d, out var c);
        FieldElement.Add(z, z, out var d);           // 52
        FieldElement.Sub(b, a, out var e);           // 53.4
        FieldElement.Sub(d, c, out var f);           // 53.6
        FieldElement.Add(d, c, out var g);           // 52.6
        FieldElement.Add(b, a, out var h);           // 52
        Finish(e, f, g, h, out r);
    }

    private static void Finish(in FieldElement e, in FieldElement f, in FieldElement g, in FieldElement h, out EdwardsPoint r)
    {
        FieldElement.Mul(e, f, out r.X);
        FieldElement.Mul(g, h, out r.Y);
        FieldElement.Mul(f, g, out r.Z);
        FieldElement.Mul(e, h, out r.T);
    }
}
