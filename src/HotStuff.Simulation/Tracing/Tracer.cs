using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation;

/// <summary>Writes down what happens in a simulated cluster.</summary>
public sealed class Tracer
{
    private readonly SimulatedCluster _cluster;
    private readonly MessageLabels _labels;
    private readonly List<TraceEvent> _events = [];

    /// <summary>Traces <paramref name="cluster"/> from now on; its network is set up already, and it has not started.</summary>
    public Tracer(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _labels = new MessageLabels(cluster.Rules);
        var deliver = cluster.Deliver;
        cluster.Deliver = envelope =>
        {
            var arrives = deliver(envelope);
            if (!arrives)
                Add(TraceKind.Lost, envelope.FromNode, envelope.ToNode, _labels.Of(envelope.Message));
            return arrives;
        };
        cluster.Arrived += (envelope, _) => Add(TraceKind.Message, envelope.FromNode, envelope.ToNode, _labels.Of(envelope.Message));
        cluster.Observe += Observe;
        cluster.Doing += Do;
    }

    /// <summary>What happened so far.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>Forgets what happened so far.</summary>
    public void Clear() => _events.Clear();

    internal void Note(string text) => Add(TraceKind.Note, -1, -1, text);

    internal void Client(int client, string text) => Add(TraceKind.Client, -1, -1, $"client {client} {text}");

    internal void Crashed(int replica, int lostWrites) =>
        Add(TraceKind.Crash, replica, -1, lostWrites > 0 ? $"crashes and loses its last {lostWrites} unflushed writes" : "crashes");

    internal void Started(int replica) => Add(TraceKind.Start, replica, -1, "starts from its disk");

    private void Observe(SimulatedReplica replica, ReplicaEvent happened, ImmutableArray<Effect> effects)
    {
        // A timer that only starts itself again has nothing to tell.
        if (happened is ReplicaEvent.TimerFired { Timer: var timer } && effects.Any(effect => effect is not (Effect.StartTimer or Effect.StopTimer)))
            Add(TraceKind.Timer, replica.Node, -1, $"{timer.Kind.ToString().ToLowerInvariant()} timer of {timer.View} runs out");
    }

    private void Do(SimulatedReplica replica, Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                Add(TraceKind.Persist, replica.Node, -1, $"writes {MessageLabels.Of(persist.Record)}");
                break;
            case Effect.EnteredView entered:
                Add(TraceKind.View, replica.Node, -1, $"enters {entered.View}{MessageLabels.Of(entered.Reason)}, led by {entered.Leader}");
                break;
            case Effect.Commit commit:
                Add(TraceKind.Commit, replica.Node, -1, $"commits {string.Join(", ", commit.Blocks.Select(MessageLabels.Of))}");
                break;
            default:
                break;
        }
    }

    private void Add(TraceKind kind, int from, int to, string text) => _events.Add(new TraceEvent(_cluster.Now, kind, from, to, text));
}
