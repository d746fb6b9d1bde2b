using CsCheck;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Pairing;
using HotStuff.Bls12381.Tests.Fields;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Pairing;

public sealed class PairingTests
{
    private static readonly Point<Fp> P = Point<Fp>.From(G1.Generator);

    [Fact]
    public void The_pairing_of_the_generators_is_the_known_one()
    {
        Assert.Equal(
            Numbers.Hex("1250ebd871fc0a92a7b2d83168d0d727272d441befa15c503dd8e90ce98db3e7b6d194f60839c508a84305aaca1789b6"),
            Numbers.Number(Pair(Fr.One, Fr.One).C0.C0.C0));
    }

    [Fact]
    public void Pairings_are_those_of_another_implementation()
    {
        var pairings = VectorFile.Read("noble.json").GetProperty("pairings");
        foreach (var pairing in pairings.EnumerateArray())
        {
            Assert.True(Fr.TryRead(pairing.GetProperty("a").Bytes(), out var a));
            Assert.True(Fr.TryRead(pairing.GetProperty("b").Bytes(), out var b));
            var value = Pair(a, b);
            Fp[] coefficients =
            [
                value.C0.C0.C0, value.C0.C0.C1, value.C0.C1.C0, value.C0.C1.C1, value.C0.C2.C0, value.C0.C2.C1,
                value.C1.C0.C0, value.C1.C0.C1, value.C1.C1.C0, value.C1.C1.C1, value.C1.C2.C0, value.C1.C2.C1,
            ];
            Assert.Equal(
                pairing.GetProperty("value").EnumerateArray().Select(number => Numbers.Hex(number.GetString()!)),
                coefficients.Select(Numbers.Number));
        }

        Assert.Equal(5, pairings.GetArrayLength());
    }

    [Fact]
    public void Factors_move_from_one_side_to_the_other() => Gen.Select(Numbers.BelowR, Numbers.BelowR).Sample(
        (a, b) =>
        {
            var (x, y) = (Numbers.ToFr(a), Numbers.ToFr(b));
            if (x.IsZero || y.IsZero)
                return;
            var value = Pair(x, y);
            Assert.True(Fp12.Equal(value, Pair(x * y, Fr.One)));
            Assert.True(Fp12.Equal(value, Pair(Fr.One, x * y)));

            Fp12.Mul(value, Pair(y, y), out var product);
            Assert.True(Fp12.Equal(product, Pair(x + y, y)));
        },
        iter: 10);

    [Fact]
    public void The_pairing_of_the_generators_is_of_order_r()
    {
        var value = Pair(Fr.One, Fr.One);
        Assert.False(Fp12.IsOne(value));

        var power = Fp12.One;
        for (var bit = 254; bit >= 0; bit--)
        {
            Fp12.CyclotomicSqr(power, out power);
            if (!(Numbers.R >> bit).IsEven)
                Fp12.Mul(power, value, out power);
        }

        Assert.True(Fp12.IsOne(power));
    }

    [Fact]
    public void Infinity_pairs_to_1()
    {
        AtePairing.Pair(Point<Fp>.Infinity, PreparedG2.Generator, out var value);
        Assert.True(Fp12.IsOne(value));

        AtePairing.PairProduct(Point<Fp>.Infinity, PreparedG2.Generator, P, PreparedG2.Generator, out value);
        Assert.True(Fp12.Equal(value, Pair(Fr.One, Fr.One)));
    }

    [Fact]
    public void A_point_and_its_negative_cancel()
    {
        Point<Fp>.Neg(P, out var negative);

        AtePairing.PairProduct(P, PreparedG2.Generator, negative, PreparedG2.Generator, out var value);

        Assert.True(Fp12.IsOne(value));
    }

    private static Fp12 Pair(Fr a, Fr b)
    {
        SecretMultiplication.Multiply(P, a, out var p);
        SecretMultiplication.Multiply(Point<Fp2>.From(G2.Generator), b, out var q);
        Assert.True(Point<Fp2>.TryToAffine(q, out var affine));
        AtePairing.Pair(p, new PreparedG2(affine), out var value);
        return value;
    }
}
