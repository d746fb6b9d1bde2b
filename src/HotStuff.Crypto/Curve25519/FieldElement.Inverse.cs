using HotStuff.Bls12381.Fields;

namespace HotStuff.Crypto;

/// <summary>The inverse.</summary>
internal readonly partial struct FieldElement
{
    // 9 * 30 bits hold twice p with a sign.
    private const int StepLimbs = 9;

    // 1/p modulo 2^30.
    private const long StepInverse = 0x179435e5;

    // p.
    private static ReadOnlySpan<long> Modulus =>
        [0x3fffffed, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x3fffffff, 0x7fff];

    /// <summary>1 / a, and 0 for 0; reduced.</summary>
    public static void Invert(in FieldElement a, out FieldElement r)
    {
        Normalize(a, out var reduced);
        Span<long> number = stackalloc long[StepLimbs];
        Span<long> inverse = stackalloc long[StepLimbs];
        DivisionSteps.Split([reduced.L0, reduced.L1, reduced.L2, reduced.L3, reduced.L4, 0], LimbBits, number);
        DivisionSteps.Invert(Modulus, StepInverse, number, inverse);

        // The last limb is what lies above 2^255.
        Span<ulong> limbs = stackalloc ulong[6];
        DivisionSteps.Join(inverse, LimbBits, limbs);
        Carry(limbs[0] + (19 * limbs[5]), limbs[1], limbs[2], limbs[3], limbs[4], out r);
    }
}
