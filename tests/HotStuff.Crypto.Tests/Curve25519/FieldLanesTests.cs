using System.Numerics;
using System.Runtime.Intrinsics;
using CsCheck;
using static HotStuff.Crypto.Tests.Curve25519.Numbers;

namespace HotStuff.Crypto.Tests.Curve25519;

public sealed class FieldLanesTests
{
    private const int Lanes = 4;
    private const double Reduced = (1L << 50) + (1L << 14);

    [LanesFact]
    public void Products_are_those_of_whole_numbers_and_reduced() => Gen.Select(Limbs(1L << 51), Limbs((1L << 52) - 1)).Sample(
        (a, b) =>
        {
            FieldLanes.Mul(FromLimbs(a), FromLimbs(b), out var product);
            for (var lane = 0; lane < Lanes; lane++)
                Assert.Equal(NumberAt(FromLimbs(a), lane) * NumberAt(FromLimbs(b), lane) % P, NumberAt(product, lane));
            AssertReduced(product);
        },
        iter: 5000);

    [LanesFact]
    public void The_largest_limbs_of_either_sign_do_not_overflow()
    {
        foreach (var (left, right) in new[] { (1L << 51, (1L << 52) - 1), (-(1L << 51), (1L << 52) - 1), ((1L << 52) - 1, -(1L << 51)), (-(1L << 51), 1 - (1L << 52)) })
        {
            var a = FromLimbs([.. Enumerable.Repeat(left, 5 * Lanes)]);
            var b = FromLimbs([.. Enumerable.Repeat(right, 5 * Lanes)]);
            FieldLanes.Mul(a, b, out var product);
            Assert.Equal(NumberAt(a, 0) * NumberAt(b, 0) % P, NumberAt(product, 0));
            AssertReduced(product);
        }
    }

    [LanesFact]
    public void A_limb_with_all_bits_set_takes_a_carry()
    {
        // 1 times a number whose first limb is the largest or smallest that a carry leaves, and takes 19 more or less from the last.
        foreach (var (first, last) in new[] { ((1L << 50) - 1, (1L << 50) + 5), (-(1L << 50), -(1L << 50) - 5) })
        {
            var one = FromLimbs([1, 1, 1, 1, .. new long[4 * Lanes]]);
            var number = FromLimbs([first, first, first, first, .. new long[3 * Lanes], last, last, last, last]);
            FieldLanes.Mul(one, number, out var product);
            Assert.Equal(NumberAt(number, 0), NumberAt(product, 0));
            AssertReduced(product);
        }
    }

    [LanesFact]
    public void Carrying_changes_no_number() => Limbs(1L << 53).Sample(
        limbs =>
        {
            var a = FromLimbs(limbs);
            var carried = FieldLanes.Carry(a);
            for (var lane = 0; lane < Lanes; lane++)
                Assert.Equal(NumberAt(a, lane), NumberAt(carried, lane));
            AssertReduced(carried);
        },
        iter: 2000);

    private static Gen<long[]> Limbs(long bound) =>
        Gen.OneOf(Gen.Long[-bound, bound], OneOf(0L, bound, -bound, bound - 1, (1L << 50) + 1, -(1L << 50) - 1)).Array[5 * Lanes];

    private static FieldLanes FromLimbs(long[] limbs) =>
        new(Vector(limbs, 0), Vector(limbs, 1), Vector(limbs, 2), Vector(limbs, 3), Vector(limbs, 4));

    private static Vector256<double> Vector(long[] limbs, int index) => Vector256.ConvertToDouble(Vector256.Create(limbs, Lanes * index));

    private static BigInteger NumberAt(FieldLanes a, int lane) => OfLimbs([.. Vectors(a).Select(vector => (BigInteger)vector[lane])]);

    private static Vector256<double>[] Vectors(FieldLanes a) => [a.L0, a.L1, a.L2, a.L3, a.L4];

    private static void AssertReduced(FieldLanes a) =>
        Assert.All(Vectors(a), vector => Assert.True(Vector256.LessThanOrEqualAll(Vector256.Abs(vector), Vector256.Create(Reduced))));
}

/// <summary>A test of code that runs only where there is AVX-512.</summary>
internal sealed class LanesFactAttribute : FactAttribute
{
    public LanesFactAttribute()
    {
        if (!FieldLanes.IsSupported)
            Skip = "needs AVX-512";
    }
}
