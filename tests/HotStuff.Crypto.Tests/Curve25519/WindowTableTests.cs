using CsCheck;
using static HotStuff.Crypto.Tests.Curve25519.Numbers;

namespace HotStuff.Crypto.Tests.Curve25519;

public sealed class WindowTableTests
{
    private static readonly Gen<Scalar> Scalars = Any.Select(number => ToScalar(number % L));

    [Theory]
    [InlineData(5, 2)]
    [InlineData(8, 1)]
    [InlineData(4, 3)]
    [InlineData(3, 1)]
    public void Sums_of_entries_are_multiples(int width, int spacing)
    {
        var point = Add(Multiply(12345, EdwardsPoint.Base), Torsion()[3]);
        var table = new WindowTable(point, width, spacing);
        Any.Sample(
            number =>
            {
                var expected = Encode(Multiply(number % L, point));
                Assert.Equal(expected, Encode(Sum(table, ToScalar(number % L), new PlainSum())));
                if (LaneSum.IsSupported)
                    Assert.Equal(expected, Encode(Sum(table, ToScalar(number % L), new LaneSum())));
            },
            iter: 30);
    }

    [LanesFact]
    public void Both_kinds_of_sum_go_on_where_others_ended() => Gen.Select(Scalars, Scalars).Sample(
        (a, b) =>
        {
            var (spaced, dense) = (new WindowTable(Multiply(77, EdwardsPoint.Base), 4, 2), new WindowTable(EdwardsPoint.Base, 4, 1));
            var (plain, lanes) = (new PlainSum(), new LaneSum());
            spaced.AddTo(ref plain, a);
            spaced.AddTo(ref lanes, a);
            dense.AddTo(ref plain, b);
            dense.AddTo(ref lanes, b);
            plain.ToPoint(out var first);
            lanes.ToPoint(out var second);
            Assert.Equal(Encode(first), Encode(second));
        },
        iter: 10);

    [Fact]
    public void The_base_point_has_order_L_and_an_even_x()
    {
        Assert.Equal(Bytes(4 * System.Numerics.BigInteger.ModPow(5, P - 2, P) % P), Encode(EdwardsPoint.Base));
        Assert.Equal(Encode(EdwardsPoint.Neutral), Encode(Multiply(L, EdwardsPoint.Base)));
    }

    private static EdwardsPoint Sum<T>(WindowTable table, Scalar scalar, T sum)
        where T : struct, IPointSum
    {
        table.AddTo(ref sum, scalar);
        sum.ToPoint(out var point);
        return point;
    }
}
