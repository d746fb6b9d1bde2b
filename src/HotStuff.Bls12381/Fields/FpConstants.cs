namespace HotStuff.Bls12381.Fields;

/// <summary>Numbers of the base field that its own operations need.</summary>
internal static class FpConstants
{
    /// <summary>R^2: what brings a plain number into Montgomery's form.</summary>
    public static readonly Fp RSquared = new(
        0x6d1c34510370ed, 0xec45c53e243d62, 0x093317d3b1d65a, 0x5d74088b4f36a0, 0x865d118c10ea72, 0xfd5cd507320a75, 0x0c8d4cc8a759, new FpBound(1, 1));

    /// <summary>R^3: what brings the plain inverse of Montgomery's form into Montgomery's form.</summary>
    public static readonly Fp RCubed = new(
        0x294cc4d1f7b890, 0xb5ba56c9f3af22, 0xc0d975ccb5c0cc, 0x6c968b4c89a8c5, 0x91de8c922672ea, 0x84977c835652a6, 0x141ab424bbb9, new FpBound(1, 1));

    /// <summary>1, that is R modulo p.</summary>
    public static readonly Fp One = new(
        0xd800000347fcb8, 0x0cde6d2002b119, 0x83a2090c7212e0, 0xda0f73e037669f, 0x1297bb09b09b42, 0x012ca7c515d98f, 0x0577a659fcfa, new FpBound(1, 1));

    /// <summary>2^256.</summary>
    public static readonly Fp TwoTo256 = Fp.FromHex("010000000000000000000000000000000000000000000000000000000000000000");
}
