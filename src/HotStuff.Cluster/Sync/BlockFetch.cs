using Akka.Actor;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>One fetch of the <see cref="SyncActor"/>: which blocks it has found, what it misses, and whom it has asked for that.</summary>
/// <param name="client">Who wants the blocks.</param>
/// <param name="head">The certified block to go down from.</param>
/// <param name="above">The height of what the client has.</param>
internal sealed class BlockFetch(IActorRef client, BlockId head, Height above)
{
    private const int ChunkBlocks = 64;

    private readonly List<BlockId> _newestFirst = [];
    private Height? _lowest;

    public IActorRef Client => client;

    public Height Above => above;

    /// <summary>The block below those found.</summary>
    public BlockId Missing { get; private set; } = head;

    /// <summary>How many blocks were found and not taken.</summary>
    public int Found => _newestFirst.Count;

    /// <summary>How many peers were asked for <see cref="Missing"/>.</summary>
    public int Asked { get; set; }

    /// <summary>The heights that are still missing; null before anything was found, when nobody knows how many there are.</summary>
    public (Height First, Height Last)? Gap => _lowest is { } lowest ? (above.Next, new Height(lowest.Number - 1)) : null;

    /// <summary>Goes down through what the store has. True when it has reached what the client has.</summary>
    public bool Walk(IBlockStore store)
    {
        while (_lowest != above.Next)
        {
            if (store.Find(Missing) is not { } block || block.Height <= above)
                return false;
            _newestFirst.Add(block.Id);
            _lowest = block.Height;
            Missing = block.Parent;
        }

        return true;
    }

    /// <summary>Takes the oldest blocks that were found and not taken, newest first; none when all were taken.</summary>
    public IReadOnlyList<BlockId> TakeChunk()
    {
        var first = Math.Max(0, _newestFirst.Count - ChunkBlocks);
        var chunk = _newestFirst.GetRange(first, _newestFirst.Count - first);
        _newestFirst.RemoveRange(first, chunk.Count);
        return chunk;
    }
}
