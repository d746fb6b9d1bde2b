using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>One fetch of the <see cref="SyncActor"/>: which blocks it has found, what it misses, and whom it has asked for that.</summary>
/// <param name="client">Who wants the blocks.</param>
/// <param name="head">The certified block to go down from.</param>
/// <param name="above">The height of what the client has.</param>
internal sealed class BlockFetch(IActorRef client, BlockId head, Height above)
{
    private const int ChunkBlocks = 64;

    private readonly List<BlockId> _newestFirst = [];

    public IActorRef Client => client;

    public Height Above => above;

    /// <summary>The block below those found.</summary>
    public BlockId Missing { get; private set; } = head;

    /// <summary>How many blocks were found and not taken.</summary>
    public int Found => _newestFirst.Count;

    /// <summary>Who was asked for <see cref="Missing"/> and has not answered; null for nobody.</summary>
    public ReplicaId? Peer { get; set; }

    /// <summary>How many peers were asked for <see cref="Missing"/>.</summary>
    public int Asked { get; set; }

    /// <summary>The missing block is in the store.</summary>
    public void Find(Block block)
    {
        _newestFirst.Add(block.Id);
        Missing = block.Parent;
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
