using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class DemonstrationTests
{
    private const int Commands = 12;

    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Commands_without_trouble_are_executed_by_all_and_nobody_complains(string protocol)
    {
        var (cluster, events, _) = Run("normal", protocol);

        Assert.All(cluster.Replicas, replica => Assert.Equal(Commands, replica.State.CommandsExecuted));
        Assert.DoesNotContain(events, one => one.Text.StartsWith("COMPLAINT", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_dead_leaders_view_is_given_up_and_when_it_is_back_it_has_executed_what_all_have(string protocol)
    {
        var (cluster, events, effects) = Run("view-change", protocol);

        Assert.Equal([TraceKind.Crash, TraceKind.Start], events.Where(one => one.Kind is TraceKind.Crash or TraceKind.Start).Select(one => one.Kind));
        Assert.Contains(effects, effect => effect is Effect.EnteredView { View.Number: 2, Reason: EntryReason.TimeoutCertificate });
        Assert.All(cluster.Replicas, replica => Assert.Equal(Commands, replica.State.CommandsExecuted));
    }

    private static (SimulatedCluster Cluster, IReadOnlyList<TraceEvent> Events, List<Effect> Effects) Run(string name, string protocol)
    {
        SimulatedCluster? cluster = null;
        var effects = new List<Effect>();
        var events = Demonstration.Run(name, protocol, started =>
        {
            cluster = started;
            started.Doing += (_, effect) => effects.Add(effect);
        });
        return (cluster!, events, effects);
    }
}
