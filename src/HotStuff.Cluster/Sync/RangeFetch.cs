using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Committed blocks between two heights, fetched into the store from several peers at once. Each answer is proven by itself, by a certificate of its last block, so a liar can neither fill the store nor
/// hold up the others; whether it all hangs together shows when the fetch goes down through the store.
/// </summary>
internal sealed class RangeFetch
{
    /// <summary>Below so many missing blocks it is not worth while.</summary>
    public const int Least = 256;

    // So many blocks are asked for at a time: few enough that all peers have something to do, and many where blocks are small, since each answer takes a turn (BlockServerActor).
    private const int SmallestPart = 64;
    private const int LargestPart = 512;
    private const int Parts = 8;

    // How often in a row a part may fail before the rest is left to the walk downwards.
    private const int MostFailures = 8;

    private readonly Queue<Range> _todo = [];
    private int _underWay;
    private int _failures;

    /// <summary>A fetch of the blocks from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public RangeFetch(Height first, Height last)
    {
        var part = Math.Clamp((last.Number - first.Number + 1) / Parts, SmallestPart, LargestPart);
        for (var next = first; next <= last; next = new Height(next.Number + part))
            _todo.Enqueue(new Range(next, (int)Math.Min(part, last.Number - next.Number + 1)));
    }

    /// <summary>Whether nothing is left to be asked for or awaited.</summary>
    public bool IsOver => _underWay == 0 && (_todo.Count == 0 || _failures >= MostFailures);

    /// <summary>The next part to ask for, when fewer than <paramref name="most"/> are under way; null for none.</summary>
    public Range? Next(int most)
    {
        if (_underWay >= most || _failures >= MostFailures || !_todo.TryDequeue(out var range))
            return null;
        _underWay++;
        return range;
    }

    /// <summary>So many blocks of a part have come, from its lowest up.</summary>
    public void Got(Range range, int blocks)
    {
        _underWay--;
        _failures = 0;
        if (blocks < range.Count)
            _todo.Enqueue(new Range(new Height(range.First.Number + blocks), range.Count - blocks));
    }

    /// <summary>Nothing of a part has come, or something wrong.</summary>
    public void Failed(Range range)
    {
        _underWay--;
        _failures++;
        _todo.Enqueue(range);
    }

    /// <summary>Blocks from a height on.</summary>
    public sealed record Range(Height First, int Count);
}
