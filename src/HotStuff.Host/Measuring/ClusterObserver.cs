using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Host.Local;

namespace HotStuff.Host.Measuring;

/// <summary>Asks all replicas how they are.</summary>
/// <param name="genesis">The chain.</param>
/// <param name="traitor">A Byzantine replica, which is asked like all others but need not be in their state.</param>
internal sealed class ClusterObserver(Genesis genesis, ReplicaId? traitor = null)
{
    /// <summary>
    /// How many blocks a resting cluster's replicas may differ by: who leads next has the last certificate, and so has committed a block more, until there is
    /// something to propose.
    /// </summary>
    public const int RestingSpread = 1;

    // Many replicas share a few processors.
    private TimeSpan AnswerBound => TimeSpan.FromSeconds(2 + (Genesis.Validators.Length / 8));

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public Genesis Genesis { get; } = genesis;

    /// <summary>One entry for each replica; null for one that does not answer.</summary>
    public Task<IReadOnlyList<NodeStatus?>> AskAsync(bool includeDigest, CancellationToken cancellationToken) =>
        HotStuffClient.AskStatusAsync(Genesis, includeDigest, AnswerBound, cancellation: cancellationToken);

    /// <summary>The replicas that answer.</summary>
    public async Task<IReadOnlyList<NodeStatus>> AskReachableAsync(CancellationToken cancellationToken) =>
        [.. (await AskAsync(includeDigest: false, cancellationToken)).OfType<NodeStatus>()];

    /// <summary>The leader of the latest view that any replica is in.</summary>
    public async Task<(ReplicaId Leader, View View)> LeaderAsync(CancellationToken cancellationToken)
    {
        var latest = (await AskReachableAsync(cancellationToken)).MaxBy(status => status.View)
            ?? throw new ProblemException("no replica answers");
        return (latest.Leader, latest.View);
    }

    /// <summary>
    /// Waits until all reachable replicas have the same state and nothing left to do, and returns what they say then, with digests. After
    /// <paramref name="bound"/> it returns what they say, whatever it is.
    /// </summary>
    /// <param name="bound">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="members">Replicas that must be reachable, too; null: none.</param>
    public async Task<IReadOnlyList<NodeStatus?>> SettleAsync(
        TimeSpan bound, CancellationToken cancellationToken, IReadOnlyCollection<ReplicaId>? members = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answers = await AskAsync(includeDigest: true, cancellationToken);
            if ((IsSettled(answers) && (members ?? []).All(id => answers[id.Index] is not null)) || TimeProvider.System.GetElapsedTime(start) > bound)
                return answers;
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>The replicas that answer, are linked with a quorum, and have executed what others have; none while fewer than a quorum answer.</summary>
    public async Task<IReadOnlyList<ReplicaId>> UpToDateAsync(CancellationToken cancellationToken)
    {
        // First what has been executed by now, then who has: all of it but the block that only the next leader knows to be committed, because when the load is over meanwhile
        // nobody else learns of it.
        var before = await AskReachableAsync(cancellationToken);
        if (before.Count < Genesis.Committee.Quorum)
            return [];
        var furthest = before.Max(status => status.Executed.Number);
        return
        [
            .. (await AskReachableAsync(cancellationToken))
                .Where(status => Readiness.IsReady(status, Genesis.Committee) && status.Executed.Number + RestingSpread >= furthest)
                .Select(status => status.Replica),
        ];
    }

    /// <summary>Whether all honest replicas that answered are in one state.</summary>
    public bool IsConsistent(IReadOnlyList<NodeStatus?> answers)
    {
        var reachable = Reachable(answers);
        return reachable.Length > 0 && reachable.All(status => status.StateDigest is { } digest && digest == reachable[0].StateDigest);
    }

    private bool IsSettled(IReadOnlyList<NodeStatus?> answers)
    {
        var reachable = Reachable(answers);
        return IsConsistent(answers)
            && reachable.All(status => status.PendingCommands == 0)
            && reachable.Max(status => status.Executed.Number) - reachable.Min(status => status.Executed.Number) <= RestingSpread;
    }

    private NodeStatus[] Reachable(IReadOnlyList<NodeStatus?> answers) =>
        [.. answers.OfType<NodeStatus>().Where(status => status.Replica != traitor)];
}
