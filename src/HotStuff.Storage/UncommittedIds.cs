using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Which kept blocks are not committed, by height. Not thread-safe.</summary>
internal sealed class UncommittedIds
{
    private readonly SortedDictionary<Height, List<BlockId>> _byHeight = [];

    /// <summary>All of them, lowest first.</summary>
    public IEnumerable<(Height Height, BlockId Id)> All => _byHeight.SelectMany(at => at.Value, (at, id) => (at.Key, id));

    public bool Contains(Height height, BlockId id) => _byHeight.TryGetValue(height, out var ids) && ids.Contains(id);

    /// <summary>Adds one that is not contained yet.</summary>
    public void Add(Height height, BlockId id)
    {
        if (!_byHeight.TryGetValue(height, out var ids))
            _byHeight.Add(height, ids = []);
        ids.Add(id);
    }

    /// <summary>Those that lose when <paramref name="committed"/>, which are consecutive, are committed: they share a height with one of them.</summary>
    public IEnumerable<(Height Height, BlockId Id)> Losers(IReadOnlyList<Block> committed)
    {
        foreach (var block in committed)
        {
            if (!_byHeight.TryGetValue(block.Height, out var ids))
                continue;
            foreach (var id in ids)
            {
                if (id != block.Id)
                    yield return (block.Height, id);
            }
        }
    }

    /// <summary>Forgets those at a height and below, and returns them.</summary>
    public IReadOnlyList<(Height Height, BlockId Id)> TakeUpTo(Height height)
    {
        List<(Height Height, BlockId Id)> taken = [.. All.TakeWhile(at => at.Height <= height)];
        foreach (var at in taken)
            _byHeight.Remove(at.Height);
        return taken;
    }

    /// <summary>Forgets the heights of <paramref name="committed"/>.</summary>
    public void Forget(IReadOnlyList<Block> committed)
    {
        foreach (var block in committed)
            _byHeight.Remove(block.Height);
    }
}
