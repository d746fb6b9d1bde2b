using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>What came of a scenario.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Steps">How many events the nodes handled, with the invariants checked after each.</param>
/// <param name="Commits">How many blocks the replica committed that committed most.</param>
/// <param name="Stale">How often a twin proposed on the genesis block.</param>
/// <param name="ReachedEnd">Whether the replicas got through all rounds; otherwise a round lasted until the network healed.</param>
/// <param name="Violation">Which invariant does not hold, and how; null when all do.</param>
public sealed record TwinsResult(TwinsScenario Scenario, long Steps, int Commits, long Stale, bool ReachedEnd, string? Violation)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Scenario}: {Violation ?? "all invariants hold"} ({Steps} steps, {Commits} blocks committed)";
}

/// <summary>
/// Runs scenarios of the Twins method. The current round is the highest view that any node has entered; a message is delivered if sender and receiver are
/// on the same side in the current round. After the last round, or when a round cannot end, the network heals, and each honest replica must commit a block of a view
/// after the rounds.
/// </summary>
/// <remarks>
/// In the paper a message belongs to the round that it is about. Here complaints are repeated and carry votes: if those of a view always met the partition that its
/// proposal met, whoever can end the view by them could form the certificate of its block, and no certificate would ever be hidden.
/// </remarks>
public static class TwinsRun
{
    private const int BlocksToHeal = 16;

    private static readonly TimeSpan TimeOfRound = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan TimeToHeal = TimeSpan.FromSeconds(5);

    private static readonly ReplicaOptions Options = new()
    {
        BatchCommands = 1,
        Pacemaker = new PacemakerSettings
        {
            BaseTimeout = TimeSpan.FromMilliseconds(20),
            MaxTimeout = TimeSpan.FromMilliseconds(20),
            ComplaintRetry = TimeSpan.FromMilliseconds(10),
            FetchDelay = TimeSpan.FromMilliseconds(4),
            Delta = TimeSpan.FromMilliseconds(4),
        },
    };

    /// <summary>Runs a scenario with a variant of the protocol.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="protocol">One of <see cref="ProtocolRules.Names"/>.</param>
    /// <param name="prepare">Is shown the cluster before it starts, to trace it; null when nobody wants to.</param>
    public static TwinsResult Run(TwinsScenario scenario, string protocol, Action<SimulatedCluster>? prepare = null) =>
        Run(scenario, ProtocolRules.Create(protocol) ?? throw new ArgumentException($"no such protocol: {protocol}", nameof(protocol)), prepare);

    /// <summary>Runs a scenario with rules of the caller's own, which may be broken. Their name tells which certificates a commit needs.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="prepare">Is shown the cluster before it starts, to trace it; null when nobody wants to.</param>
    public static TwinsResult Run(TwinsScenario scenario, IProtocolRules rules, Action<SimulatedCluster>? prepare = null)
    {
        var last = new View(scenario.Rounds.Length);
        var healing = TimeOfRound * scenario.Rounds.Length;
        var cluster = new SimulatedCluster(
            scenario.Size,
            Options,
            leaders: committee => new ScheduledLeaders(committee, [.. scenario.Rounds.Select(round => round.Leader)]),
            twins: scenario.Twins,
            rules: rules);
        var invariants = new Invariants(cluster);
        var twins = cluster.Replicas.Where(replica => scenario.Twins.Contains(replica.Id)).ToList();
        foreach (var twin in twins)
            twin.Behaviour = new Twin(view => view <= last && RoundOf(scenario, view).Stale);
        var current = View.Genesis;
        cluster.Deliver = envelope =>
            current < View.Genesis.Next || current > last || cluster.Now >= healing || AreTogether(RoundOf(scenario, current), envelope);

        var reachedEnd = false;
        var waiting = cluster.Replicas.Except(twins).ToHashSet();
        cluster.Observe += (replica, _, effects) =>
        {
            foreach (var effect in effects)
            {
                if (effect is Effect.Commit commit && commit.Blocks[^1].View > last)
                    waiting.Remove(replica);
                else if (effect is Effect.EnteredView entered && entered.View > current)
                    (current, reachedEnd) = (entered.View, reachedEnd || (entered.View > last && cluster.Now < healing));
            }
        };

        prepare?.Invoke(cluster);
        var violation = (string?)null;
        try
        {
            cluster.Start();
            foreach (var replica in cluster.Replicas)
                replica.Advance(new ReplicaEvent.CommandsArrived(Commands(replica.Node, scenario), PassedOn: true));
            if (!cluster.RunUntil(() => waiting.Count == 0, healing + TimeToHeal))
                violation = $"EventualCommit: {string.Join(" and ", waiting.Select(replica => replica.Id))} committed nothing of a view after {last}";
        }
        catch (InvariantBrokenException broken)
        {
            violation = broken.Message;
        }

        return new TwinsResult(
            scenario,
            invariants.Steps,
            cluster.Replicas.Max(replica => replica.Committed.Count),
            twins.Sum(twin => twin.Behaviour!.Acts),
            reachedEnd,
            violation);
    }

    private static TwinsRound RoundOf(TwinsScenario scenario, View view) => scenario.Rounds[(int)view.Number - 1];

    private static bool AreTogether(TwinsRound round, Envelope envelope) => round.Sides[envelope.FromNode] == round.Sides[envelope.ToNode];

    /// <summary>Commands that only this node knows, one for each of its blocks, so that no two blocks are the same and nobody rests.</summary>
    private static ImmutableArray<CommandSegment> Commands(int node, TwinsScenario scenario) =>
    [
        .. Enumerable.Range(1, scenario.Rounds.Length + BlocksToHeal)
            .Select(i => CommandSegment.Create(new ClientId((UInt128)(node + 1)), i, [ReadOnlyMemory<byte>.Empty])),
    ];
}
