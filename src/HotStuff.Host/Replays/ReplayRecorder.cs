using System.Collections.Immutable;
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
        _diaries = [.. cluster.Replicas.Select(replica => new Diary(cluster, replica))];
        _messages = new MessageLog(cluster);
        cluster.Observe += (replica, happened, _) => _diaries[replica.Node].Open(happened);
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

    /// <summary>What one replica does, in all its lives: a frame for each moment in which it does something.</summary>
    private sealed class Diary(SimulatedCluster cluster, SimulatedReplica replica)
    {
        private readonly List<FeedFrame> _frames = [];
        private readonly ImmutableArray<Effect>.Builder _effects = ImmutableArray.CreateBuilder<Effect>();
        private readonly HashSet<ReplicaId> _peers = [];
        private FeedRecorder _recorder = new(replica.Id);
        private ReplicaEvent? _happened;
        private ProtocolStatus? _status;
        private double _at;
        private (long Commands, long Blocks, int Evidence) _count;
        private int _refusedBefore;

        public IReadOnlyList<FeedFrame> Frames => _frames;

        private int Refused => replica.Refusals.Values.Sum();

        /// <summary>Something happened; its effects follow one by one, those that a Byzantine replica has instead, and only as far as a crash lets them be done.</summary>
        public void Open(ReplicaEvent happened)
        {
            Note();
            var now = cluster.Now.TotalMilliseconds;
            if (now > _at || happened is ReplicaEvent.Started)
                Close();
            if (happened is ReplicaEvent.Started)
                Begin(now);
            if (happened is ReplicaEvent.PeerProven proven)
                _peers.Add(proven.Peer);
            (_at, _happened, _status) = (now, happened, replica.Status);
        }

        public void Add(Effect effect)
        {
            _effects.Add(effect);
            if (effect is Effect.Commit { Blocks: var blocks })
                _count = _count with { Blocks = _count.Blocks + blocks.Length, Commands = _count.Commands + blocks.Sum(block => block.CommandCount) };
            if (effect is Effect.Report)
                _count.Evidence++;
        }

        /// <summary>Makes a frame of the moment.</summary>
        public void Close()
        {
            Note();
            if (_status is not { } status)
                return;
            _status = null;
            var frame = _recorder.Take(_at, status);
            if (frame.Occurrences.Count == 0)
                return;
            _frames.Add(frame with
            {
                Replica = replica.Node,
                Commands = _count.Commands,
                Blocks = _count.Blocks,
                Refused = Refused - _refusedBefore,
                Evidence = _count.Evidence,
                Peers = _peers.Count,
            });
        }

        private void Note()
        {
            if (_happened is { } happened)
                _recorder.Note(_at, happened, _effects.DrainToImmutable());
            _happened = null;
        }

        private void Begin(double now)
        {
            _recorder = new FeedRecorder(replica.Id);
            _recorder.Begin(now);
            _peers.Clear();
            _count = default;
            _refusedBefore = Refused;
        }
    }
}
