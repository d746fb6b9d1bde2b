using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// What one replica did in a moment, and how it is at its end: what the live page draws. Plain numbers, so that it is the same as JSON. Not signed: it is for looking at, and nothing depends on it.
/// </summary>
public sealed record FeedFrame
{
    /// <summary>The most occurrences in a frame; of more, those that happen rarely are kept and the others counted in <see cref="Omitted"/>.</summary>
    public const int MaxOccurrences = 64;

    /// <summary>The replica, 0 to n-1.</summary>
    public required int Replica { get; init; }

    /// <summary>Counts the replica's frames; starts again with the process.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the frame was made, in milliseconds since 1970 by the replica's clock; in the simulator since the start.</summary>
    public required double At { get; init; }

    /// <summary>How many milliseconds before <see cref="At"/> it begins.</summary>
    public required double Span { get; init; }

    /// <summary>The view the replica is in.</summary>
    public required long View { get; init; }

    /// <summary>The leader of that view.</summary>
    public required int Leader { get; init; }

    /// <summary>The height of the last committed block.</summary>
    public required long Committed { get; init; }

    /// <summary>The view of the lock.</summary>
    public required long LockedView { get; init; }

    /// <summary>The view of the highest quorum certificate.</summary>
    public required long HighQcView { get; init; }

    /// <summary>Commands that wait.</summary>
    public required long Pending { get; init; }

    /// <summary>Views that a quorum gave up, since it started.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Commands executed, since it started.</summary>
    public long Commands { get; init; }

    /// <summary>Blocks committed, since it started.</summary>
    public long Blocks { get; init; }

    /// <summary>Inputs refused, since it started.</summary>
    public long Refused { get; init; }

    /// <summary>Pieces of evidence that it holds.</summary>
    public int Evidence { get; init; }

    /// <summary>Other replicas that have proven to it who they are.</summary>
    public int Peers { get; init; }

    /// <summary>Whether an operator paused it.</summary>
    public bool Paused { get; init; }

    /// <summary>What happened, oldest first.</summary>
    public IReadOnlyList<FeedOccurrence> Occurrences { get; init; } = [];

    /// <summary>How much more happened.</summary>
    public long Omitted { get; init; }
}

/// <summary>One thing that happened in a replica (<see cref="Occurrence"/>).</summary>
/// <param name="At">When, as <see cref="FeedFrame.At"/>.</param>
/// <param name="Kind">The <see cref="OccurrenceKind"/> in camel case: <c>viewChanged</c>.</param>
/// <param name="View">The view that it is about.</param>
/// <param name="Other">Which other replica takes part; null: none, or all.</param>
/// <param name="Block">The first eight hex digits of the block's hash; null: none.</param>
/// <param name="Parent">The same of its parent, for proposals; null for all else.</param>
/// <param name="Height">The block's height; null: not known.</param>
/// <param name="Count">Commands; 0: none.</param>
/// <param name="Phase">The phase of a vote or certificate in camel case where the protocol has several; otherwise null.</param>
public sealed record FeedOccurrence(
    double At,
    string Kind,
    long View,
    int? Other = null,
    string? Block = null,
    string? Parent = null,
    long? Height = null,
    int Count = 0,
    string? Phase = null);
