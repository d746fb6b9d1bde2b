using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Pairing;

/// <summary>What a Miller loop needs of a point of G1: 1 / y and x / y. Both are zero for infinity, whose lines the final exponentiation removes: its pairings are 1.</summary>
internal struct PreparedG1
{
    internal Fp OneOverY, XOverY;

    /// <summary>Of two points, with one inversion.</summary>
    /// <exception cref="ArgumentException">One is no point at all, as a default value is.</exception>
    public static void Prepare(in Point<Fp> p, in Point<Fp> q, out PreparedG1 preparedP, out PreparedG1 preparedQ)
    {
        // y = Y / Z is never zero: there is no point of order 2. So of infinity is Y.
        Fp.Mul(p.Y, q.Y, out var inverse);
        if (Fp.IsZero(inverse))
            throw new ArgumentException("a default value is no point: it would pair to 1 with everything, and so would the other one");
        Fp.InvertPublic(inverse, out inverse);
        Fp.Mul(inverse, q.Y, out var inverseP);
        Fp.Mul(inverse, p.Y, out var inverseQ);
        Prepare(p, inverseP, out preparedP);
        Prepare(q, inverseQ, out preparedQ);
    }

    private static void Prepare(in Point<Fp> point, in Fp inverseOfY, out PreparedG1 prepared)
    {
        Fp.Mul(point.Z, inverseOfY, out prepared.OneOverY);
        Fp.Mul(point.X, inverseOfY, out prepared.XOverY);
    }
}
