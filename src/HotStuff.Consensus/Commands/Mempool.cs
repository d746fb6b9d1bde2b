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
    private long _bytes;

    /// <summary>How many commands wait.</summary>
    public int Commands { get; private set; }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>
    /// Adds a segment. False when a bound does not allow it; a segment that is known, or was committed lately, is silently not added again.
    /// </summary>
    /// <param name="segment">The commands.</param>
    /// <param name="own">Whether they came from a client of this replica, which then sees to it that they get around (<see cref="Overdue"/>).</param>
    public bool Add(CommandSegment segment, bool own)
    {
        if (_byKey.ContainsKey(segment.Key) || _committed.Contains(segment.Key))
            return true;
        if (Commands + segment.Count > maxCommands || _bytes + segment.Encoded.Length > maxBytes)
            return false;

        _byKey.Add(segment.Key, _waiting.AddLast(new Entry(segment, own)));
        Commands += segment.Count;
        _bytes += segment.Encoded.Length;
        return true;
    }

    /// <summary>
    /// The oldest segments that fit a block, without those that <paramref name="taken"/> (the block's uncommitted ancestors) contains. They stay here.
    /// </summary>
    public ImmutableArray<CommandSegment> Pick(IReadOnlySet<SegmentKey> taken, int maxBlockCommands, int maxBlockBytes)
    {
        var picked = ImmutableArray.CreateBuilder<CommandSegment>();
        foreach (var (segment, _) in _waiting)
        {
            if (taken.Contains(segment.Key))
                continue;
            if (segment.Count > maxBlockCommands || segment.Encoded.Length > maxBlockBytes)
                break;
            picked.Add(segment);
            maxBlockCommands -= segment.Count;
            maxBlockBytes -= segment.Encoded.Length;
        }

        return picked.ToImmutable();
    }

    /// <summary>Removes the commands of a committed block.</summary>
    public void Remove(Block committed)
    {
        foreach (var segment in committed.Segments)
        {
            if (_byKey.Remove(segment.Key, out var node))
            {
                _waiting.Remove(node);
                Commands -= node.Value.Segment.Count;
                _bytes -= node.Value.Segment.Encoded.Length;
            }

            if (_committed.Add(segment.Key))
                _committedOrder.Enqueue(segment.Key);
            if (_committedOrder.Count > RememberedCommits)
                _committed.Remove(_committedOrder.Dequeue());
        }
    }

    /// <summary>Own segments that waited already at the last call; those that go on waiting are returned every other call, since messages get lost.</summary>
    public ImmutableArray<CommandSegment> Overdue()
    {
        var own = _waiting.Where(entry => entry.Own).Select(entry => entry.Segment).ToList();
        var overdue = own.Where(segment => _waitedBefore.Contains(segment.Key)).ToImmutableArray();
        _waitedBefore = [.. own.Select(segment => segment.Key).Where(key => !_waitedBefore.Contains(key))];
        return overdue;
    }

    private readonly record struct Entry(CommandSegment Segment, bool Own);
}
