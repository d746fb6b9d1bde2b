using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class TracingTests
{
    [Theory]
    [InlineData("chained", "GENERIC v1", "VOTE v1")]
    [InlineData("hotstuff2", "PROPOSAL v1", "VOTE v1")]
    [InlineData("basic", "PREPARE v1", "PREPARE vote v1", "PRE-COMMIT QC v1 Prepare", "PRE-COMMIT vote v1", "COMMIT QC v1 PreCommit", "COMMIT vote v1", "DECIDE")]
    public void A_view_without_trouble_shows_its_messages_by_the_papers_names_in_their_order(string protocol, params string[] labels)
    {
        var lines = SequenceText.Lines(Scenarios.Run("normal", protocol), Scenarios.Replicas).ToList();

        var at = -1;
        foreach (var label in labels)
        {
            var next = lines.FindIndex(at + 1, line => line.Contains(label, StringComparison.Ordinal));
            Assert.True(next > at, $"{label} after line {at} of\n{string.Join('\n', lines)}");
            at = next;
        }

        Assert.DoesNotContain(lines, line => line.Contains("COMPLAINT", StringComparison.Ordinal));
        Assert.Equal(4, lines.Count(line => line.Contains(" commits ", StringComparison.Ordinal) && line.Contains("of v1 with c1:1", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_view_change_shows_complaints_and_the_way_out()
    {
        foreach (var protocol in ProtocolRules.Names)
        {
            var lines = SequenceText.Lines(Scenarios.Run("view-change", protocol), Scenarios.Replicas).ToList();

            Assert.Contains(lines, line => line.Contains("COMPLAINT v1", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("NEXT-VIEW v2: TC v1", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("enters v2 by TC", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Text_has_a_lane_for_each_replica_and_an_arrow_for_each_message()
    {
        TraceEvent[] trace =
        [
            new(TimeSpan.FromMilliseconds(1), TraceKind.Message, 0, 2, "VOTE"),
            new(TimeSpan.FromMilliseconds(2), TraceKind.Lost, 2, 1, "VOTE"),
            new(TimeSpan.FromMilliseconds(3), TraceKind.Crash, 1, -1, "crashes"),
            new(TimeSpan.FromMilliseconds(4), TraceKind.Commit, 0, -1, "commits"),
            new(TimeSpan.FromMilliseconds(5), TraceKind.Note, -1, -1, "GST"),
        ];

        Assert.Equal(
            [
                "        ms  r0    r1    r2",
                "     1.000  o-----+---->|      VOTE",
                "     2.000  |     |x----o      lost: VOTE",
                "     3.000  |     X     |      crashes",
                "     4.000  C           |      commits",
                "     5.000  |           |      === GST",
            ],
            SequenceText.Lines(trace, 3).Select(line => line.TrimEnd()));
    }

    [Fact]
    public void Mermaid_has_a_participant_for_each_replica_and_no_character_that_ends_a_statement()
    {
        TraceEvent[] trace =
        [
            new(TimeSpan.Zero, TraceKind.Message, 0, 1, "VOTE"), new(TimeSpan.Zero, TraceKind.Lost, 1, 0, "VOTE"), new(TimeSpan.Zero, TraceKind.Commit, 1, -1, "commits a; b"),
            new(TimeSpan.Zero, TraceKind.Persist, 1, -1, "writes"), new(TimeSpan.Zero, TraceKind.Note, -1, -1, "GST"),
        ];

        Assert.Equal(
            [
                "sequenceDiagram", "    participant r0", "    participant r1", "    r0->>r1: VOTE", "    r1--xr0: VOTE (lost)", "    Note over r1: commits a, b",
                "    Note over r0,r1: GST",
            ],
            MermaidDiagram.Lines(trace, 2));
    }
}
