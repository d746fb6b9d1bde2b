using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Hands out blocks to peers that miss them, newest first. A small request makes for a large answer, and nothing bounds what waits to be sent, so each peer gets
/// so many answers in an interval and no more.
/// </summary>
public sealed class BlockServerActor : UntypedActor, IWithTimers
{
    /// <summary>How many requests of one peer are answered in an <see cref="Interval"/>.</summary>
    public const int AnswersPerInterval = 32;

    /// <summary>See <see cref="AnswersPerInterval"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly SyncActor.Setup _setup;
    private readonly Dictionary<ReplicaId, int> _answered = [];

    /// <summary>Made by <see cref="Props"/>.</summary>
    public BlockServerActor(SyncActor.Setup setup) => _setup = setup;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A peer's request, and the link on which to answer.</summary>
    public sealed record Serve(BlockRequest Request, PeerLink Link);

    /// <summary>Props of the actor.</summary>
    public static Props Props(SyncActor.Setup setup) => Akka.Actor.Props.Create(() => new BlockServerActor(setup));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Serve serve when Spend(serve.Request.From):
                Answer(serve.Request, serve.Link);
                break;
            case Serve:
                _setup.Counters.Refused(Refusal.OverBound);
                break;
            case NewInterval:
                _answered.Clear();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private bool Spend(ReplicaId peer)
    {
        if (_answered.Count == 0)
            Timers.StartSingleTimer(NewInterval.Instance, NewInterval.Instance, Interval);
        return (_answered[peer] = _answered.GetValueOrDefault(peer) + 1) <= AnswersPerInterval;
    }

    private void Answer(BlockRequest request, PeerLink link)
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
        var response = new BlockResponse(link.Own, _setup.Self, request.Request, [.. blocks], more);
        link.Target.Tell(WireEncoder.Encode(response), ActorRefs.NoSender);
    }

    private sealed class NewInterval
    {
        public static readonly NewInterval Instance = new();
    }
}
