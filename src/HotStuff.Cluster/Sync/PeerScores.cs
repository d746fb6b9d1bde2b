using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// Whom to ask for blocks and pieces of snapshots: those first who answer quickly, those last who lied or did not answer. Nobody is left out for good, since those who are left may be worse. Pure: it is
/// told the time.
/// </summary>
internal sealed class PeerScores
{
    /// <summary>How long a peer is avoided whose answer was not what it must be.</summary>
    public static readonly TimeSpan LiarAvoided = TimeSpan.FromMinutes(5);

    /// <summary>How long a peer is avoided that did not answer; doubled for each time in a row, up to <see cref="LiarAvoided"/>.</summary>
    public static readonly TimeSpan SilentAvoided = TimeSpan.FromSeconds(1);

    // A peer is slow when it takes so many times as long as the quickest, and this much longer.
    private const int SlowFactor = 4;
    private static readonly TimeSpan SlowMargin = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<ReplicaId, Score> _scores = [];
    private int _turn;

    /// <summary>It answered as it must.</summary>
    public void Answered(ReplicaId peer, TimeSpan took)
    {
        var score = Of(peer);
        score.Silent = 0;
        score.Average = score.Average is { } average ? ((3 * average) + took) / 4 : took;
    }

    /// <summary>It did not answer in time, or does not have what others have.</summary>
    public void Failed(ReplicaId peer, DateTimeOffset now)
    {
        var score = Of(peer);
        var avoided = SilentAvoided * (1 << Math.Min(score.Silent++, 16));
        Avoid(score, now + (avoided < LiarAvoided ? avoided : LiarAvoided));
    }

    /// <summary>It answered what no honest replica answers.</summary>
    public void Lied(ReplicaId peer, DateTimeOffset now) => Avoid(Of(peer), now + LiarAvoided);

    /// <summary>These peers, whom to ask first first. Of those to be avoided those come first whose time is over first; equals take turns, and whoever has less to do comes first.</summary>
    /// <param name="peers">Whom.</param>
    /// <param name="load">How many requests a peer has not answered yet.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<ReplicaId> Rank(IReadOnlyList<ReplicaId> peers, Func<ReplicaId, int> load, DateTimeOffset now)
    {
        var first = peers.Count == 0 ? 0 : (int)((uint)_turn++ % (uint)peers.Count);
        var quickest = peers.Select(peer => Of(peer).Average ?? TimeSpan.MaxValue).DefaultIfEmpty().Min();
        return
        [
            .. peers.Skip(first).Concat(peers.Take(first))
                .OrderBy(peer => Of(peer).AvoidedUntil > now ? Of(peer).AvoidedUntil : now)
                .ThenBy(peer => IsSlow(Of(peer), quickest))
                .ThenBy(load),
        ];
    }

    /// <summary>Whoever was asked last answered well: it is its turn again.</summary>
    public void StayOn() => _turn--;

    private static bool IsSlow(Score score, TimeSpan quickest) => score.Average is { } average && average > (quickest * SlowFactor) + SlowMargin;

    private static void Avoid(Score score, DateTimeOffset until) => score.AvoidedUntil = until > score.AvoidedUntil ? until : score.AvoidedUntil;

    private Score Of(ReplicaId peer)
    {
        if (!_scores.TryGetValue(peer, out var score))
            _scores.Add(peer, score = new Score());
        return score;
    }

    private sealed class Score
    {
        public TimeSpan? Average { get; set; }

        public int Silent { get; set; }

        public DateTimeOffset AvoidedUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
