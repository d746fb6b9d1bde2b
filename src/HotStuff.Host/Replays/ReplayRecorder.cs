using System.Collections.Immutable;
using System.Text.Json;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Simulation;

namespace HotStuff.Host.Replays;

/// <summary>Writes down what the replicas of a simulated cluster do, in the frames that the page draws.</summary>
internal sealed class ReplayRecorder
{
    private readonly SimulatedCluster _cluster;
    private readonly Diary[] _diaries;
    private readonly MessageLog _messages;

    /// <summary>Records <paramref name="cluster"/> from now on; it has not started.</summary>
    public ReplayRecorder(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _diaries = [.. cluster.Replicas.Select(_ => new Diary(cluster.Rules.Phases.Count > 1))];
        _messages = new MessageLog(cluster);
        cluster.Observe += (replica, happened, _) => _diaries[replica.Node].Open(cluster, replica, happened);
        cluster.Doing += (replica, effect) => _diaries[replica.Node].Add(effect);
    }

    /// <summary>The run so far.</summary>
    /// <param name="title">What is to be seen.</param>
    /// <param name="command">The command line that makes it.</param>
    /// <param name="events">What the <see cref="Tracer"/> wrote of the same run: what happened to replicas, rather than what they did.</param>
    /// <param name="violation">Which invariant broke at the end, and how; null when all held.</param>
    public ReplayTrace Finish(string title, string command, IEnumerable<TraceEvent> events, string? violation = null)
    {
        foreach (var diary in _diaries)
            diary.Close();
        var committee = _cluster.Keys.Committee;
        return new ReplayTrace(
            title,
            command,
            _cluster.Now.TotalMilliseconds,
            new ReplayCluster(
                committee.Chain.ToString(),
                _cluster.Rules.Name,
                "simulated signatures",
                _cluster.Leaders.Name,
                committee.Size,
                committee.MaxFaulty,
                committee.Quorum,
                [.. _cluster.Replicas.Select(replica => new ReplayMember(replica.Node, $"{replica.Id}{(replica.Node == replica.Id.Index ? "" : "′")}"))]),
            [.. _diaries.SelectMany(diary => diary.Frames).OrderBy(frame => frame.At)],
            _messages.All,
            [
                .. events.Where(one => one.Text != violation).Select(Note).OfType<ReplayNote>(),
                .. violation is null ? [] : new[] { new ReplayNote(_cluster.Now.TotalMilliseconds, null, "violation", violation.Split('\n')[0]) },
            ]);
    }

    private static ReplayNote? Note(TraceEvent one)
    {
        var kind = one switch
        {
            { Kind: TraceKind.Crash } => "crash",
            { Kind: TraceKind.Start } => "start",
            { Kind: TraceKind.Client } => "client",
            { Kind: TraceKind.Note } when one.Text.StartsWith("GST", StringComparison.Ordinal) => "gst",
            { Kind: TraceKind.Note } => "fault",
            _ => null,
        };
        return kind is null ? null : new ReplayNote(one.At.TotalMilliseconds, one.From < 0 ? null : one.From, kind, one.Text.Split('\n')[0]);
    }

    /// <summary>What one replica does, in all its lives.</summary>
    private sealed class Diary(bool hasPhases)
    {
        private readonly List<FeedFrame> _frames = [];
        private readonly ImmutableArray<Effect>.Builder _effects = ImmutableArray.CreateBuilder<Effect>();
        private readonly HashSet<ReplicaId> _peers = [];
        private Observer _observer = new();
        private ReplicaEvent? _happened;
        private FeedFrame? _open;
        private (long Commands, long Blocks, int Evidence) _count;
        private long _refusedBefore;
        private long _sequence;

        public IReadOnlyList<FeedFrame> Frames => _frames;

        /// <summary>Something happened; its effects follow one by one, those that a Byzantine replica has instead, and only as far as a crash lets them be done.</summary>
        public void Open(SimulatedCluster cluster, SimulatedReplica replica, ReplicaEvent happened)
        {
            Close();
            if (happened is ReplicaEvent.Started)
                Begin(replica);
            if (happened is ReplicaEvent.PeerProven proven)
                _peers.Add(proven.Peer);
            _happened = happened;
            var status = replica.Status;
            _open = new FeedFrame
            {
                Replica = replica.Node,
                Sequence = _sequence,
                At = cluster.Now.TotalMilliseconds,
                Span = 0,
                View = status.View.Number,
                Leader = status.Leader.Index,
                Committed = status.Committed.Number,
                LockedView = status.LockedView.Number,
                HighQcView = status.HighQcView.Number,
                Pending = status.PendingCommands,
                Timeouts = status.Timeouts,
                Commands = 0,
                Blocks = 0,
                Refused = replica.Refusals.Values.Sum() - _refusedBefore,
                Evidence = 0,
                Peers = _peers.Count,
            };
        }

        public void Add(Effect effect)
        {
            _effects.Add(effect);
            if (effect is Effect.Commit { Blocks: var blocks })
                _count = _count with { Blocks = _count.Blocks + blocks.Length, Commands = _count.Commands + blocks.Sum(block => block.Segments.Sum(segment => segment.Count)) };
            if (effect is Effect.Report)
                _count.Evidence++;
        }

        /// <summary>Makes a frame of what happened last; one with that before when both were at the same moment.</summary>
        public void Close()
        {
            if (_open is not { } open || _happened is null)
                return;
            var occurrences = _observer.See(_happened, _effects.DrainToImmutable()).Select(one => Describe(open.At, one)).ToArray();
            (_open, _happened) = (null, null);
            var before = _frames.Count > 0 ? _frames[^1] : null;
            var frame = open with { Commands = _count.Commands, Blocks = _count.Blocks, Evidence = _count.Evidence, Occurrences = occurrences };
            if (before?.At == frame.At && before.Sequence == frame.Sequence - 1)
            {
                _frames[^1] = frame with { Sequence = before.Sequence, Occurrences = [.. before.Occurrences, .. occurrences] };
            }
            else if (occurrences.Length > 0)
            {
                _frames.Add(frame);
                _sequence++;
            }
        }

        private void Begin(SimulatedReplica replica)
        {
            _observer = new Observer();
            _peers.Clear();
            _count = default;
            _sequence = 0;
            _refusedBefore = replica.Refusals.Values.Sum();
        }

        private FeedOccurrence Describe(double at, Occurrence one) => new(
            at,
            JsonNamingPolicy.CamelCase.ConvertName(one.Kind.ToString()),
            one.View.Number,
            one.Other?.Index,
            one.Block?.ToString()[..8],
            one.Parent?.ToString()[..8],
            one.Height == Height.Genesis ? null : one.Height.Number,
            one.Count,
            hasPhases && one.Phase != Phase.Generic ? JsonNamingPolicy.CamelCase.ConvertName(one.Phase.ToString()) : null);
    }
}
