using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Pairing;
using HotStuff.Bls12381.Tests.Fields;

namespace HotStuff.Bls12381.Tests.Pairing;

public sealed class PairingTests
{
    private static readonly Point<Fp> P = Point<Fp>.From(G1.Generator);

    [Fact]
    public void The_pairing_of_the_generators_is_the_known_one()
    {
        AtePairing.Pair(P, PreparedG2.Generator, out var value);

        Assert.Equal(
            Numbers.Hex("1250ebd871fc0a92a7b2d83168d0d727272d441befa15c503dd8e90ce98db3e7b6d194f60839c508a84305aaca1789b6"),
            Numbers.Number(value.C0.C0.C0));
    }
}
