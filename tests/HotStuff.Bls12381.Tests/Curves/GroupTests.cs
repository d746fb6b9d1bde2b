using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Tests.Fields;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Curves;

public sealed class GroupTests
{
    private static readonly Point<Fp> P1 = Point<Fp>.From(G1.Generator);

    private static readonly Point<Fp2> P2 = Point<Fp2>.From(G2.Generator);

    [Fact]
    public void Multiples_of_the_generators_are_those_of_another_implementation()
    {
        var multiples = VectorFile.Read("noble.json").GetProperty("multiples");
        foreach (var multiple in multiples.EnumerateArray())
        {
            Assert.True(Fr.TryRead(multiple.GetProperty("scalar").Bytes(), out var scalar));
            SecretMultiplication.Multiply(P1, scalar, out var p);
            SecretMultiplication.MultiplyBlinded(P1, scalar, out var blinded);
            SecretMultiplication.Multiply(P2, scalar, out var q);

            Assert.Equal(multiple.GetProperty("g1").Bytes(), Encodings.Compressed(p));
            Assert.Equal(multiple.GetProperty("g1").Bytes(), Encodings.Compressed(blinded));
            Assert.Equal(multiple.GetProperty("g1Uncompressed").Bytes(), Encodings.Uncompressed(p));
            Assert.Equal(multiple.GetProperty("g2").Bytes(), Encodings.Compressed(q));
            Assert.Equal(multiple.GetProperty("g2Uncompressed").Bytes(), Encodings.Uncompressed(q));
        }

        Assert.Equal(13, multiples.GetArrayLength());
    }

    [Fact]
    public void The_generators_are_of_order_r()
    {
        Assert.True(Point<Fp>.IsInfinity(Multiple(P1, Numbers.R)));
        Assert.True(Point<Fp2>.IsInfinity(Multiple(P2, Numbers.R)));
        Assert.True(G1.IsOnCurve(G1.Generator) && G1.IsInSubgroup(G1.Generator));
        Assert.True(G2.IsOnCurve(G2.Generator) && G2.IsInSubgroup(G2.Generator));
        Assert.False(Point<Fp>.IsInfinity(P1) || Point<Fp2>.IsInfinity(P2));
    }

    [Fact]
    public void Points_add_as_a_group()
    {
        CheckGroup(P1);
        CheckGroup(P2);
    }

    [Fact]
    public void Points_of_the_curves_outside_of_the_groups_are_recognized()
    {
        var strangers = VectorFile.Read("noble.json").GetProperty("strangers");
        foreach (var encoded in strangers.GetProperty("g1").EnumerateArray())
        {
            Assert.True(G1.TryReadCompressed(encoded.Bytes(), out var point));
            Assert.False(G1.IsInSubgroup(point));
            Assert.False(Point<Fp>.IsInfinity(Multiple(Point<Fp>.From(point), Numbers.R)));

            // The point times r is of an order that divides the cofactor; added to a point of the group it still is none.
            Point<Fp>.Add(Multiple(Point<Fp>.From(point), Numbers.R), P1, out var mixed);
            Assert.True(Point<Fp>.TryToAffine(mixed, out var affine));
            Assert.False(G1.IsInSubgroup(affine));
            G1.ClearCofactor(mixed, out var cleared);
            Assert.True(Point<Fp>.TryToAffine(cleared, out affine) && G1.IsInSubgroup(affine));
        }

        foreach (var encoded in strangers.GetProperty("g2").EnumerateArray())
        {
            Assert.True(G2.TryReadCompressed(encoded.Bytes(), out var point));
            Assert.False(G2.IsInSubgroup(point));
            Assert.False(Point<Fp2>.IsInfinity(Multiple(Point<Fp2>.From(point), Numbers.R)));
            Point<Fp2>.Add(Multiple(Point<Fp2>.From(point), Numbers.R), P2, out var mixed);
            Assert.True(Point<Fp2>.TryToAffine(mixed, out var affine));
            Assert.False(G2.IsInSubgroup(affine));
            G2.ClearCofactor(mixed, out var cleared);
            Assert.True(Point<Fp2>.TryToAffine(cleared, out affine) && G2.IsInSubgroup(affine));
        }

        Assert.True(strangers.GetProperty("g1").GetArrayLength() > 5 && strangers.GetProperty("g2").GetArrayLength() > 5);
    }

    [Fact]
    public void Points_of_each_small_order_that_the_cofactor_has_are_outside_of_the_group()
    {
        // (x - 1)^2 / 3 = 3 * 11^2 * 10177^2 * 859267^2 * 52437899^2
        Assert.True(G1.TryReadCompressed(VectorFile.Read("noble.json").GetProperty("strangers").GetProperty("g1")[0].Bytes(), out var stranger));
        BigInteger[] primes = [3, 11, 10177, 859267, 52437899];
        var found = 0;
        foreach (var prime in primes)
        {
            var small = Multiple(Point<Fp>.From(stranger), Numbers.R);
            foreach (var other in primes.Where(other => other != prime))
                small = Multiple(small, other * other);
            while (!Point<Fp>.IsInfinity(Multiple(small, prime)))
                small = Multiple(small, prime);
            if (!Point<Fp>.TryToAffine(small, out var affine))
                continue;
            Assert.False(G1.IsInSubgroup(affine));
            found++;
        }

        Assert.True(found >= 4);
    }

    [Fact]
    public void Endomorphisms_are_multiplications()
    {
        var x = (BigInteger)Curve.X;
        G1.Endomorphism(P1, out var p);
        G2.Endomorphism(P2, out var q);

        Assert.True(Point<Fp>.Equal(p, Multiple(P1, Numbers.R - (x * x))));
        Assert.True(Point<Fp2>.Equal(q, Multiple(P2, Numbers.R - x)));
    }

    [Fact]
    public void A_split_number_is_the_sum_of_its_parts_and_its_parts_are_random() => Numbers.BelowR.Sample(
        number =>
        {
            var parts = Enumerable.Range(0, 2).Select(_ => Split(number)).ToList();
            var square = (BigInteger)Curve.X * Curve.X;
            Assert.All(parts, part => Assert.Equal(number, (part.K0 + (part.K1 * square)) % Numbers.R));
            Assert.NotEqual(parts[0], parts[1]);
        });

    [Fact]
    public void Sums_of_multiples_are_those_of_single_multiplications() => Gen.Select(Gen.Int[-1000, 1000], Gen.ULong, Numbers.BelowR).Sample(
        (small, large, scalar) =>
        {
            Point<Fp>.Double(P1, out var second);
            Point<Fp>.Add(second, P1, out var third);
            BigInteger[] factors = [small, large, scalar];
            var length = MultiScalar.DigitsOf(256);
            var digits = new sbyte[3 * length];
            for (var i = 0; i < 3; i++)
                MultiScalar.Recode(factors[i], digits.AsSpan(i * length, length));
            MultiScalar.Sum<Fp>([P1, second, third], digits, length, out var sum);

            var expected = (small + (2 * (BigInteger)large) + (3 * scalar)) % Numbers.R;
            return Point<Fp>.Equal(sum, Multiple(P1, (expected + Numbers.R) % Numbers.R));
        },
        iter: 30);

    [Fact]
    public void Digits_are_the_number_they_came_from() => Gen.ULong.Array[4].Select(Gen.Bool).Sample(
        (limbs, negative) =>
        {
            var digits = new sbyte[MultiScalar.DigitsOf(256)];
            MultiScalar.Recode(limbs, negative, digits);
            var sum = digits.Select((digit, i) => digit * (BigInteger.One << i)).Aggregate((a, b) => a + b);
            var number = limbs.Select((limb, i) => (BigInteger)limb << (64 * i)).Aggregate((a, b) => a + b);
            Assert.Equal(negative ? -number : number, sum);
            Assert.All(digits, digit => Assert.True(digit == 0 || (Math.Abs(digit) <= 7 && digit % 2 != 0)));
        });

    private static (BigInteger K0, BigInteger K1) Split(BigInteger number)
    {
        var k0 = new ulong[3];
        var k1 = new ulong[3];
        SecretMultiplication.Split(Numbers.ToFr(number), k0, k1);
        return (Whole(k0), Whole(k1));
    }

    private static BigInteger Whole(ulong[] limbs) => limbs.Select((limb, i) => (BigInteger)limb << (64 * i)).Aggregate((a, b) => a + b);

    private static void CheckGroup<T>(Point<T> generator)
        where T : unmanaged, IField<T>
    {
        var infinity = Point<T>.Infinity;
        Point<T>.Double(generator, out var twice);
        Point<T>.Add(generator, generator, out var sum);
        Assert.True(Point<T>.Equal(twice, sum));
        Point<T>.Add(twice, generator, out var left);
        Point<T>.Add(generator, twice, out var right);
        Assert.True(Point<T>.Equal(left, right));
        Point<T>.Add(generator, infinity, out sum);
        Assert.True(Point<T>.Equal(sum, generator));
        Point<T>.Neg(generator, out var negative);
        Point<T>.Add(generator, negative, out sum);
        Assert.True(Point<T>.IsInfinity(sum));
        Point<T>.Add(infinity, infinity, out sum);
        Assert.True(Point<T>.IsInfinity(sum));
        Point<T>.Double(infinity, out sum);
        Assert.True(Point<T>.IsInfinity(sum));
        Assert.False(Point<T>.Equal(generator, negative));
        Assert.False(Point<T>.TryToAffine(infinity, out _));
    }

    private static Point<T> Multiple<T>(Point<T> point, BigInteger factor)
        where T : unmanaged, IField<T>
    {
        var sum = Point<T>.Infinity;
        for (var i = (int)factor.GetBitLength() - 1; i >= 0; i--)
        {
            Point<T>.Double(sum, out sum);
            if (!(factor >> i).IsEven)
                Point<T>.Add(sum, point, out sum);
        }

        return sum;
    }
}
