using System.Numerics;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Client.Sessions;

/// <summary>
/// The commands under way, in a ring indexed by sequence number, and what the replicas said became of them: a result counts when f+1
/// replicas
/// said the same. A replica has one vote for each command, its latest. Not safe for several threads.
/// </summary>
internal sealed class CommandWindow
{
    private readonly Slot[] _slots;
    private readonly int _capacity;
    private readonly int _needed;

    // Results that differ from the first one of their command: empty unless a replica lies, or no longer has a result that another one
    // still had.
    private readonly Dictionary<long, List<Rival>> _rivals = [];

    /// <summary>A window of <paramref name="capacity"/> commands whose results need <paramref name="needed"/> equal votes.</summary>
    public CommandWindow(int capacity, int needed)
    {
        _capacity = capacity;
        _needed = needed;
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    }

    /// <summary>The lowest sequence number that is not decided.</summary>
    public long Oldest { get; private set; } = 1;

    /// <summary>The sequence number of the next command.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>How many more commands may be under way.</summary>
    public int Room => _capacity - (int)(Next - Oldest);

    /// <summary>Votes that differed from another replica's.</summary>
    public long Disagreements { get; private set; }

    /// <summary>Adds a command, for which there must be room, and returns its sequence number.</summary>
    public long Add(object owner, long tag, int index)
    {
        ref var slot = ref SlotOf(Next);
        slot = new Slot { IsOpen = true, Owner = owner, Tag = tag, Index = index };
        return Next++;
    }

    /// <summary>Says which segment carries its commands.</summary>
    public void Attach(PendingSegment segment)
    {
        for (var i = 0; i < segment.Count; i++)
            SlotOf(segment.FirstSequence + i).Segment = segment;
    }

    /// <summary>The segment that begins at this sequence number with so many commands, if it has any that is undecided.</summary>
    public PendingSegment? Find(long firstSequence, int count)
    {
        for (var sequence = Math.Max(firstSequence, Oldest); sequence < Math.Min(Next, firstSequence + count); sequence++)
        {
            if (SlotOf(sequence).Segment is { } segment)
                return segment.FirstSequence == firstSequence && segment.Count == count ? segment : null;
        }

        return null;
    }

    /// <summary>Whether any of these results is of a command that is not decided.</summary>
    public bool Needs(SegmentResults results)
    {
        var end = Math.Min(Next, results.LastSequence + 1);
        for (var sequence = Math.Max(results.FirstSequence, Oldest); sequence < end; sequence++)
        {
            if (SlotOf(sequence).Segment is not null)
                return true;
        }

        return false;
    }

    /// <summary>Counts a replica's results, whose signature is verified, and delivers those that are decided by them.</summary>
    public void Vote(ReplicaId replica, SegmentResults results, Deliveries deliveries)
    {
        foreach (var result in results)
        {
            if (result.Sequence < Oldest || result.Sequence >= Next)
                continue;
            ref var slot = ref SlotOf(result.Sequence);
            if (slot.Segment is not null && IsDecidedBy(ref slot, replica, result))
                Decide(ref slot, result.Sequence, result.Status, result.Result, Failure(result.Status), deliveries);
        }

        Advance();
    }

    /// <summary>
    /// Delivers a failure for the undecided commands of a segment. They stay under way unless <paramref name="forGood"/>.
    /// </summary>
    public void Fail(PendingSegment segment, ClientFailure failure, bool forGood, Deliveries deliveries)
    {
        for (var i = 0; i < segment.Count; i++)
        {
            var sequence = segment.FirstSequence + i;
            if (sequence < Oldest)
                continue;
            ref var slot = ref SlotOf(sequence);
            if (!ReferenceEquals(slot.Segment, segment))
                continue;

            if (forGood)
            {
                Decide(ref slot, sequence, default, default, failure, deliveries);
            }
            else if (slot.Owner is { } owner)
            {
                deliveries.Add(owner, new CommandOutcome(sequence, slot.Tag, slot.Index, default, default, failure));
                slot.Owner = null;
            }
        }

        Advance();
    }

    private static ClientFailure Failure(CommandStatus status) =>
        status == CommandStatus.OutsideWindow ? ClientFailure.SessionExpired : ClientFailure.None;

    private ref Slot SlotOf(long sequence) => ref _slots[sequence & (_slots.Length - 1)];

    private bool IsDecidedBy(ref Slot slot, ReplicaId replica, CommandResult result)
    {
        // The common case first: no two replicas differ.
        if (slot.Votes > 0 && slot.Status == result.Status && slot.Result.Span.SequenceEqual(result.Result.Span))
        {
            if (slot.Voters.Contains(replica))
                return false;
            if (slot.HasRivals)
                RemoveRivalVote(result.Sequence, replica);
            slot.Voters.Add(replica);
            return ++slot.Votes >= _needed;
        }

        if (slot.Votes > 0 || slot.HasRivals)
            return IsDecidedByRival(ref slot, replica, result);

        slot.Status = result.Status;
        slot.Result = result.Result;
        slot.Voters.Add(replica);
        slot.Votes = 1;
        return _needed == 1;
    }

    private bool IsDecidedByRival(ref Slot slot, ReplicaId replica, CommandResult result)
    {
        Disagreements++;
        if (slot.Voters.Contains(replica))
        {
            slot.Voters.Remove(replica);
            slot.Votes--;
        }

        slot.HasRivals = true;
        RemoveRivalVote(result.Sequence, replica);
        if (!_rivals.TryGetValue(result.Sequence, out var rivals))
            _rivals[result.Sequence] = rivals = [];
        var rival = rivals.Find(other => other.Status == result.Status && other.Result.Span.SequenceEqual(result.Result.Span));
        if (rival is null)
            rivals.Add(rival = new Rival(result.Status, result.Result));
        rival.Voters.Add(replica);
        return rival.Voters.Count >= _needed;
    }

    private void RemoveRivalVote(long sequence, ReplicaId replica)
    {
        if (!_rivals.TryGetValue(sequence, out var rivals))
            return;

        foreach (var rival in rivals)
            rival.Voters.Remove(replica);
        rivals.RemoveAll(rival => rival.Voters.Count == 0);
    }

    private void Decide(
        ref Slot slot, long sequence, CommandStatus status, ReadOnlyMemory<byte> result, ClientFailure failure, Deliveries deliveries)
    {
        if (slot.Owner is { } owner)
            deliveries.Add(owner, new CommandOutcome(sequence, slot.Tag, slot.Index, status, result, failure));
        if (slot.HasRivals)
            _rivals.Remove(sequence);
        slot.Segment!.Undecided--;
        slot = default;
    }

    private void Advance()
    {
        while (Oldest < Next && !SlotOf(Oldest).IsOpen)
            Oldest++;
    }

    private struct Slot
    {
        // Who wants the outcome; null when the command failed for lack of time already.
        public object? Owner;

        // What carries the command; null until it is sent, and when it is decided.
        public PendingSegment? Segment;
        public ReadOnlyMemory<byte> Result;
        public ReplicaSet Voters;
        public long Tag;
        public int Index;
        public int Votes;
        public CommandStatus Status;
        public bool HasRivals;
        public bool IsOpen;
    }

    private sealed class Rival(CommandStatus status, ReadOnlyMemory<byte> result)
    {
        public ReplicaSet Voters;

        public CommandStatus Status { get; } = status;

        public ReadOnlyMemory<byte> Result { get; } = result;
    }
}
