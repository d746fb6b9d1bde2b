using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Hands out blocks and pieces of snapshots to peers that miss them. A small request makes for a large answer, and nothing bounds what waits to be sent, so each peer gets
/// so many answers in an interval. What it asks beyond waits for the next one, up to a bound: an honest peer that fetches quickly must not take silence for an answer.
/// </summary>
public sealed class BlockServerActor : UntypedActor, IWithTimers
{
    /// <summary>How many requests of one peer are answered in an <see cref="Interval"/>.</summary>
    public const int AnswersPerInterval = 32;

    /// <summary>How many requests of one peer wait for the next <see cref="Interval"/>: as many as an honest one has under way.</summary>
    public const int WaitingPerPeer = 64;

    /// <summary>See <see cref="AnswersPerInterval"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly SyncActor.Setup _setup;
    private readonly Dictionary<ReplicaId, Turn> _turns = [];
    private bool _timerRuns;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public BlockServerActor(SyncActor.Setup setup) => _setup = setup;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A peer's request, and the link on which to answer.</summary>
    public sealed record Serve(TokenMessage Request, PeerLink Link);

    /// <summary>Props of the actor.</summary>
    public static Props Props(SyncActor.Setup setup) => Akka.Actor.Props.Create(() => new BlockServerActor(setup));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Serve serve:
                OnServe(serve);
                break;
            case NewInterval:
                OnNewInterval();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnServe(Serve serve)
    {
        if (!_turns.TryGetValue(serve.Request.From, out var turn))
            _turns.Add(serve.Request.From, turn = new Turn());
        if (turn.Waiting.Count >= WaitingPerPeer)
        {
            _setup.Counters.Refused(Refusal.OverBound);
            return;
        }

        turn.Waiting.Enqueue(serve);
        AnswerWaiting(turn);
    }

    private void OnNewInterval()
    {
        _timerRuns = false;
        foreach (var turn in _turns.Values)
        {
            turn.Answered = 0;
            AnswerWaiting(turn);
        }
    }

    private void AnswerWaiting(Turn turn)
    {
        while (turn.Answered < AnswersPerInterval && turn.Waiting.TryDequeue(out var serve))
        {
            turn.Answered++;
            serve.Link.Target.Tell(Answer(serve.Request, serve.Link.Own), ActorRefs.NoSender);
        }

        if (_timerRuns || turn.Answered == 0)
            return;
        _timerRuns = true;
        Timers.StartSingleTimer(NewInterval.Instance, NewInterval.Instance, Interval);
    }

    private OutboundFrame Answer(TokenMessage request, UInt128 token) => request switch
    {
        BlockRequest blocks => WireEncoder.Encode(Answer(blocks, token)),
        RangeRequest range => WireEncoder.Encode(Answer(range, token)),
        SnapshotRequest piece => WireEncoder.Encode(Answer(piece, token)),
        _ => throw new ArgumentException($"nothing to hand out for {request}", nameof(request)),
    };

    private BlockResponse Answer(BlockRequest request, UInt128 token)
    {
        var blocks = new List<Unverified<Block>>();
        var budget = Math.Min(request.MaxBytes, _setup.Settings.MaxResponseBytes);
        var next = _setup.Store.Find(request.Head);
        while (next is not null && next.Height > request.Above && (blocks.Count == 0 || next.Encoded.Length <= budget))
        {
            blocks.Add(new Unverified<Block>(next));
            budget -= next.Encoded.Length;
            next = _setup.Store.Find(next.Parent);
        }

        var more = blocks.Count > 0 && next is not null && next.Height > request.Above;
        var isGone = request.Above.Next < _setup.Store.OldestHeight && _setup.Store.CommittedHeight > request.Above;
        return new BlockResponse(token, _setup.Self, request.Request, [.. blocks], more, isGone ? Checkpoint() : null);
    }

    private Unverified<CheckpointCertificate>? Checkpoint() =>
        _setup.Store.Snapshots.All.LastOrDefault(snapshot => snapshot.Certificate is not null)?.Certificate is { } certificate
            ? new Unverified<CheckpointCertificate>(certificate)
            : null;

    private RangeResponse Answer(RangeRequest request, UInt128 token)
    {
        var blocks = new List<Unverified<Block>>();
        var budget = Math.Min(request.MaxBytes, _setup.Settings.MaxResponseBytes);
        // The justify of the next one certifies the last one sent.
        var next = _setup.Store.FindCommitted(request.First);
        Block? child = null;
        while (next is not null && blocks.Count < request.Count && (blocks.Count == 0 || next.Encoded.Length <= budget)
            && (child = _setup.Store.FindCommitted(next.Height.Next)) is not null)
        {
            blocks.Add(new Unverified<Block>(next));
            budget -= next.Encoded.Length;
            next = child;
        }

        return new RangeResponse(
            token, _setup.Self, request.Request, [.. blocks], blocks.Count > 0 ? new Unverified<QuorumCertificate>(next!.Justify) : null);
    }

    private SnapshotResponse Answer(SnapshotRequest request, UInt128 token)
    {
        if (!request.OfManifest)
            return new SnapshotResponse(token, _setup.Self, request.Request, _setup.Store.Snapshots.ReadChunk(request.Snapshot, request.Piece), 0);
        var manifest = _setup.Store.Snapshots.All.FirstOrDefault(snapshot => snapshot.Manifest.Digest == request.Snapshot)?.Manifest.Encode() ?? [];
        var size = _setup.Limits.SnapshotChunkBytes;
        var start = (long)request.Piece * size;
        var piece = start < manifest.Length ? manifest.AsMemory((int)start, (int)Math.Min(size, manifest.Length - start)) : default;
        return new SnapshotResponse(token, _setup.Self, request.Request, piece, piece.IsEmpty ? 0 : manifest.Length);
    }

    /// <summary>What one peer has had in this interval, and what it waits for. The peers are the validators, so that these are few.</summary>
    private sealed class Turn
    {
        public int Answered { get; set; }

        public Queue<Serve> Waiting { get; } = [];
    }

    private sealed class NewInterval
    {
        public static readonly NewInterval Instance = new();
    }
}
