using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Fields;
using static HotStuff.Bls12381.Tests.Fields.Numbers;

namespace HotStuff.Bls12381.Tests.Fields;

public sealed class FpTests
{
    private static readonly Gen<(BigInteger A, BigInteger B)> Pairs = Gen.Select(BelowP, BelowP);

    [Fact]
    public void Bytes_are_read_and_written() => BelowP.Sample(a => Number(ToFp(a)) == a);

    [Fact]
    public void Numbers_from_p_upwards_are_refused()
    {
        foreach (var offset in new[] { BigInteger.Zero, 1, P, (BigInteger.One << 384) - 1 - P })
            Assert.False(Fp.TryRead(Bytes(P + offset, Fp.Size), out _));
        Assert.True(Fp.TryRead(Bytes(P - 1, Fp.Size), out _));
    }

    [Fact]
    public void Products_are_those_of_whole_numbers() => Pairs.Sample(
        pair =>
        {
            Fp.Mul(ToFp(pair.A), ToFp(pair.B), out var product);
            return Number(product) == pair.A * pair.B % P;
        },
        iter: 5000);

    [Fact]
    public void Squares_are_those_of_whole_numbers() => BelowP.Sample(
        a =>
        {
            Fp.Sqr(ToFp(a), out var square);
            return Number(square) == a * a % P;
        },
        iter: 5000);

    [Fact]
    public void Sums_and_differences_are_those_of_whole_numbers() => Pairs.Sample(
        pair =>
        {
            var (a, b) = (ToFp(pair.A), ToFp(pair.B));
            Fp.Add(a, b, out var sum);
            Fp.AddCarried(a, b, out var carried);
            Fp.Sub(a, b, out var difference);
            Fp.Neg(a, out var negative);
            Assert.Equal((pair.A + pair.B) % P, Number(sum));
            Assert.Equal((pair.A + pair.B) % P, Number(carried));
            Assert.Equal((pair.A + P - pair.B) % P, Number(difference));
            Assert.Equal((P - pair.A) % P, Number(negative));
        });

    [Fact]
    public void Sums_of_many_may_be_multiplied_before_they_are_carried() => Gen.Select(BelowP, BelowP, Gen.Int[1, 8], Gen.Int[1, 4]).Sample(
        sample =>
        {
            var (a, b, times, timesB) = sample;
            Fp.Mul(Repeated(ToFp(a), times), Repeated(ToFp(b), timesB), out var product);
            return Number(product) == a * b * times * timesB % P;
        });

    [Fact]
    public void Multiples_by_small_factors_are_below_2p() => Gen.Select(BelowP, Gen.UInt[1, 10], Gen.Int[1, 4]).Sample(
        sample =>
        {
            var (a, factor, times) = sample;
            Fp.Times(Repeated(ToFp(a), times), factor, out var multiple);
            return Number(multiple) == a * factor * times % P && Raw(multiple) < 2 * P;
        });

    [Fact]
    public void Results_of_products_are_below_3p_with_carried_limbs() => Pairs.Sample(
        pair =>
        {
            Fp.Mul(Repeated(ToFp(pair.A), 8), Repeated(ToFp(pair.B), 4), out var product);
            Assert.True(Raw(product) < 3 * P);
            Assert.All(new[] { product.L0, product.L1, product.L2, product.L3, product.L4, product.L5 }, limb => Assert.True(limb <= Fp.Mask));
        });

    [Fact]
    public void A_wide_sum_of_products_is_reduced_once() => Gen.Select(BelowP, BelowP, BelowP, BelowP).Sample(
        sample =>
        {
            var (a, b, c, d) = sample;
            FpWide.Mul(ToFp(a), ToFp(b), out var ab);
            FpWide.Mul(ToFp(c), ToFp(d), out var cd);
            FpWide.Add(ab, cd, out var sum);
            FpWide.Sub(ab, cd, out var difference);
            FpWide.Sub(difference, cd, out difference);
            FpWide.Reduce(sum, out var reducedSum);
            FpWide.Reduce(difference, out var reducedDifference);
            Assert.Equal(((a * b) + (c * d)) % P, Number(reducedSum));
            Assert.Equal((((a * b) - (2 * c * d)) % P + P) % P, Number(reducedDifference));
            Assert.True(Raw(reducedDifference) < 4 * P);
        });

    [Fact]
    public void An_inverse_times_its_number_is_1() => BelowP.Where(a => !a.IsZero).Sample(
        a =>
        {
            Fp.Invert(ToFp(a), out var inverse);
            return Number(inverse) * a % P == 1;
        },
        iter: 200);

    [Fact]
    public void The_fast_inverse_of_public_numbers_is_the_same() => BelowP.Where(a => !a.IsZero).Sample(
        a =>
        {
            Fp.InvertPublic(Repeated(ToFp(a), 3), out var inverse);
            return Number(inverse) * a * 3 % P == 1;
        },
        iter: 5000);

    [Fact]
    public void The_inverse_of_zero_is_zero()
    {
        Fp.Invert(Fp.Zero, out var inverse);
        Fp.InvertPublic(Fp.Zero, out var fast);

        Assert.True(Fp.IsZero(inverse));
        Assert.True(Fp.IsZero(fast));
        Fp.Sub(Fp.One, Fp.One, out var zero);
        Fp.InvertPublic(zero, out fast);
        Assert.True(Fp.IsZero(fast));
    }

    [Fact]
    public void A_number_has_a_root_if_Euler_says_so() => BelowP.Sample(
        a =>
        {
            var isSquare = BigInteger.ModPow(a, (P - 1) / 2, P) <= 1;
            Assert.Equal(isSquare, Fp.TrySqrt(ToFp(a), out var root));
            if (isSquare)
                Assert.Equal(a, Number(root) * Number(root) % P);
        },
        iter: 200);

    [Fact]
    public void Zero_and_equality_do_not_depend_on_the_form() => BelowP.Sample(
        a =>
        {
            var value = ToFp(a);
            Fp.Sub(value, value, out var zero);
            Fp.Add(value, zero, out var same);
            Fp.Add(same, Fp.One, out var other);
            Assert.True(Fp.IsZero(zero));
            Assert.True(Fp.Equal(same, value));
            Assert.False(Fp.Equal(other, value));
        });

    [Fact]
    public void Signs_are_the_parity_and_the_larger_half() => BelowP.Sample(
        a => Fp.IsOdd(ToFp(a)) == !a.IsEven && Fp.IsLarge(ToFp(a)) == a > (P - 1) / 2);

    [Fact]
    public void Sixty_four_bytes_are_reduced_modulo_p() => Gen.OneOf(Gen.Byte.Array[64], Gen.Const(Enumerable.Repeat((byte)0xff, 64).ToArray())).Sample(
        bytes =>
        {
            Fp.FromUniform(bytes, out var value);
            return Number(value) == new BigInteger(bytes, isUnsigned: true, isBigEndian: true) % P;
        });

    [Fact]
    public void A_mask_selects() => Pairs.Sample(
        pair =>
        {
            Fp.Select(ToFp(pair.A), ToFp(pair.B), 0, out var first);
            Fp.Select(ToFp(pair.A), ToFp(pair.B), ulong.MaxValue, out var second);
            return Number(first) == pair.A && Number(second) == pair.B;
        });

    private static Fp Repeated(Fp value, int times)
    {
        var sum = value;
        for (var i = 1; i < times; i++)
            Fp.Add(sum, value, out sum);
        return sum;
    }

    /// <summary>The number that the limbs stand for, not reduced.</summary>
    private static BigInteger Raw(Fp value) => new[] { value.L6, value.L5, value.L4, value.L3, value.L2, value.L1, value.L0 }
        .Aggregate(BigInteger.Zero, (number, limb) => (number << Fp.LimbBits) + limb);
}
