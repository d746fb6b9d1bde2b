namespace HotStuff.Crypto;
internal static class DoubleMultiplication
{
    public static void Vectors(WindowTable table, WindowTable baseTable, in Scalar h, in Scalar s, out EdwardsPoint r)
    {
        Span<int> keyEntries = stackalloc int[table.Digits];
        Span<int> baseEntries = stackalloc int[baseTable.Digits];
        table.Recode(h, keyEntries);
        baseTable.Recode(s, baseEntries);
        var sum = PointPair.Neutral;
        var i = 1;
        for (; i + 2 < keyEntries.Length; i += 4)
            sum.Add(table, keyEntries[i], table, keyEntries[i + 2]);
        if (i < keyEntries.Length)
            sum.Add(table, keyEntries[i], table, 0);
        for (var d = 0; d < 5; d++)
            sum.Double();
        var b = 0;
        for (i = 0; i < keyEntries.Length; i += 2)
            sum.Add(table, keyEntries[i], baseTable, baseEntries[b++]);
        for (; b + 1 < baseEntries.Length; b += 2)
            sum.Add(baseTable, baseEntries[b], baseTable, baseEntries[b + 1]);
        if (b < baseEntries.Length)
            sum.Add(baseTable, baseEntries[b], baseTable, 0);
        sum.Sum(out r);
    }
    public static void Plain(WindowTable table, WindowTable baseTable, in Scalar h, in Scalar s, out EdwardsPoint r)
    {
        Span<int> keyEntries = stackalloc int[table.Digits];
        Span<int> baseEntries = stackalloc int[baseTable.Digits];
        table.Recode(h, keyEntries);
        baseTable.Recode(s, baseEntries);
        r = EdwardsPoint.Neutral;
        for (var i = 1; i < keyEntries.Length; i += 2)
            table.AddTo(ref r, keyEntries[i]);
        for (var d = 0; d < 5; d++)
            EdwardsPoint.Double(r, out r);
        for (var i = 0; i < keyEntries.Length; i += 2)
            table.AddTo(ref r, keyEntries[i]);
        foreach (var e in baseEntries)
            baseTable.AddTo(ref r, e);
    }
}
