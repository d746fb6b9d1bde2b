namespace HotStuff.Bls12381.Fields;

/// <summary>The inverse of a public number.</summary>
internal readonly partial struct Fp
{
    // 13 * 30 bits hold twice p with a sign.
    private const int StepLimbs = 13;

    // 1/p modulo 2^30.
    private const long StepInverse = (long)((1UL << LimbBits) - Inverse) & ((1L << 30) - 1);

    // p.
    private static ReadOnlySpan<long> Modulus =>
    [
        0x3fffaaab, 0x27fbffff, 0x153ffffb, 0x2affffac, 0x30f6241e, 0x34a83da, 0x112bf673, 0x12e13ce1,
        0x2cd76477, 0x1ed90d2e, 0x29a4b1ba, 0x3a8e5ff9, 0x1a0111,
    ];

    /// <summary>1 / a, and 0 for 0. How long it takes depends on a: never for secrets.</summary>
    public static void InvertPublic(in Fp a, out Fp r)
    {
        Times(a, 1, out var reduced);
        SubtractPOnce(reduced, out reduced);
        Span<long> number = stackalloc long[StepLimbs];
        Span<long> inverse = stackalloc long[StepLimbs];
        DivisionSteps.Split([reduced.L0, reduced.L1, reduced.L2, reduced.L3, reduced.L4, reduced.L5, reduced.L6, 0], LimbBits, number);
        DivisionSteps.Invert(Modulus, StepInverse, number, inverse);

        // It is 1 / (a R): two powers of R more than what is wanted are missing.
        Span<ulong> limbs = stackalloc ulong[8];
        DivisionSteps.Join(inverse, LimbBits, limbs);
        Mul(new Fp(limbs[0], limbs[1], limbs[2], limbs[3], limbs[4], limbs[5], limbs[6], new FpBound(5, 1)), FpConstants.RCubed, out r);
    }
}
