using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Tests.Curves;
using HotStuff.Bls12381.Tests.Fields;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Keys;

/// <summary>Points out of the group that pairings cannot tell from points of the group.</summary>
internal static class Strangers
{
    /// <summary>The point and another one, whose order divides the cofactor.</summary>
    public static Point<Fp> Move(Point<Fp> point)
    {
        Assert.True(G1.TryReadCompressed(VectorFile.Read("noble.json").GetProperty("strangers").GetProperty("g1")[0].Bytes(), out var stranger));
        var digits = new sbyte[MultiScalar.DigitsOf(256)];
        MultiScalar.Recode(Numbers.R, digits);
        MultiScalar.Sum<Fp>([Point<Fp>.From(stranger)], digits, digits.Length, out var outside);
        Point<Fp>.Add(point, outside, out var moved);
        return moved;
    }

    /// <summary>The same in bytes.</summary>
    public static byte[] Move(ReadOnlyMemory<byte> signature)
    {
        Assert.True(BlsSignature.TryRead(signature.Span, out var point));
        return Encodings.Compressed(Move(Point<Fp>.From(point)));
    }
}
