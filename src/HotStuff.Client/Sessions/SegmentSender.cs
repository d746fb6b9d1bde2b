using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>
/// Sends segments: first to one replica, then, unanswered, to so many that one is honest, then to all, ever more rarely. Not safe for
/// several threads.
/// </summary>
internal sealed class SegmentSender
{
    // What a replica claims about when to try again is believed between this and the time after which segments are sent again anyway.
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(10);

    private readonly ClientOptions _options;
    private readonly Links _links;
    private readonly TimeProvider _time;
    private readonly List<PendingSegment> _pending = [];
    private readonly List<PendingSegment> _new = [];

    public SegmentSender(ClientOptions options, Links links)
    {
        _options = options;
        _links = links;
        _time = options.TimeProvider;
    }

    /// <summary>Segments sent for the first time.</summary>
    public long Sent { get; private set; }

    /// <summary>Segments sent again.</summary>
    public long Resends { get; private set; }

    private Committee Committee => _options.Genesis.Committee;

    public void Add(PendingSegment segment)
    {
        _pending.Add(segment);
        _new.Add(segment);
    }

    /// <summary>Sends those added since the last time.</summary>
    public void SendNew()
    {
        if (_new.Count == 0)
            return;

        var now = _time.GetTimestamp();
        foreach (var segment in _new)
            Send(segment, now);
        _new.Clear();
    }

    /// <summary>Sends again what has waited long enough.</summary>
    public void SendDue()
    {
        var now = _time.GetTimestamp();
        foreach (var segment in _pending)
        {
            if (segment.DueAt <= now && segment.Undecided > 0)
                Send(segment, now);
        }
    }

    /// <summary>Sends to others what only this replica has.</summary>
    public void SendFrom(ReplicaId replica)
    {
        var now = _time.GetTimestamp();
        foreach (var segment in _pending)
        {
            if (segment.Gateway == replica)
                segment.DueAt = now;
        }

        SendDue();
    }

    /// <summary>Lets a segment wait, because the replica has too much to do.</summary>
    public void Postpone(PendingSegment segment, ReplicaId replica, TimeSpan retryAfter)
    {
        // When others have it too, one busy replica says nothing about them.
        if (segment.Gateway != replica)
            return;

        segment.WasOverloaded = true;
        segment.IsPostponed = true;
        var longest = _options.ResendAfter > ShortestRetry ? _options.ResendAfter : ShortestRetry;
        segment.DueAt = _time.GetTimestamp() + Timestamps(TimeSpan.FromTicks(Math.Clamp(retryAfter.Ticks, ShortestRetry.Ticks, longest.Ticks)));
    }

    /// <summary>
    /// The segments whose time is over since the last call. They are sent still, so that the sequence numbers have no gap.
    /// </summary>
    public IReadOnlyList<PendingSegment> GiveUp()
    {
        _pending.RemoveAll(segment => segment.Undecided == 0);
        var old = _pending.FindAll(segment => !segment.IsGivenUp && _time.GetElapsedTime(segment.CreatedAt) >= _options.OverallTimeout);
        foreach (var segment in old)
            segment.IsGivenUp = true;
        return old;
    }

    /// <summary>All segments, which are not sent any more.</summary>
    public IReadOnlyList<PendingSegment> TakeAll()
    {
        PendingSegment[] all = [.. _pending];
        _pending.Clear();
        _new.Clear();
        return all;
    }

    private void Send(PendingSegment segment, long now)
    {
        var copies = segment.Attempts == 0 || segment.IsPostponed ? 1 : segment.Attempts == 1 ? Committee.OneHonest : Committee.Size;
        var (sent, last) = _links.Send(FrameType.Submit, segment.Message, copies, segment.Gateway, toProposer: segment.Attempts == 0 && IsAlone(segment));
        if (sent == 0)
        {
            segment.DueAt = now + Timestamps(_options.ResendAfter / 4);
            return;
        }

        if (segment.Attempts == 0)
            Sent++;
        else
            Resends++;
        segment.DueAt = now + Timestamps(_options.ResendAfter * (1 << Math.Min(segment.Attempts, 3)));
        segment.Attempts++;
        segment.Gateway = sent == 1 ? last : null;
        segment.IsPostponed = false;
    }

    /// <summary>
    /// With nothing else under way the views rest, and whoever proposes next waits for commands: one message less. With more the replicas share the work, and who
    /// proposes next has changed before it arrives.
    /// </summary>
    private bool IsAlone(PendingSegment segment) => _pending.TrueForAll(other => other == segment || other.Undecided == 0);

    private long Timestamps(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);
}
