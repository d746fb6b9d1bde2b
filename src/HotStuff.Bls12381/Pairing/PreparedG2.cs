using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Pairing;

/// <summary>
/// The lines that a Miller loop evaluates, for a point of G2 that is used often. About 15 KB; made once for a key.
/// </summary>
/// <remarks>
/// The line through T with slope s on the twist, carried to the curve and multiplied by w^3, is (s x_T - y_T) - s x_P v + y_P v w at P. Divided by y_P its last coefficient
/// is 1, which saves a part of every product; the final exponentiation removes such factors. Slopes are affine, so that the point's part can be computed beforehand.
/// </remarks>
internal sealed class PreparedG2
{
    private readonly Line[] _lines;

    /// <summary>Walks from a point of order r to |x| times it.</summary>
    public PreparedG2(in Affine<Fp2> point)
    {
        _lines = new Line[LineCount];
        var t = point;
        var count = 0;
        for (var bit = 62; bit >= 0; bit--)
        {
            DoubleStep(ref t, out _lines[count++]);
            if ((Curve.X >> bit & 1) != 0)
                AddStep(ref t, point, out _lines[count++]);
        }
    }

    /// <summary>How many there are for any point: 63 of doublings, 5 of additions.</summary>
    public const int LineCount = 68;

    /// <summary>The lines in the order of the Miller loop.</summary>
    public ReadOnlySpan<Line> Lines => _lines;

    /// <summary>The generator's.</summary>
    public static PreparedG2 Generator { get; } = new(G2.Generator);

    private static void DoubleStep(ref Affine<Fp2> t, out Line line)
    {
        // s = 3 x^2 / 2 y
        Fp2.Sqr(t.X, out var slope);
        Fp2.Times(slope, 3, out slope);
        Fp2.Add(t.Y, t.Y, out var divisor);
        Fp2.InvertPublic(divisor, out divisor);
        Fp2.Mul(slope, divisor, out slope);
        Step(ref t, t.X, slope, out line);
    }

    private static void AddStep(ref Affine<Fp2> t, in Affine<Fp2> point, out Line line)
    {
        // s = (y_T - y) / (x_T - x)
        Fp2.Sub(t.Y, point.Y, out var slope);
        Fp2.Sub(t.X, point.X, out var divisor);
        Fp2.InvertPublic(divisor, out divisor);
        Fp2.Mul(slope, divisor, out slope);
        Step(ref t, point.X, slope, out line);
    }

    private static void Step(ref Affine<Fp2> t, in Fp2 otherX, in Fp2 slope, out Line line)
    {
        Fp2.Mul(slope, t.X, out line.Constant);
        Fp2.Sub(line.Constant, t.Y, out line.Constant);
        Fp2.Neg(slope, out line.X);

        // x' = s^2 - x_T - x, y' = s (x_T - x') - y_T
        Fp2.Sqr(slope, out var x);
        Fp2.Add(t.X, otherX, out var sum);
        Fp2.Sub(x, sum, out x);
        Fp2.Times(x, 1, out x);
        Fp2.Sub(t.X, x, out var y);
        Fp2.Mul(slope, y, out y);
        Fp2.Sub(y, t.Y, out y);
        Fp2.Times(y, 1, out t.Y);
        t.X = x;
    }

    /// <summary>The parts of a line that are to be multiplied by 1 / y_P and by x_P / y_P.</summary>
    internal struct Line
    {
        internal Fp2 Constant, X;
    }
}
