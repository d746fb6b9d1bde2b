namespace HotStuff.Bls12381.Fields;

/// <summary>
/// The worst case of an unreduced value: from <see cref="Low"/> to <see cref="High"/> times p^2, with limbs of at most <see cref="Limb"/> times 2^56 up or down.
/// As <see cref="FpBound"/>, debug builds only.
/// </summary>
internal readonly record struct WideBound(int Low, int High, int Limb)
{
    public static WideBound OfProduct(FpBound a, FpBound b)
    {
        FpBound.CheckLimbs(a, b);
        return new WideBound(0, a.Value * b.Value, 1);
    }

    public static WideBound OfSum(WideBound a, WideBound b) => new(a.Low + b.Low, a.High + b.High, a.Limb + b.Limb);

    public static WideBound OfDifference(WideBound a, WideBound b) => new(a.Low - b.High, a.High - b.Low, a.Limb + b.Limb);

    /// <summary>Of the reduction, which adds one p.</summary>
    public FpBound Reduced()
    {
        FpBound.Check(Low >= -FpBound.MaxProduct);
        FpBound.Check(Limb <= 100);
        return new FpBound(3 + ((High + FpBound.MaxProduct - 1) / FpBound.MaxProduct), 1);
    }
}
