using System.Numerics;
using CsCheck;
using static HotStuff.Crypto.Tests.Curve25519.Numbers;

namespace HotStuff.Crypto.Tests.Curve25519;

public sealed class FieldElementTests
{
    // What products take, what subtrahends may be, and what products give.
    private const ulong Largest = 1UL << 54;
    private const ulong Subtrahend = (1UL << 53) - 75;
    private const ulong Reduced = (1UL << 51) + (1UL << 18);

    [Fact]
    public void Products_are_those_of_whole_numbers_and_reduced() => Gen.Select(Elements(Largest), Elements(Largest)).Sample(
        (a, b) =>
        {
            FieldElement.Mul(a, b, out var product);
            Assert.Equal(Number(a) * Number(b) % P, Number(product));
            AssertReduced(product);
        },
        iter: 5000);

    [Fact]
    public void Squares_are_those_of_whole_numbers_and_reduced() => Elements(Largest).Sample(
        a =>
        {
            FieldElement.Sqr(a, out var square);
            Assert.Equal(Number(a) * Number(a) % P, Number(square));
            AssertReduced(square);
        },
        iter: 5000);

    [Fact]
    public void The_largest_limbs_do_not_overflow()
    {
        var largest = new FieldElement(Largest - 1, Largest - 1, Largest - 1, Largest - 1, Largest - 1);

        FieldElement.Mul(largest, largest, out var product);
        FieldElement.Sqr(largest, out var square);

        Assert.Equal(Number(largest) * Number(largest) % P, Number(product));
        Assert.Equal(Number(product), Number(square));
        AssertReduced(product);
        AssertReduced(square);
    }

    [Fact]
    public void Sums_and_differences_are_those_of_whole_numbers() => Gen.Select(Elements(Subtrahend), Elements(Subtrahend)).Sample(
        (a, b) =>
        {
            FieldElement.Add(a, b, out var sum);
            FieldElement.Sub(a, b, out var difference);
            FieldElement.Neg(b, out var negative);
            Assert.Equal((Number(a) + Number(b)) % P, Number(sum));
            Assert.Equal((Number(a) + P - Number(b)) % P, Number(difference));
            Assert.Equal((P - Number(b)) % P, Number(negative));
            AssertBelow(difference, Subtrahend + (1UL << 53));
        });

    [Fact]
    public void The_smallest_form_is_written_whatever_the_limbs() => Elements(ulong.MaxValue).Sample(
        a =>
        {
            var bytes = new byte[FieldElement.Size];
            FieldElement.Write(a, bytes);
            Assert.Equal(Number(a), OfBytes(bytes));
            Assert.Equal(!Number(a).IsEven, FieldElement.IsOdd(a));
            Assert.Equal(Number(a).IsZero, FieldElement.IsZero(a));
        },
        iter: 5000);

    [Fact]
    public void Numbers_around_multiples_of_p_are_brought_below_it()
    {
        for (var offset = -40; offset <= 40; offset++)
        {
            foreach (var near in new[] { P, 2 * P, BigInteger.Pow(2, 255), BigInteger.Pow(2, 256) })
            {
                // The top limb may have more than 51 bits.
                var number = near + offset;
                var low = Element(number);
                var a = new FieldElement(low.L0, low.L1, low.L2, low.L3, (ulong)(number >> 204));
                FieldElement.Normalize(a, out var r);
                Assert.Equal(number % P, Number(r));
                Assert.True(FieldElement.IsCanonical(r));
                Assert.Equal(number % P == 0, FieldElement.IsZero(a));
            }
        }
    }

    [Fact]
    public void Bytes_are_read_without_their_highest_bit_and_are_canonical_below_p() => Any.Where(a => a < BigInteger.Pow(2, 256)).Sample(
        a =>
        {
            var number = a % BigInteger.Pow(2, 255);
            var element = FieldElement.Read(Bytes(a));
            Assert.Equal(number % P, Number(element));
            Assert.Equal(number < P, FieldElement.IsCanonical(element));
        },
        iter: 2000);

    [Fact]
    public void An_inverse_times_its_number_is_1_and_that_of_0_is_0() => Elements(Largest).Sample(
        a =>
        {
            FieldElement.Invert(a, out var inverse);
            Assert.Equal(Number(a).IsZero ? 0 : 1, Number(a) * Number(inverse) % P);
            AssertReduced(inverse);
        },
        iter: 5000);

    [Fact]
    public void Many_inverses_are_those_of_each() => Elements(Reduced).Where(a => !Number(a).IsZero).Array[0, 9].Sample(
        numbers =>
        {
            var inverses = new FieldElement[numbers.Length];
            EdwardsPoint.InvertZ([.. numbers.Select(z => new EdwardsPoint { Z = z })], inverses);
            Assert.All(numbers.Zip(inverses), pair => Assert.Equal(1, Number(pair.First) * Number(pair.Second) % P));
        },
        iter: 100);

    [Fact]
    public void A_ratio_has_a_root_if_Euler_says_so() => Gen.Select(Elements(Reduced), Elements(Reduced).Where(v => !Number(v).IsZero)).Sample(
        (u, v) =>
        {
            var ratio = Number(u) * BigInteger.ModPow(Number(v), P - 2, P) % P;
            var isSquare = BigInteger.ModPow(ratio, (P - 1) / 2, P) <= 1;
            Assert.Equal(isSquare, FieldElement.TryRootOfRatio(u, v, out var root));
            if (isSquare)
                Assert.Equal(ratio, Number(root) * Number(root) % P);
        },
        iter: 200);

    [Fact]
    public void Constants_are_what_they_are_called()
    {
        Assert.Equal((P - 121665) * BigInteger.ModPow(121666, P - 2, P) % P, Number(FieldElement.D));
        Assert.Equal(2 * Number(FieldElement.D) % P, Number(FieldElement.TwoD));
        Assert.Equal(P - 1, Number(FieldElement.RootOfMinusOne) * Number(FieldElement.RootOfMinusOne) % P);
    }

    private static void AssertReduced(FieldElement a) => AssertBelow(a, Reduced);

    private static void AssertBelow(FieldElement a, ulong bound) => Assert.All(new[] { a.L0, a.L1, a.L2, a.L3, a.L4 }, limb => Assert.True(limb < bound));
}
