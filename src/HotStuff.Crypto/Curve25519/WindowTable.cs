namespace HotStuff.Crypto;

/// <summary>
/// Multiples of a point that is known beforehand, so that its multiplication takes additions and almost no doublings: a scalar's signed digits of some bits, and for every so many of them
/// the multiples by which one digit is looked up. Immutable.
/// </summary>
/// <remarks>
/// With digits of w bits and a spacing of s, table i has the multiples 1 to 2^(w-1) of 2^(w s i) times the point. It serves digits s i to s i + s - 1: sums are made of the
/// highest digits of each table first, and multiplied by 2^w before those of the next follow.
/// An entry is a point with Z = 1 by (Y - X, Y + X, 2dXY), in words of which three in a row are the limbs of one weight: five rows, and one word of padding. Entry 0 is the
/// neutral point, for all digits 0. Words, and not a struct, because <see cref="LaneSum"/> reads rows as vectors.
/// </remarks>
internal sealed class WindowTable
{
    /// <summary>Words of an entry.</summary>
    public const int EntrySize = 16;

    /// <summary>Words of a row of an entry.</summary>
    public const int RowSize = 3;

    private readonly int _width;
    private readonly int _spacing;
    private readonly int _digits;
    private readonly ulong[] _entries;
    private readonly int _start;

    /// <summary>Makes the multiples of a point.</summary>
    /// <param name="point">The point.</param>
    /// <param name="width">Bits of a digit.</param>
    /// <param name="spacing">How many digits one table serves.</param>
    public WindowTable(in EdwardsPoint point, int width, int spacing)
    {
        (_width, _spacing) = (width, spacing);
        _digits = (Scalar.Bits + 2 + width - 1) / width;
        var half = 1 << (width - 1);
        var tables = (_digits + spacing - 1) / spacing;
        var points = new EdwardsPoint[1 + (tables * half)];
        points[0] = EdwardsPoint.Neutral;
        var first = point;
        for (var table = 0; table < tables; table++)
        {
            var multiples = points.AsSpan(1 + (table * half), half);
            multiples[0] = first;
            for (var i = 1; i < half; i++)
                EdwardsPoint.Add(multiples[i - 1], first, out multiples[i]);

            // The last multiple is 2^(w-1): one doubling to 2^w, and w for each digit that the table serves, too.
            first = multiples[^1];
            for (var i = 0; i < 1 + (width * (spacing - 1)); i++)
                EdwardsPoint.Double(first, out first);
        }

        _entries = CacheLines.Allocate<ulong>(points.Length * EntrySize, out _start);
        WriteEntries(points);
    }

    /// <summary>Adds a multiple of the point to a sum, which must be neutral unless the spacing is 1.</summary>
    public void AddTo<T>(ref T sum, in Scalar scalar)
        where T : struct, IPointSum
    {
        Span<int> digits = stackalloc int[_digits];
        scalar.ToDigits(_width, digits);

        // Digits become places of entries. Each entry's two lines of the cache are asked for at once, so that what is not there comes while others are still on their way.
        Span<int> places = stackalloc int[_digits];
        for (var i = 0; i < digits.Length; i++)
        {
            places[i] = PlaceOf(i / _spacing, digits[i]);
            Volatile.Read(ref _entries[places[i]]);
            Volatile.Read(ref _entries[places[i] + (EntrySize / 2)]);
        }

        for (var first = _spacing - 1; first >= 0; first--)
        {
            for (var i = first; i < digits.Length; i += _spacing)
                sum.Add(_entries.AsSpan(places[i], EntrySize), digits[i] < 0);
            for (var i = 0; i < _width && first > 0; i++)
                sum.Double();
        }
    }

    /// <summary>Where the entry for a digit or its negative begins; without a branch, which would be guessed wrong half of the time.</summary>
    private int PlaceOf(int table, int digit)
    {
        var magnitude = (digit ^ (digit >> 31)) - (digit >> 31);
        var number = magnitude == 0 ? 0 : (table << (_width - 1)) + magnitude;
        return _start + (number * EntrySize);
    }

    private void WriteEntries(ReadOnlySpan<EdwardsPoint> points)
    {
        var inverses = new FieldElement[points.Length];
        EdwardsPoint.InvertZ(points, inverses);
        for (var i = 0; i < points.Length; i++)
        {
            FieldElement.Mul(points[i].X, inverses[i], out var x);
            FieldElement.Mul(points[i].Y, inverses[i], out var y);
            FieldElement.Sub(y, x, out var minus);
            FieldElement.Add(y, x, out var plus);
            FieldElement.Mul(x, y, out var t);
            FieldElement.Mul(t, FieldElement.TwoD, out t);
            var entry = _entries.AsSpan(_start + (i * EntrySize), EntrySize);
            WriteColumn(minus, entry);
            WriteColumn(plus, entry[1..]);
            WriteColumn(t, entry[2..]);
        }
    }

    private static void WriteColumn(in FieldElement a, Span<ulong> entry)
    {
        FieldElement.Normalize(a, out var r);
        entry[0] = r.L0;
        entry[RowSize] = r.L1;
        entry[2 * RowSize] = r.L2;
        entry[3 * RowSize] = r.L3;
        entry[4 * RowSize] = r.L4;
    }
}
