using System.Globalization;
using System.Numerics;

namespace HotStuff.Bls12381.Fields;

/// <summary>Numbers about the groups, for public computations.</summary>
internal static class Scalars
{
    /// <summary>r, the order of the groups.</summary>
    public static readonly BigInteger Order =
        BigInteger.Parse("073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
