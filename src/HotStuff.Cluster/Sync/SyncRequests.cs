using Akka.Actor;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>The requests of the <see cref="SyncActor"/> that are under way: who was asked what, and until when an answer counts. Used on the actor's thread.</summary>
internal sealed class SyncRequests(SyncActor.Setup setup, ITimerScheduler timers, IScheduler scheduler)
{
    private readonly Dictionary<long, Pending> _pending = [];
    private long _last;

    /// <summary>The links to the other replicas.</summary>
    public PeersSnapshot Peers { get; set; } = PeersSnapshot.Empty;

    /// <summary>How good the peers are at answering.</summary>
    public PeerScores Scores { get; } = new();

    /// <summary>Peers that have proven who they are, whom to ask first first.</summary>
    public IReadOnlyList<PeerLink> Ranked()
    {
        var proven = Peers.Links.Where(link => link.Proven).ToDictionary(link => link.Address.Replica);
        var load = _pending.Values.CountBy(pending => pending.Peer).ToDictionary();
        return [.. Scores.Rank([.. proven.Keys.Order()], peer => load.GetValueOrDefault(peer), scheduler.Now).Select(replica => proven[replica])];
    }

    /// <summary>Whom to ask now; null when nobody has proven who it is.</summary>
    public PeerLink? Best() => Ranked() is [var best, ..] ? best : null;

    /// <summary>Asks a peer.</summary>
    /// <param name="peer">Whom.</param>
    /// <param name="purpose">What for: comes back with the answer.</param>
    /// <param name="frame">Makes the question of the request's number.</param>
    public void Ask(PeerLink peer, object purpose, Func<long, OutboundFrame> frame)
    {
        var number = ++_last;
        _pending.Add(number, new Pending(peer.Address.Replica, purpose, scheduler.Now));
        peer.Target.Tell(frame(number), ActorRefs.NoSender);
        timers.StartSingleTimer(number, new Expired(number), setup.Settings.RequestTimeout);
    }

    /// <summary>What an answer is for; null, and counted, when nobody asked this peer for it. A second answer to a request is one that nobody asked for.</summary>
    public object? Take(ReplicaId from, long number)
    {
        if (!_pending.TryGetValue(number, out var pending) || pending.Peer != from)
        {
            setup.Counters.Refused(Refusal.Unrequested);
            return null;
        }

        Remove(number);
        Scores.Answered(from, scheduler.Now - pending.Asked);
        return pending.Purpose;
    }

    /// <summary>What a request that was not answered in time was for; null when it was answered, or is not of interest any more.</summary>
    public object? Take(Expired expired)
    {
        if (!_pending.Remove(expired.Number, out var pending))
            return null;
        Scores.Failed(pending.Peer, scheduler.Now);
        return pending.Purpose;
    }

    /// <summary>A peer does not have what it was asked for.</summary>
    public void HasNot(ReplicaId peer) => Scores.Failed(peer, scheduler.Now);

    /// <summary>A peer answered what no honest replica answers.</summary>
    public void Lied(ReplicaId peer)
    {
        setup.Counters.Refused(Refusal.BadCertificate);
        Scores.Lied(peer, scheduler.Now);
    }

    /// <summary>Forgets all requests: their answers are not of interest any more.</summary>
    public void Clear()
    {
        foreach (var number in _pending.Keys.ToList())
            Remove(number);
    }

    private void Remove(long number)
    {
        _pending.Remove(number);
        timers.Cancel(number);
    }

    /// <summary>A request has waited long enough.</summary>
    public sealed record Expired(long Number);

    private sealed record Pending(ReplicaId Peer, object Purpose, DateTimeOffset Asked);
}
