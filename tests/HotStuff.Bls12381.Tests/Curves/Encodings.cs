using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;

namespace HotStuff.Bls12381.Tests.Curves;

/// <summary>Points in bytes.</summary>
internal static class Encodings
{
    public static byte[] Compressed(Point<Fp> point)
    {
        var bytes = new byte[G1.CompressedSize];
        Assert.True(Point<Fp>.TryToAffine(point, out var affine));
        G1.WriteCompressed(affine, bytes);
        return bytes;
    }

    public static byte[] Uncompressed(Point<Fp> point)
    {
        var bytes = new byte[G1.UncompressedSize];
        Assert.True(Point<Fp>.TryToAffine(point, out var affine));
        G1.WriteUncompressed(affine, bytes);
        return bytes;
    }

    public static byte[] Compressed(Point<Fp2> point)
    {
        var bytes = new byte[G2.CompressedSize];
        Assert.True(Point<Fp2>.TryToAffine(point, out var affine));
        G2.WriteCompressed(affine, bytes);
        return bytes;
    }

    public static byte[] Uncompressed(Point<Fp2> point)
    {
        var bytes = new byte[G2.UncompressedSize];
        Assert.True(Point<Fp2>.TryToAffine(point, out var affine));
        G2.WriteUncompressed(affine, bytes);
        return bytes;
    }
}
