using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <content>Answers for commands that come again outside the chain, which changes nothing in the table.</content>
public sealed partial class ClientTable
{
    /// <summary>The highest sequence number of a client's commands that ran; 0 for a client that is not remembered.</summary>
    public long HighestOf(ClientId client) => _sessions.TryGetValue(client, out var session) ? session.Window.Highest : 0;

    /// <summary>The results of a segment all of whose commands have run; null when one has not.</summary>
    public SegmentResults? Find(CommandSegment segment)
    {
        if (!_sessions.TryGetValue(segment.Client, out var session))
            return null;
        for (var offset = 0; offset < segment.Count; offset++)
        {
            if (!session.Window.Contains(segment.FirstSequence + offset))
                return null;
        }

        if (FindSame(session, segment) is { } same)
            return same;

        _results.Clear();
        for (var offset = 0; offset < segment.Count; offset++)
            WriteOld(session, segment.FirstSequence + offset);
        return new SegmentResults(segment.Client, segment.FirstSequence, segment.Count, _results.Written.ToArray());
    }
}
