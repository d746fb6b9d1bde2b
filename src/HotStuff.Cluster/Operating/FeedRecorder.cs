using System.Collections.Immutable;
using System.Text.Json;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Gathers what one replica does into frames while somebody watches. Of many occurrences the newest of each of two kinds are kept, so that a thousand ordinary views do not hide one
/// that failed. Not thread-safe: it belongs to the <see cref="ConsensusActor"/>, or to a replica of the simulator.
/// </summary>
/// <param name="replica">Whose occurrences they are.</param>
public sealed class FeedRecorder(ReplicaId replica)
{
    private const int Kept = FeedFrame.MaxOccurrences / 2;

    private readonly Observer _observer = new();
    private readonly Queue<(long Order, FeedOccurrence Occurrence)> _usual = [];
    private readonly Queue<(long Order, FeedOccurrence Occurrence)> _rare = [];
    private long _order;
    private long _omitted;
    private long _frames;
    private double _since;

    /// <summary>Notes what people see in the effects of an event.</summary>
    /// <param name="at">When, as <see cref="FeedFrame.At"/>.</param>
    /// <param name="happened">The event.</param>
    /// <param name="effects">What the replica made of it.</param>
    public void Note(double at, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        foreach (var occurrence in _observer.See(happened, effects))
        {
            var kept = IsUsual(occurrence.Kind) ? _usual : _rare;
            if (kept.Count == Kept)
            {
                kept.Dequeue();
                _omitted++;
            }

            kept.Enqueue((_order++, Describe(at, occurrence)));
        }
    }

    /// <summary>Forgets what was noted: nobody watched in between.</summary>
    /// <param name="at">When watching begins.</param>
    public void Begin(double at)
    {
        _usual.Clear();
        _rare.Clear();
        _omitted = 0;
        _since = at;
    }

    /// <summary>A frame with what was noted since the last one.</summary>
    /// <param name="at">When, as <see cref="FeedFrame.At"/>.</param>
    /// <param name="status">How the replica is.</param>
    public FeedFrame Take(double at, ProtocolStatus status)
    {
        var frame = new FeedFrame
        {
            Replica = replica.Index,
            Sequence = _frames++,
            At = at,
            Span = at - _since,
            View = status.View.Number,
            Leader = status.Leader.Index,
            Committed = status.Committed.Number,
            LockedView = status.LockedView.Number,
            HighQcView = status.HighQcView.Number,
            Pending = status.PendingCommands,
            Timeouts = status.Timeouts,
            Occurrences = [.. _usual.Concat(_rare).OrderBy(one => one.Order).Select(one => one.Occurrence)],
            Omitted = _omitted,
        };
        Begin(at);
        return frame;
    }

    /// <summary>What happens in every view that goes well.</summary>
    private static bool IsUsual(OccurrenceKind kind) => kind is OccurrenceKind.Entered or OccurrenceKind.Proposed or OccurrenceKind.ProposalHeard or OccurrenceKind.Voted
        or OccurrenceKind.VoteHeard or OccurrenceKind.Certified or OccurrenceKind.Locked or OccurrenceKind.Committed;

    private static FeedOccurrence Describe(double at, Occurrence occurrence) => new(
        at,
        JsonNamingPolicy.CamelCase.ConvertName(occurrence.Kind.ToString()),
        occurrence.View.Number,
        occurrence.Other?.Index,
        Short(occurrence.Block),
        Short(occurrence.Parent),
        occurrence.Height == Height.Genesis ? null : occurrence.Height.Number,
        occurrence.Count,
        occurrence.Phase == Phase.Generic ? null : JsonNamingPolicy.CamelCase.ConvertName(occurrence.Phase.ToString()));

    private static string? Short(BlockId? block) => block?.ToString()[..8];
}
