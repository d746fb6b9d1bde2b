using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// The blocks above the last committed one, each linked to its parent. Everything below the last commit, and every branch that lost, is pruned.
/// </summary>
public sealed class BlockTree
{
    private readonly Dictionary<BlockId, Node> _nodes = [];
    private int _nonEmpty;

    /// <summary>A tree that starts at the last committed block.</summary>
    public BlockTree(Block root)
    {
        Root = root;
        _nodes.Add(root.Id, new Node(root, root.Height));
    }

    /// <summary>The last committed block.</summary>
    public Block Root { get; private set; }

    /// <summary>How many blocks there are above the root.</summary>
    public int Count => _nodes.Count - 1;

    /// <summary>The block with this id, if it is the root or above.</summary>
    public Block? Find(BlockId id) => _nodes.GetValueOrDefault(id)?.Block;

    /// <summary>The parent of <paramref name="block"/>, if it is the root or above.</summary>
    public Block? ParentOf(Block block) => Find(block.Parent);

    /// <summary>Whether <paramref name="block"/> fits its parent: one higher, in a later view, with a justify of the parent's own view.</summary>
    public static bool Fits(Block block, Block parent) =>
        block.Height == parent.Height.Next
        && block.View > parent.View
        && (block.Justify.View == parent.View);

    /// <summary>
    /// Adds a block whose parent is in the tree and fits. <paramref name="committedByJustify"/> is the height that its justify commits, if any:
    /// what everyone who receives the block knows to be committed.
    /// </summary>
    public void Add(Block block, Height? committedByJustify)
    {
        if (_nodes.ContainsKey(block.Id))
            return;

        var known = _nodes[block.Parent].KnownCommitted;
        if (committedByJustify is { } committed && committed > known)
            known = committed;
        _nodes.Add(block.Id, new Node(block, known));
        if (!block.IsEmpty)
            _nonEmpty++;
    }

    /// <summary>Whether <paramref name="ancestor"/> is <paramref name="block"/> itself, or its parent, or its parent's parent ...</summary>
    public bool Extends(Block block, BlockId ancestor)
    {
        for (var current = block; current is not null; current = ParentOf(current))
        {
            if (current.Id == ancestor)
                return true;
        }

        return false;
    }

    /// <summary><paramref name="tip"/> and its ancestors down to, not including, the root: newest first.</summary>
    public IEnumerable<Block> Uncommitted(Block tip)
    {
        for (var current = tip; current is not null && current.Height > Root.Height; current = ParentOf(current))
            yield return current;
    }

    /// <summary>
    /// Whether commands above the root may still commit as they are: on the branch of the highest certificate, or in a block of the current view, which may yet
    /// be certified. Other blocks lost, and whoever wants their commands executed proposes them again; waiting for them would never end.
    /// </summary>
    public bool AwaitsCommit(BlockId certified, View current)
    {
        if (_nonEmpty == 0)
            return false;
        return _nodes.Values.Any(node => node.Block.View >= current && !node.Block.IsEmpty && node.Block.Id != Root.Id)
            || (Find(certified) is { } tip && Uncommitted(tip).Any(block => !block.IsEmpty));
    }

    /// <summary>
    /// Whether everybody who has <paramref name="tip"/> knows that each command up to it is committed, so that the views may rest:
    /// all blocks up to <paramref name="tip"/> that the tip's own ancestry does not prove committed are empty.
    /// </summary>
    public bool IsSettled(Block tip)
    {
        var known = _nodes[tip.Id].KnownCommitted;
        for (var current = tip; current.Height > known; current = _nodes[current.Parent].Block)
        {
            if (!current.IsEmpty)
                return false;
            // Below the root blocks are gone; when they matter, one more block settles them.
            if (current.Id == Root.Id)
                return Root.Height.Number - 1 <= known.Number;
        }

        return true;
    }

    /// <summary>
    /// Makes <paramref name="block"/> the root. Returns the blocks that this commits, oldest first; empty when it is not a proper descendant of
    /// the root, which the protocol excludes.
    /// </summary>
    public ImmutableArray<Block> Commit(Block block)
    {
        var path = Uncommitted(block).Reverse().ToImmutableArray();
        if (path.IsEmpty || path[0].Parent != Root.Id)
            return [];

        Root = block;
        Keep(node => Extends(node.Block, block.Id));
        return path;
    }

    /// <summary>
    /// Begins anew with a committed block above the root. What was above it stays if it is linked to it.
    /// </summary>
    public void Restart(Block root)
    {
        var above = Find(root.Id) is null ? [] : _nodes.Values.Where(node => node.Block.Id != root.Id && Extends(node.Block, root.Id)).ToList();
        Root = root;
        _nodes.Clear();
        _nodes.Add(root.Id, new Node(root, root.Height));
        foreach (var node in above)
            _nodes.Add(node.Block.Id, node);
        _nonEmpty = above.Count(node => !node.Block.IsEmpty);
    }

    /// <summary>Forgets all blocks that are neither ancestors of one of <paramref name="tips"/> nor of view <paramref name="since"/> or later.</summary>
    public void Trim(View since, params ReadOnlySpan<BlockId> tips)
    {
        var kept = new HashSet<BlockId> { Root.Id };
        foreach (var tip in tips)
        {
            if (Find(tip) is { } block)
                kept.UnionWith(Uncommitted(block).Select(ancestor => ancestor.Id));
        }

        var before = _nodes.Count;
        Keep(node => kept.Contains(node.Block.Id) || node.Block.View >= since);
        // A recent block whose ancestors went is of no use: without its parent nothing can be said about it.
        while (_nodes.Count < before)
        {
            before = _nodes.Count;
            Keep(node => node.Block.Id == Root.Id || _nodes.ContainsKey(node.Block.Parent));
        }
    }

    private void Keep(Func<Node, bool> condition)
    {
        var dropped = _nodes.Values.Where(node => !condition(node)).Select(node => node.Block.Id).ToList();
        foreach (var id in dropped)
            _nodes.Remove(id);
        _nonEmpty = _nodes.Values.Count(node => !node.Block.IsEmpty && node.Block.Id != Root.Id);
    }

    private sealed record Node(Block Block, Height KnownCommitted);
}
