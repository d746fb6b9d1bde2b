using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Fields;
using static HotStuff.Bls12381.Tests.Fields.Numbers;

namespace HotStuff.Bls12381.Tests.Fields;

/// <summary>The extensions: Fp2 against whole numbers, the rest against plain sums over Fp2.</summary>
public sealed class TowerTests
{
    private static readonly Gen<Fp2> Fp2s = Gen.Select(BelowP, BelowP).Select(pair => ToFp2(pair.Item1, pair.Item2));

    private static readonly Gen<Fp12> Fp12s = Fp2s.Array[6].Select(Make);

    [Fact]
    public void Products_in_Fp2_are_those_of_complex_numbers() => Gen.Select(BelowP, BelowP, BelowP, BelowP).Sample(
        sample =>
        {
            var (a0, a1, b0, b1) = sample;
            Fp2.Mul(ToFp2(a0, a1), ToFp2(b0, b1), out var product);
            Fp2.Sqr(ToFp2(a0, a1), out var square);
            Assert.Equal((((a0 * b0) - (a1 * b1)) % P + P) % P, Number(product.C0));
            Assert.Equal(((a0 * b1) + (a1 * b0)) % P, Number(product.C1));
            Assert.Equal((((a0 * a0) - (a1 * a1)) % P + P) % P, Number(square.C0));
            Assert.Equal(2 * a0 * a1 % P, Number(square.C1));
        });

    [Fact]
    public void Square_roots_in_Fp2_exist_for_squares_and_for_nothing_else() => Fp2s.Sample(
        a =>
        {
            Fp2.Sqr(a, out var square);
            Assert.True(Fp2.TrySqrt(square, out var root));
            Fp2.Sqr(root, out var again);
            Assert.True(Fp2.Equal(again, square));

            // 1 + u is no square.
            Fp2.TimesXi(square, out var other);
            Assert.Equal(Fp2.IsZero(a), Fp2.TrySqrt(other, out _));
        },
        iter: 100);

    [Fact]
    public void Square_roots_of_numbers_of_the_base_field_exist_in_Fp2() => BelowP.Sample(
        a =>
        {
            Assert.True(Fp2.TrySqrt(ToFp2(a, 0), out var root));
            Fp2.Sqr(root, out var square);
            return Fp2.Equal(square, ToFp2(a, 0));
        },
        iter: 100);

    [Fact]
    public void Signs_in_Fp2_follow_the_RFC_and_the_encoding()
    {
        Assert.True(Fp2.IsOdd(ToFp2(1, 0)));
        Assert.False(Fp2.IsOdd(ToFp2(2, 1)));
        Assert.True(Fp2.IsOdd(ToFp2(0, 1)));
        Assert.False(Fp2.IsOdd(ToFp2(0, 2)));
        Assert.False(Fp2.IsOdd(ToFp2(0, 0)));
        Assert.True(Fp2.IsLarge(ToFp2(0, P - 1)));
        Assert.False(Fp2.IsLarge(ToFp2(P - 1, 1)));
        Assert.True(Fp2.IsLarge(ToFp2(P - 1, 0)));
        Assert.False(Fp2.IsLarge(ToFp2(1, 0)));
    }

    [Fact]
    public void Products_in_Fp12_are_sums_of_products_of_coefficients() => Gen.Select(Fp12s, Fp12s).Sample(
        (a, b) =>
        {
            Fp12.Mul(a, b, out var product);
            Fp12.Sqr(a, out var square);
            return Fp12.Equal(product, PlainProduct(a, b)) && Fp12.Equal(square, PlainProduct(a, a));
        },
        iter: 100);

    [Fact]
    public void A_line_is_multiplied_as_any_element() => Gen.Select(Fp12s, Fp2s, Fp2s).Sample(
        (a, b0, b1) =>
        {
            var line = Make([b0, Fp2.Zero, b1, Fp2.One, Fp2.Zero, Fp2.Zero]);
            Fp12.MulByLine(a, b0, b1, out var product);
            return Fp12.Equal(product, PlainProduct(a, line));
        },
        iter: 100);

    [Fact]
    public void Inverses_in_Fp12_are_inverse() => Fp12s.Where(a => !Fp12.Equal(a, default)).Sample(
        a =>
        {
            Fp12.Invert(a, out var inverse);
            Fp12.Mul(a, inverse, out var product);
            return Fp12.IsOne(product);
        },
        iter: 30);

    [Fact]
    public void Frobenius_is_the_power_of_p() => Fp12s.Sample(
        a =>
        {
            Fp12.Frobenius(a, out var once);
            Fp12.Frobenius(once, out var twice);
            Fp12.FrobeniusTwice(a, out var direct);
            Fp12.Conjugate(a, out var conjugate);
            var six = a;
            for (var i = 0; i < 6; i++)
                Fp12.Frobenius(six, out six);
            Assert.True(Fp12.Equal(once, Power(a, P)));
            Assert.True(Fp12.Equal(twice, direct));
            Assert.True(Fp12.Equal(six, conjugate));
        },
        iter: 3);

    [Fact]
    public void Cyclotomic_squares_are_squares_also_when_they_are_compressed_on_the_way() => Fp12s.Where(a => !Fp12.Equal(a, default)).Sample(
        a =>
        {
            // a^((p^6 - 1)(p^2 + 1))
            Fp12.Invert(a, out var inverse);
            Fp12.Conjugate(a, out var conjugate);
            Fp12.Mul(conjugate, inverse, out var t);
            Fp12.FrobeniusTwice(t, out var power);
            Fp12.Mul(power, t, out t);

            Fp12.CyclotomicSqr(t, out var square);
            Fp12.Sqr(t, out var expected);
            Assert.True(Fp12.Equal(square, expected));

            Fp12.CyclotomicSqr(square, out var fourth);
            var (first, second) = (t, square);
            Fp12.CompressedSqr(first, ref first);
            Fp12.CompressedSqr(second, ref second);
            (first.C0.C0, first.C1.C1, second.C0.C0, second.C1.C1) = (default, default, default, default);
            Fp12.Decompress(ref first, ref second);
            Assert.True(Fp12.Equal(first, square));
            Assert.True(Fp12.Equal(second, fourth));
        },
        iter: 20);

    [Fact]
    public void One_is_decompressed_too()
    {
        var (first, second) = (Fp12.One, Fp12.One);
        Fp12.CompressedSqr(first, ref first);
        Fp12.CompressedSqr(second, ref second);
        Fp12.Decompress(ref first, ref second);

        Assert.True(Fp12.IsOne(first) && Fp12.IsOne(second));
    }

    [Fact]
    public void Sums_of_threes_and_twos_are_below_2p() => Gen.Select(BelowP, BelowP).Sample(
        (a, b) =>
        {
            Fp.ThreePlusTwo(ToFp(a), ToFp(b), out var sum);
            Fp.ThreeMinusTwo(ToFp(a), ToFp(b), out var difference);
            return Number(sum) == ((3 * a) + (2 * b)) % P && Number(difference) == ((((3 * a) - (2 * b)) % P) + P) % P;
        });

    /// <summary>From the coefficients of 1, w, ..., w^5.</summary>
    private static Fp12 Make(Fp2[] c) => new()
    {
        C0 = new Fp6 { C0 = c[0], C1 = c[2], C2 = c[4] },
        C1 = new Fp6 { C0 = c[1], C1 = c[3], C2 = c[5] },
    };

    private static Fp2[] Coefficients(Fp12 a) => [a.C0.C0, a.C1.C0, a.C0.C1, a.C1.C1, a.C0.C2, a.C1.C2];

    /// <summary>By w^6 = 1 + u.</summary>
    private static Fp12 PlainProduct(Fp12 a, Fp12 b)
    {
        var product = new Fp2[6];
        for (var i = 0; i < 6; i++)
        {
            for (var j = 0; j < 6; j++)
            {
                Fp2.Mul(Coefficients(a)[i], Coefficients(b)[j], out var term);
                if (i + j >= 6)
                    Fp2.TimesXi(term, out term);
                Fp2.AddCarried(product[(i + j) % 6], term, out var sum);
                Fp2.Times(sum, 1, out product[(i + j) % 6]);
            }
        }

        return Make(product);
    }

    private static Fp12 Power(Fp12 a, BigInteger exponent)
    {
        var power = Fp12.One;
        for (var i = (int)exponent.GetBitLength() - 1; i >= 0; i--)
        {
            Fp12.Sqr(power, out power);
            if (!(exponent >> i).IsEven)
                Fp12.Mul(power, a, out power);
        }

        return power;
    }
}
