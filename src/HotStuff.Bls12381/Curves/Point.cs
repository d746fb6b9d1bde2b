using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>
/// A point of y^2 = x^3 + b over <typeparamref name="T"/>, as (X : Y : Z) with x = X / Z and y = Y / Z; infinity has Z = 0.
/// </summary>
/// <remarks>
/// The formulas are the complete ones of Renes, Costello and Batina (2016), algorithms 7 and 9. They hold for all points of a curve of odd order,
/// as both of ours are, infinity and equal points included: there is no special case and so no branch. Bounds: X (12, 1), Y and Z (8, 1).
/// </remarks>
internal struct Point<T>
    where T : unmanaged, IField<T>
{
    internal T X, Y, Z;

    /// <summary>The neutral element.</summary>
    public static Point<T> Infinity => new() { Y = T.One };

    /// <summary>The point of affine coordinates.</summary>
    public static Point<T> From(in Affine<T> p) => new() { X = p.X, Y = p.Y, Z = T.One };

    /// <summary>r = p + q.</summary>
    public static void Add(in Point<T> p, in Point<T> q, out Point<T> r)
    {
        T.Mul(p.X, q.X, out var t0);
        T.Mul(p.Y, q.Y, out var t1);
        T.Mul(p.Z, q.Z, out var t2);
        CrossTerm(p.X, p.Y, q.X, q.Y, t0, t1, out var t3);
        CrossTerm(p.Y, p.Z, q.Y, q.Z, t1, t2, out var t4);
        CrossTerm(p.X, p.Z, q.X, q.Z, t0, t2, out var y);

        T.Add(t0, t0, out var x);
        T.Add(x, t0, out t0);             // (12, 3)
        T.TimesThreeB(t2, out t2);        // (2, 1)
        T.Add(t1, t2, out var z);         // (6, 2)
        T.Sub(t1, t2, out t1);            // (12, 1)
        T.Times(y, 1, out y);
        T.TimesThreeB(y, out y);          // (2, 1)

        T.Mul(t4, y, out x);
        T.Mul(t3, t1, out t2);
        T.Sub(t2, x, out r.X);            // (12, 1)
        T.Mul(y, t0, out y);
        T.Mul(t1, z, out t1);
        T.AddCarried(t1, y, out r.Y);     // (8, 1)
        T.Mul(t0, t3, out t0);
        T.Mul(z, t4, out z);
        T.AddCarried(z, t0, out r.Z);     // (8, 1)
    }

    /// <summary>r = 2p.</summary>
    public static void Double(in Point<T> p, out Point<T> r)
    {
        T.Sqr(p.Y, out var t0);
        T.Mul(p.Y, p.Z, out var t1);
        T.Mul(p.X, p.Y, out var xy);
        T.Sqr(p.Z, out var t2);
        T.TimesThreeB(t2, out t2);        // (2, 1)
        T.Times(t0, 8, out var z);        // (2, 1)
        T.Mul(t2, z, out var x);
        T.Add(t0, t2, out var y);         // (6, 2)
        T.Mul(t1, z, out r.Z);
        T.Times(t2, 3, out t2);           // (2, 1)
        T.Sub(t0, t2, out t0);            // (12, 1)
        T.Mul(t0, y, out y);
        T.AddCarried(x, y, out r.Y);      // (8, 1)
        T.Mul(t0, xy, out x);
        T.AddCarried(x, x, out r.X);      // (8, 1)
    }

    /// <summary>r = -p.</summary>
    public static void Neg(in Point<T> p, out Point<T> r)
    {
        r.X = p.X;
        T.Neg(p.Y, out r.Y);
        r.Z = p.Z;
    }

    /// <summary>r = q where all bits of <paramref name="mask"/> are set, p where none is; without a branch.</summary>
    public static void Select(in Point<T> p, in Point<T> q, ulong mask, out Point<T> r)
    {
        T.Select(p.X, q.X, mask, out r.X);
        T.Select(p.Y, q.Y, mask, out r.Y);
        T.Select(p.Z, q.Z, mask, out r.Z);
    }

    /// <summary>Whether p is the neutral element.</summary>
    public static bool IsInfinity(in Point<T> p) => T.IsZero(p.Z);

    /// <summary>Whether p and q are the same point.</summary>
    public static bool Equal(in Point<T> p, in Point<T> q)
    {
        Neg(q, out var difference);
        Add(p, difference, out difference);
        return IsInfinity(difference);
    }

    /// <summary>The affine coordinates; false for infinity.</summary>
    public static bool TryToAffine(in Point<T> p, out Affine<T> r)
    {
        T.Invert(p.Z, out var inverse);
        T.Mul(p.X, inverse, out r.X);
        T.Mul(p.Y, inverse, out r.Y);
        return !T.IsZero(p.Z);
    }

    /// <summary>(a1 + a2)(b1 + b2) - a1 b1 - a2 b2, that is a1 b2 + a2 b1: (12, 1).</summary>
    private static void CrossTerm(in T a1, in T a2, in T b1, in T b2, in T product1, in T product2, out T r)
    {
        T.Add(a1, a2, out r);             // (20, 2)
        T.Add(b1, b2, out var sum);       // (20, 2)
        T.Mul(r, sum, out r);
        T.Add(product1, product2, out sum);
        T.Sub(r, sum, out r);
    }
}

/// <summary>A point other than infinity by its affine coordinates.</summary>
internal struct Affine<T>
    where T : unmanaged, IField<T>
{
    internal T X, Y;
}
