namespace HotStuff.Crypto;

/// <summary>A sum of table entries by the processor's plain multiplication: for all processors.</summary>
internal struct PlainSum : IPointSum
{
    private EdwardsPoint _point;

    public PlainSum() => _point = EdwardsPoint.Neutral;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<ulong> entry, bool negative) =>
        EdwardsPoint.AddAffine(_point, Column(entry), Column(entry[1..]), Column(entry[2..]), negative, out _point);

    /// <inheritdoc/>
    public void Double() => EdwardsPoint.Double(_point, out _point);

    /// <inheritdoc/>
    public readonly void ToPoint(out EdwardsPoint r) => r = _point;

    private static FieldElement Column(ReadOnlySpan<ulong> entry) => new(
        entry[0], entry[WindowTable.RowSize], entry[2 * WindowTable.RowSize], entry[3 * WindowTable.RowSize], entry[4 * WindowTable.RowSize]);
}
