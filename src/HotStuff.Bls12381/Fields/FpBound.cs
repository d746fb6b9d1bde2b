using System.Diagnostics;

namespace HotStuff.Bls12381.Fields;

/// <summary>
/// The worst case of a value's size: below <see cref="Value"/> times p, each limb below <see cref="Limb"/> times 2^56. Debug builds carry it with every value and
/// check it before each operation, for the worst case and not for the numbers at hand, so that one run of a formula proves it for all inputs. Release
/// builds carry nothing.
/// </summary>
internal readonly record struct FpBound(int Value, int Limb)
{
    /// <summary>R / p, rounded down: products of values whose bounds multiply to at most this are reduced to below 3p.</summary>
    public const int MaxProduct = 2520;

    /// <summary>Seven products of limbs, as many of the reduction, and the carries of the column below stay under 256 * 2^56.</summary>
    public const int MaxLimbProduct = 33;

    /// <summary>A multiple of p that <see cref="Fp.Sub"/> adds, and so the largest bound of what it can subtract.</summary>
    public const int Subtrahend = 8;

    public static FpBound OfSum(FpBound a, FpBound b) => new(a.Value + b.Value, a.Limb + b.Limb);

    public static FpBound OfDifference(FpBound a, FpBound b)
    {
        Check(b.Value <= Subtrahend);
        Check(a.Limb + b.Limb < 100);
        return new FpBound(a.Value + Subtrahend, 1);
    }

    public static FpBound OfProduct(FpBound a, FpBound b)
    {
        Check(a.Value * b.Value <= MaxProduct);
        CheckLimbs(a, b);
        return new FpBound(3, 1);
    }

    public static FpBound OfMultiple(FpBound a, int factor)
    {
        // The quotient is below the value, and its products with the limbs of p are taken off: limbs stay in the 64 bits with their sign.
        Check(a.Limb * factor <= 120);
        Check(a.Value * factor <= 120);
        return new FpBound(2, 1);
    }

    public static FpBound OfThreeAndTwo(FpBound a, FpBound b)
    {
        Check(a.Value <= 8 && a.Limb <= 8);
        Check(b.Value <= 8 && b.Limb <= 8);
        return new FpBound(2, 1);
    }

    /// <summary>The factors are shifted by 3 and by 5 bits, which may not push anything out of 64.</summary>
    [Conditional("DEBUG")]
    public static void CheckLimbs(FpBound a, FpBound b)
    {
        Check(a.Limb * b.Limb <= MaxLimbProduct);
        Check(a.Limb <= 32);
        Check(b.Limb <= 8);
    }

    [Conditional("DEBUG")]
    public static void Check(bool holds) => Debug.Assert(holds, "a value's bound is too large for this operation");
}
