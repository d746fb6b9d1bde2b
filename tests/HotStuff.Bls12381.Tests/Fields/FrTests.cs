using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Fields;
using static HotStuff.Bls12381.Tests.Fields.Numbers;

namespace HotStuff.Bls12381.Tests.Fields;

public sealed class FrTests
{
    private static readonly Gen<(BigInteger A, BigInteger B)> Pairs = Gen.Select(BelowR, BelowR);

    [Fact]
    public void Bytes_are_read_and_written() => BelowR.Sample(a => Number(ToFr(a)) == a);

    [Fact]
    public void Numbers_from_r_upwards_are_refused()
    {
        foreach (var number in new[] { R, R + 1, 2 * R, (BigInteger.One << 256) - 1 })
            Assert.False(Fr.TryRead(Bytes(number, Fr.Size), out _));
        Assert.True(Fr.TryRead(Bytes(R - 1, Fr.Size), out _));
    }

    [Fact]
    public void Arithmetic_is_that_of_whole_numbers() => Pairs.Sample(
        pair =>
        {
            var (a, b) = (ToFr(pair.A), ToFr(pair.B));
            Assert.Equal((pair.A + pair.B) % R, Number(a + b));
            Assert.Equal((pair.A + R - pair.B) % R, Number(a - b));
            Assert.Equal((R - pair.A) % R, Number(-a));
            Assert.Equal(pair.A * pair.B % R, Number(a * b));
            Assert.Equal(pair.A == pair.B, a.Equals(b));
            Assert.Equal(pair.A.IsZero, a.IsZero);
        },
        iter: 5000);

    [Fact]
    public void An_inverse_times_its_number_is_1() => BelowR.Where(a => !a.IsZero).Sample(a => Number(ToFr(a).Invert()) * a % R == 1, iter: 200);

    [Fact]
    public void Sixty_four_bytes_are_reduced_modulo_r() => Gen.OneOf(Gen.Byte.Array[64], Gen.Const(Enumerable.Repeat((byte)0xff, 64).ToArray())).Sample(
        bytes => Number(Fr.FromUniform(bytes)) == new BigInteger(bytes, isUnsigned: true, isBigEndian: true) % R);

    [Fact]
    public void Small_integers_keep_their_sign() => Gen.Int.Sample(number => Number(Fr.FromInt64(number)) == ((number % R) + R) % R);

    [Fact]
    public void Limbs_are_the_number_from_below() => BelowR.Sample(
        a =>
        {
            var limbs = new ulong[4];
            ToFr(a).WriteLimbs(limbs);
            return limbs.Select((limb, i) => (BigInteger)limb << (64 * i)).Aggregate((x, y) => x + y) == a;
        });
}
