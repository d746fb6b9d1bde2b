using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>What of much that happens is kept.</summary>
public sealed class FeedRecorderTests
{
    private static readonly ProtocolStatus Status = new(new View(9), new ReplicaId(1), new Height(4), new View(7), new View(8), 2, 3, 5, 6);

    [Fact]
    public void A_thousand_ordinary_views_do_not_hide_the_one_that_failed()
    {
        var recorder = new FeedRecorder(new ReplicaId(2));
        recorder.Begin(at: 100);
        for (var view = 1; view <= 1000; view++)
        {
            if (view == 500)
                recorder.Note(view, new ReplicaEvent.Started(), [new Effect.EnteredView(new View(view), new ReplicaId(3), EntryReason.TimeoutCertificate)]);
            recorder.Note(view, new ReplicaEvent.Started(), [new Effect.EnteredView(new View(view), new ReplicaId(0), EntryReason.QuorumCertificate)]);
        }

        var frame = recorder.Take(at: 200, Status);
        Assert.True(frame.Occurrences.Count <= FeedFrame.MaxOccurrences);
        Assert.Equal(1001, frame.Occurrences.Count + frame.Omitted);
        Assert.Equal(new FeedOccurrence(500, "viewChanged", 500, Other: 3), frame.Occurrences[0]);
        Assert.Equal(1000, frame.Occurrences[^1].View);
        Assert.Equal((2, 0L, 100d, 9L, 1, 4L), (frame.Replica, frame.Sequence, frame.Span, frame.View, frame.Leader, frame.Committed));
    }

    [Fact]
    public void Each_frame_begins_where_the_last_one_ended()
    {
        var recorder = new FeedRecorder(new ReplicaId(2));
        recorder.Begin(at: 100);
        recorder.Note(150, new ReplicaEvent.Started(), [new Effect.EnteredView(new View(1), new ReplicaId(0), EntryReason.Start)]);
        Assert.Single(recorder.Take(at: 200, Status).Occurrences);
        var second = recorder.Take(at: 250, Status);
        Assert.Empty(second.Occurrences);
        Assert.Equal((1L, 50d, 0L), (second.Sequence, second.Span, second.Omitted));
    }
}
