using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Pairing;

/// <summary>The optimal ate pairing, to the power of 3 as in most libraries.</summary>
internal static class AtePairing
{
    /// <summary>e(p, q).</summary>
    public static void Pair(in Point<Fp> p, PreparedG2 q, out Fp12 value)
    {
        PairProduct(p, q, Point<Fp>.Infinity, q, out value);
    }

    /// <summary>e(p1, q1) e(p2, q2).</summary>
    public static void PairProduct(in Point<Fp> p1, PreparedG2 q1, in Point<Fp> p2, PreparedG2 q2, out Fp12 value)
    {
        PreparedG1.Prepare(p1, p2, out var prepared1, out var prepared2);
        MillerLoop(prepared1, q1, prepared2, q2, out value);
        FinalExponentiation.Power(value, out value);
    }

    /// <summary>Both Miller loops in one, which squares once for both.</summary>
    public static void MillerLoop(in PreparedG1 p1, PreparedG2 q1, in PreparedG1 p2, PreparedG2 q2, out Fp12 f)
    {
        f = Fp12.One;
        var lines1 = q1.Lines;
        var lines2 = q2.Lines;
        var count = 0;
        for (var bit = 62; bit >= 0; bit--)
        {
            Fp12.Sqr(f, out f);
            Evaluate(ref f, lines1[count], p1);
            Evaluate(ref f, lines2[count++], p2);
            if ((Curve.X >> bit & 1) == 0)
                continue;
            Evaluate(ref f, lines1[count], p1);
            Evaluate(ref f, lines2[count++], p2);
        }

        // x is negative.
        Fp12.Conjugate(f, out f);
    }

    private static void Evaluate(ref Fp12 f, in PreparedG2.Line line, in PreparedG1 p)
    {
        Fp2.Mul(line.Constant, p.OneOverY, out var b0);
        Fp2.Mul(line.X, p.XOverY, out var b1);
        Fp12.MulByLine(f, b0, b1, out f);
    }
}
