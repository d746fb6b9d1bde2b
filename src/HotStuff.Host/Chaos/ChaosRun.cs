using System.Diagnostics;
using System.Globalization;
using HotStuff.Client;
using HotStuff.Consensus;
using HotStuff.Host.Chaos.Network;
using HotStuff.Host.Local;
using HotStuff.Host.Measuring;

namespace HotStuff.Host.Chaos;

/// <summary>Rounds of sabotage under load, with a check of everything after every few of them.</summary>
/// <param name="cluster">Runs already.</param>
/// <param name="load">Has not begun.</param>
/// <param name="seed">Decides what is done.</param>
/// <param name="kinds">Some of <see cref="ChaosSchedule.Kinds"/>: what may be done.</param>
/// <param name="network">What joins the replicas; null where that is the machine's own network.</param>
/// <param name="tell">Takes a line for each thing that happened.</param>
internal sealed class ChaosRun(
    LocalCluster cluster, ChaosLoad load, ulong seed, IReadOnlyCollection<string> kinds, VirtualSwitch? network, Action<string> tell)
{
    private static readonly TimeSpan ProgressBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(60);

    private readonly ClusterObserver _observer = new(cluster.Genesis);
    private readonly Saboteur _saboteur = new(cluster, new ClusterObserver(cluster.Genesis), network);
    private readonly ChaosSchedule _schedule = new(seed, cluster.Genesis.Committee, kinds);
    private readonly SortedDictionary<string, int> _actions = new(StringComparer.Ordinal);
    private readonly List<double> _progress = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _checks;
    private int _refusals;
    private long _judged;

    /// <summary>Does all rounds.</summary>
    /// <param name="rounds">How many, 1 and up.</param>
    /// <param name="checkEvery">After how many rounds everything is compared, 1 and up; it is after the last one, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">Something did not hold; one line says what and in which round.</exception>
    public async Task RunAsync(int rounds, int checkEvery, CancellationToken cancellationToken)
    {
        load.Begin();
        for (var round = 1; round <= rounds; round++)
        {
            var action = _schedule.Round(round);
            try
            {
                await RoundAsync(round, action, cancellationToken);
                if (round % checkEvery == 0 || round == rounds)
                {
                    await CheckAsync(cancellationToken);
                    if (round < rounds)
                        load.Begin();
                }
            }
            catch (Exception problem) when (problem is ProblemException or HotStuffClientException)
            {
                throw new ProblemException($"round {round} ({action}): {problem.Message}", problem);
            }
        }
    }

    /// <summary>What was done so far.</summary>
    public ChaosReport Report(ClusterSpec spec, string? failure) => new()
    {
        Protocol = spec.Protocol,
        Signatures = spec.Signatures,
        Replicas = spec.Replicas,
        Durability = spec.Durability,
        Seed = seed,
        Rounds = _progress.Count,
        Actions = _actions,
        Refusals = _refusals,
        Committed = load.Answered,
        Unanswered = load.Unanswered,
        Checks = _checks,
        Judged = _judged,
        ProgressMeanMs = Math.Round(_progress.DefaultIfEmpty().Average(), 1),
        ProgressMaxMs = Math.Round(_progress.DefaultIfEmpty().Max(), 1),
        Seconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1),
        Failure = failure,
    };

    private async Task RoundAsync(int round, ChaosAction action, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var first = load.AnsweredAfterAsync(start);
        var outcome = await _saboteur.DoAsync(action, cancellationToken);
        var whole = Stopwatch.GetTimestamp();
        await ProgressAsync(load.AnsweredAfterAsync(whole), cancellationToken);

        // Who went on during the sabotage was answered long ago.
        var progress = Stopwatch.GetElapsedTime(start, await first).TotalMilliseconds;
        _progress.Add(progress);
        _actions[action.Kind] = _actions.GetValueOrDefault(action.Kind) + 1;
        _refusals += outcome.Refused ? 1 : 0;
        tell(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round,4}  {action,-48} answers after {progress,7:N0} ms, whole after {Stopwatch.GetElapsedTime(start, whole).TotalMilliseconds,7:N0} ms{(outcome.Words is null ? "" : $"  ({outcome.Words})")}"));
    }

    private async Task ProgressAsync(Task answered, CancellationToken cancellationToken)
    {
        var bound = Task.Delay(ProgressBound, cancellationToken);
        var ended = await Task.WhenAny(answered, load.WhenBroken, bound);
        cancellationToken.ThrowIfCancellationRequested();
        if (ended == bound)
            throw new ProblemException($"clients had no answer for {ProgressBound.TotalSeconds:0} s after all replicas were back");
        await ended;
    }

    /// <summary>Lets everything come to rest, and compares it.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var counters = await load.EndAsync(cancellationToken);
        _saboteur.RequireAllRun();
        var answers = await _observer.SettleAsync(SettleBound, cancellationToken);
        var verdict = HistoryVerdict.Of(load.History);
        foreach (var line in verdict.Lines())
            tell(line);
        _checks++;
        _judged += verdict.Operations;
        if (answers.Index().FirstOrDefault(answer => answer.Item is null, (-1, null)) is { Index: >= 0 } silent)
            throw new ProblemException($"check: {new ReplicaId(silent.Index)} does not answer");
        if (!_observer.IsConsistent(answers))
            throw new ProblemException($"check: the replicas' states differ: {string.Join(", ", answers.Select(Describe))}");
        if (counters is not null)
            throw new ProblemException($"check: {counters}");
        if (!verdict.IsLinearizable)
            throw new ProblemException("check: the history is not linearizable");
        tell(string.Create(
            CultureInfo.InvariantCulture,
            $"check       one state {answers[0]!.StateDigest!.Value.ToString()[..8]} at height {answers.Max(answer => answer!.Executed.Number)}, nothing lost, nothing twice, linearizable: {verdict.Summary}; {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    private static string Describe(NodeStatus? status) => $"{status!.Replica} {status.StateDigest?.ToString()[..8]} at {status.Executed.Number}";
}
