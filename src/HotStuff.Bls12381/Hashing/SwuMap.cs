using HotStuff.Bls12381.Curves;

namespace HotStuff.Bls12381.Hashing;

/// <summary>
/// The simplified SWU map of RFC 9380 (section 6.6.3, straight-line in appendix F.2) onto an isogenous curve y^2 = x^3 + A x + B, and the isogeny from there. Fractions are
/// kept as numerator and denominator: nothing is inverted.
/// </summary>
/// <remarks>Messages are public: it branches on their hashes.</remarks>
internal sealed class SwuMap<T>
    where T : unmanaged, IMapField<T>
{
    private readonly T _a;
    private readonly T _b;
    private readonly T _z;
    private readonly T[] _xNumerator;
    private readonly T[] _xDenominator;
    private readonly T[] _yNumerator;
    private readonly T[] _yDenominator;

    /// <summary>The polynomials have the coefficient of the lowest power first. That of x has a numerator of one degree more, those of y have the same degree.</summary>
    public SwuMap(T a, T b, T z, T[] xNumerator, T[] xDenominator, T[] yNumerator, T[] yDenominator)
    {
        _a = a;
        _b = b;
        _z = z;
        _xNumerator = xNumerator;
        _xDenominator = xDenominator;
        _yNumerator = yNumerator;
        _yDenominator = yDenominator;
    }

    /// <summary>The curve's point of u. It need not be in the group.</summary>
    public void Map(in T u, out Point<T> point)
    {
        ToIsogenousCurve(u, out var numerator, out var denominator, out var y);

        Evaluate(_xNumerator, numerator, denominator, out var xn);
        Evaluate(_xDenominator, numerator, denominator, out var xd);
        T.Mul(xd, denominator, out xd);
        Evaluate(_yNumerator, numerator, denominator, out var yn);
        Evaluate(_yDenominator, numerator, denominator, out var yd);
        T.Mul(yn, y, out yn);

        // (xn / xd, yn / yd)
        T.Mul(xn, yd, out point.X);
        T.Mul(yn, xd, out point.Y);
        T.Mul(xd, yd, out point.Z);
    }

    private void ToIsogenousCurve(in T u, out T numerator, out T denominator, out T y)
    {
        T.Sqr(u, out var zu2);
        T.Mul(zu2, _z, out zu2);
        T.Sqr(zu2, out var t);
        T.AddCarried(t, zu2, out t);                 // Z^2 u^4 + Z u^2
        T.Add(t, T.One, out numerator);
        T.Mul(numerator, _b, out numerator);
        T.Neg(t, out denominator);
        T.Mul(T.IsZero(t) ? _z : denominator, _a, out denominator);

        // g(x) = (n^3 + A n d^2 + B d^3) / d^3
        T.Sqr(denominator, out var d2);
        T.Mul(d2, denominator, out var d3);
        T.Sqr(numerator, out var g);
        T.Mul(d2, _a, out d2);
        T.Add(g, d2, out g);
        T.Mul(g, numerator, out g);
        T.Mul(d3, _b, out var bd3);
        T.Add(g, bd3, out g);
        if (!T.TryRootOfRatio(g, d3, _z, out y))
        {
            // x = Z u^2 n / d is the other candidate, and its y follows from the root that was found.
            T.Mul(numerator, zu2, out numerator);
            T.Mul(y, zu2, out y);
            T.Mul(y, u, out y);
        }

        if (T.IsOdd(u) != T.IsOdd(y))
            T.Neg(y, out y);
    }

    /// <summary>The sum of c_i n^i d^(degree - i).</summary>
    private static void Evaluate(T[] coefficients, in T n, in T d, out T r)
    {
        r = coefficients[^1];
        var power = d;
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            T.Mul(r, n, out r);
            T.Mul(coefficients[i], power, out var term);
            T.AddCarried(r, term, out r);
            if (i > 0)
                T.Mul(power, d, out power);
        }
    }
}
