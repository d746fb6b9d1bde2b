using System.Numerics;
using CsCheck;
using static HotStuff.Crypto.Tests.Curve25519.Numbers;

namespace HotStuff.Crypto.Tests.Curve25519;

public sealed class ScalarTests
{
    private static readonly BigInteger Wide = BigInteger.Pow(2, 512);

    [Fact]
    public void Sixty_four_bytes_are_reduced_as_whole_numbers_are() => Gen.Byte.Array[Scalar.WideSize].Sample(
        bytes => AssertReduced(OfBytes(bytes)), iter: 5000);

    [Fact]
    public void Multiples_of_L_and_what_is_next_to_them_are_reduced() => Gen.Select(
        Gen.OneOf(Gen.Int[0, 300].Select(i => (BigInteger)i), Gen.Byte.Array[32].Select(bytes => OfBytes(bytes)), Gen.Int[0, 259].Select(bit => BigInteger.Pow(2, bit))),
        Gen.Int[-3, 3]).Sample((factor, offset) => AssertReduced(BigInteger.Clamp((factor * L) + offset, 0, Wide - 1)), iter: 2000);

    [Fact]
    public void Numbers_with_long_runs_of_ones_are_reduced() => Gen.Select(Gen.Int[0, 512], Gen.Int[0, 512]).Sample(
        (high, low) => AssertReduced(BigInteger.Abs(BigInteger.Pow(2, high) - BigInteger.Pow(2, low)) % Wide), iter: 2000);

    [Fact]
    public void The_largest_number_of_all_is_reduced() => AssertReduced(Wide - 1);

    [Fact]
    public void Only_numbers_below_L_are_read()
    {
        foreach (var (number, isBelow) in new[]
        {
            (BigInteger.Zero, true), (L - 1, true), (L, false), (L + 1, false), (2 * L, false), (BigInteger.Pow(2, 256) - 1, false), (BigInteger.Pow(2, 252), true),
            (L - (1UL << 63) - (1UL << 63), true), (L + (1UL << 63) + (1UL << 63), false), (L + BigInteger.Pow(2, 128), false), (BigInteger.Pow(2, 253), false),
        })
        {
            Assert.Equal(isBelow, Scalar.TryRead(Bytes(number), out var scalar));
            if (isBelow)
                Assert.Equal(number, Value(scalar, 8));
        }
    }

    [Fact]
    public void Digits_make_the_number_and_are_no_larger_than_half_a_window() => Gen.Select(Any, Gen.Int[3, 9]).Sample(
        (number, width) =>
        {
            var scalar = ToScalar(number % L);
            var digits = new int[(254 + width) / width];
            scalar.ToDigits(width, digits);
            Assert.Equal(number % L, Value(scalar, width));
            Assert.All(digits, digit => Assert.InRange(digit, -(1 << (width - 1)), 1 << (width - 1)));
        });

    private static void AssertReduced(BigInteger number)
    {
        var scalar = Scalar.Reduce(Bytes(number, Scalar.WideSize));
        Assert.Equal(number % L, Value(scalar, 8));
    }

    private static BigInteger Value(Scalar scalar, int width)
    {
        var digits = new int[(254 + width) / width];
        scalar.ToDigits(width, digits);
        return digits.Reverse().Aggregate(BigInteger.Zero, (sum, digit) => (sum << width) + digit);
    }
}
