namespace HotStuff.Crypto;

/// <summary>What a sum of table entries is made in. Implementations are structs, so that each has code of its own.</summary>
internal interface IPointSum
{
    /// <summary>Adds an entry of a <see cref="WindowTable"/>, or takes it off.</summary>
    void Add(ReadOnlySpan<ulong> entry, bool negative);

    /// <summary>Doubles the sum.</summary>
    void Double();

    /// <summary>The sum.</summary>
    void ToPoint(out EdwardsPoint r);
}
