using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Curves;

/// <summary>What belongs to the whole family: the parameter x = -0xd201000000010000, from which p, r and the cofactors follow.</summary>
internal static class Curve
{
    /// <summary>|x|; x is negative.</summary>
    public const ulong X = 0xd201000000010000;

    /// <summary>r = |x| p. Public: the sequence of operations depends on x alone.</summary>
    public static void TimesX<T>(in Point<T> p, out Point<T> r)
        where T : unmanaged, IField<T>
    {
        var sum = p;
        for (var bit = 62; bit >= 0; bit--)
        {
            Point<T>.Double(sum, out sum);
            if ((X >> bit & 1) != 0)
                Point<T>.Add(sum, p, out sum);
        }

        r = sum;
    }
}
