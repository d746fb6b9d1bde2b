namespace HotStuff.Bls12381.Curves;

/// <summary>The three flags in the first byte of an encoded point, as ZCash laid them down.</summary>
/// <remarks>
/// A compressed point is x, big-endian, an uncompressed one x and y; an element of Fp2 is written with the coefficient of u first. Coordinates are below p: there is one
/// encoding for each point. Infinity is neither a key nor a signature, so it is refused here already.
/// </remarks>
internal static class PointEncoding
{
    /// <summary>The encoding is of x alone.</summary>
    public const byte Compressed = 0x80;

    /// <summary>The point is infinity.</summary>
    public const byte Infinity = 0x40;

    /// <summary>Of the two y, the larger one; only in compressed encodings.</summary>
    public const byte LargeY = 0x20;

    /// <summary>All three.</summary>
    public const byte Flags = Compressed | Infinity | LargeY;
}
