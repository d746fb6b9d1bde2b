using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Effects on their way through a disk whose flush takes long. A Persist waits for its write, and everything after it for it; the protocol goes on meanwhile. When a write ends, one
/// write takes all records and blocks that have come since: a later record says what the earlier ones say and more, so one flush serves everything that waits.
/// </summary>
internal sealed class GroupCommit
{
    /// <summary>How many effects wait at most before what peers and clients say is dropped.</summary>
    public const int MaxWaiting = 4_096;

    private readonly Queue<Effect> _waiting = [];
    private int _underWrite;

    /// <summary>Whether so much waits that no more should be caused.</summary>
    public bool IsFull => _waiting.Count >= MaxWaiting;

    /// <summary>Whether an effect may be done at once; if not, it is handed out by <see cref="Written"/> later.</summary>
    public bool MayDo(Effect effect)
    {
        if (_waiting.Count == 0 && effect is not Effect.Persist)
            return true;
        _waiting.Enqueue(effect);
        return false;
    }

    /// <summary>What to write now: everything that waits to be; null when nothing does, or a write is under way.</summary>
    public WriterActor.Write? NextWrite()
    {
        if (_underWrite > 0 || _waiting.Count == 0)
            return null;
        _underWrite = _waiting.Count;
        var persists = _waiting.OfType<Effect.Persist>().ToList();
        return new WriterActor.Write(persists[^1].Record, [.. persists.Select(persist => persist.Block).OfType<Block>()]);
    }

    /// <summary>The write is durable. What may be done now, in order: up to the first Persist that came after the write began.</summary>
    public IReadOnlyList<Effect> Written()
    {
        var done = new List<Effect>();
        for (; _underWrite > 0; _underWrite--)
        {
            if (_waiting.Dequeue() is var effect and not Effect.Persist)
                done.Add(effect);
        }

        while (_waiting.TryPeek(out var next) && next is not Effect.Persist)
            done.Add(_waiting.Dequeue());
        return done;
    }
}
