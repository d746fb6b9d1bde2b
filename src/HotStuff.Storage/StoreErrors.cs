using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Messages that several parts of a store give: one line with what, where and what to do.</summary>
internal static class StoreErrors
{
    // A replica without a record asks the others what it has signed, and signs nothing where it may have signed before: but not more than f of them can be told.
    public static StoreException Damaged(string what, string how, Exception? cause = null)
    {
        var message = $"{what} is damaged ({how}): check the disk, then remove the data directory, not those of more than f replicas at a time, and start again: "
            + "the replica asks the others what it has signed, and fetches blocks and state from them.";
        return cause is null ? new StoreException(message) : new StoreException(message, cause);
    }

    public static StoreException WrongChain(string what, ChainId owner, ChainId wanted) =>
        new($"{what} belongs to chain {owner}, not to chain {wanted}: start with that chain's genesis file, or use another data directory.") { IsWrongDirectory = true };

    /// <summary>Throws unless <paramref name="root"/> is above the last committed block.</summary>
    public static void ThrowUnlessAbove(Block root, Height committed)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.Height <= committed)
            throw new ArgumentException($"Block {root} is not above the last committed height {committed}.", nameof(root));
    }

    /// <summary>Throws unless <paramref name="blocks"/> are the next ones after the block <paramref name="tip"/> at <paramref name="height"/>.</summary>
    public static void ThrowUnlessNext(IReadOnlyList<Block> blocks, Height height, BlockId tip)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        foreach (var block in blocks)
        {
            if (block.Height != height.Next || block.Parent != tip)
                throw new ArgumentException($"Block {block} does not follow the committed block {tip} {height}.", nameof(blocks));
            height = block.Height;
            tip = block.Id;
        }
    }
}
