namespace HotStuff.Consensus;

/// <summary>
/// What a replica that has just started learns from others about its own past (docs/protocol.md, "After a start"). Until it is complete nothing is signed.
/// </summary>
/// <remarks>
/// Answers of n-f-1 others are enough while none shows more than the own record does: with this replica they are a quorum, so whenever the cluster can make progress they come. The rest get as
/// long as it takes to ask them once more, since a vote is held by one replica only, the next leader. Once one shows
/// more, the record is not the latest that was written: this replica is one that forgot, and others must make progress without it, so it may wait for n-f others. Among these is an honest one
/// that was in the view before the last one in which this replica signed anything: to enter view w, n-f replicas signed in w-1, at least f of them honest others, of whom n-f answers miss at most f-1.
/// Its certificates are of view w-2 or later, so nothing was signed above the highest certificate's view + 2: that is the floor.
/// </remarks>
internal sealed class Remembrance(Committee committee, UInt128 number)
{
    private readonly HashSet<ReplicaId> _answered = [];

    /// <summary>The number of the inquiry.</summary>
    public UInt128 Number => number;

    /// <summary>The highest view in which this replica signed something that its record does not know; view 0 when it knows all.</summary>
    public View Forgotten { get; private set; }

    /// <summary>Whether so many others have answered that it is not worth waiting for the rest.</summary>
    public bool IsComplete => HasEnough && (Forgotten > View.Genesis || _answered.Count == committee.Size - 1);

    /// <summary>Whether enough others have answered.</summary>
    public bool HasEnough => _answered.Count >= Math.Min(Forgotten > View.Genesis ? committee.Quorum : committee.Quorum - 1, committee.Size - 1);

    /// <summary>Whether a replica has still to answer.</summary>
    public bool Awaits(ReplicaId peer) => !_answered.Contains(peer);

    /// <summary>Takes an answer.</summary>
    /// <param name="peer">Who answers.</param>
    /// <param name="forgotten">The highest view of what it showed that the record does not know, if any.</param>
    public void Take(ReplicaId peer, View? forgotten)
    {
        _answered.Add(peer);
        if (forgotten is { } view)
            Forget(view);
    }

    /// <summary>Something that the record does not know was seen.</summary>
    public void Forget(View view)
    {
        if (view > Forgotten)
            Forgotten = view;
    }
}
