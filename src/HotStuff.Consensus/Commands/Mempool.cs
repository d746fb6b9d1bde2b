using System.Collections.Immutable;

namespace HotStuff.Consensus;

/// <summary>
/// The commands that a replica knows and has not seen committed, in order of arrival, bounded in number and bytes. A segment stays until it commits:
/// a block that contains it may still lose.
/// </summary>
public sealed class Mempool(int maxCommands, long maxBytes)
{
    private const int RememberedCommits = 8_192;

    private readonly LinkedList<Entry> _waiting = [];
    private readonly Dictionary<SegmentKey, LinkedListNode<Entry>> _byKey = [];
    private readonly HashSet<SegmentKey> _committed = [];
    private readonly Queue<SegmentKey> _committedOrder = new();
    private HashSet<SegmentKey> _waitedBefore = [];

    /// <summary>How many commands wait.</summary>
    public int Commands { get; private set; }

    /// <summary>How many bytes their segments have.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>
    /// Adds a segment. False when a bound does not allow it; a segment that is known, or was committed lately, is silently not added again.
    /// </summary>
    /// <param name="segment">The commands.</param>
    /// <param name="own">Whether they came from a client of this replica, which then sees to it that they get around (<see cref="Overdue"/>).</param>
    public bool Add(CommandSegment segment, bool own)
    {
        if (_committed.Contains(segment.Key))
            return true;
        if (_byKey.TryGetValue(segment.Key, out var known))
        {
            known.ValueRef = known.Value with { Own = known.Value.Own || own };
            return true;
        }

        if (Commands + segment.Count > maxCommands || Bytes + segment.Encoded.Length > maxBytes)
            return false;

        _byKey.Add(segment.Key, _waiting.AddLast(new Entry(segment, own)));
        Commands += segment.Count;
        Bytes += segment.Encoded.Length;
        return true;
    }

    /// <summary>
    /// The oldest segments that fit a block, without those that <paramref name="taken"/> (the block's uncommitted ancestors) contains. They stay here. The
    /// first is picked even if it is larger: a local wish for small blocks must not keep a segment waiting for ever, nor those behind it.
    /// </summary>
    public ImmutableArray<CommandSegment> Pick(IReadOnlySet<SegmentKey> taken, int maxCommands, int maxBytes) =>
        FirstThatFit(_waiting.Select(entry => entry.Segment).Where(segment => !taken.Contains(segment.Key)), maxCommands, maxBytes);

    /// <summary>As <see cref="Pick"/>, of the own segments only.</summary>
    public ImmutableArray<CommandSegment> PickOwn(IReadOnlySet<SegmentKey> taken, int maxCommands, int maxBytes) =>
        FirstThatFit(_waiting.Where(entry => entry.Own && !taken.Contains(entry.Segment.Key)).Select(entry => entry.Segment), maxCommands, maxBytes);

    /// <summary>Removes the commands of a committed block.</summary>
    public void Remove(Block committed)
    {
        foreach (var segment in committed.Segments)
        {
            if (_byKey.Remove(segment.Key, out var node))
            {
                _waiting.Remove(node);
                Commands -= node.Value.Segment.Count;
                Bytes -= node.Value.Segment.Encoded.Length;
            }

            if (_committed.Add(segment.Key))
                _committedOrder.Enqueue(segment.Key);
            if (_committedOrder.Count > RememberedCommits)
                _committed.Remove(_committedOrder.Dequeue());
        }
    }

    /// <summary>
    /// The oldest of the own segments that waited already at the last call, not more than fit a block: enough to set everybody's timers going, and no flood when
    /// much waits because there is much to do. Those that go on waiting are returned again, in another call than the next, since messages get lost.
    /// </summary>
    public ImmutableArray<CommandSegment> Overdue(int maxCommands, int maxBytes)
    {
        var own = _waiting.Where(entry => entry.Own).Select(entry => entry.Segment).ToList();
        var overdue = FirstThatFit(own.Where(segment => _waitedBefore.Contains(segment.Key)), maxCommands, maxBytes);
        _waitedBefore = [.. own.Select(segment => segment.Key).Except(overdue.Select(segment => segment.Key))];
        return overdue;
    }

    private static ImmutableArray<CommandSegment> FirstThatFit(IEnumerable<CommandSegment> segments, int maxCommands, int maxBytes)
    {
        var picked = ImmutableArray.CreateBuilder<CommandSegment>();
        foreach (var segment in segments)
        {
            maxCommands -= segment.Count;
            maxBytes -= segment.Encoded.Length;
            if (picked.Count > 0 && (maxCommands < 0 || maxBytes < 0))
                break;
            picked.Add(segment);
        }

        return picked.ToImmutable();
    }

    private readonly record struct Entry(CommandSegment Segment, bool Own);
}
