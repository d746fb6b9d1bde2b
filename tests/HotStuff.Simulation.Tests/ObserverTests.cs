using System.Collections.Immutable;
using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>What people see of a replica, in small runs.</summary>
public sealed class ObserverTests
{
    [Theory]
    [InlineData("chained")]
    [InlineData("hotstuff2")]
    [InlineData("basic")]
    public void A_command_is_seen_from_its_proposal_to_its_commit(string protocol)
    {
        var seen = Watch(protocol, crashed: null);
        foreach (var kind in new[]
        {
            OccurrenceKind.Started, OccurrenceKind.Proposed, OccurrenceKind.ProposalHeard, OccurrenceKind.Voted, OccurrenceKind.VoteHeard, OccurrenceKind.Certified,
            OccurrenceKind.Locked, OccurrenceKind.Entered, OccurrenceKind.Committed,
        })
        {
            Assert.Contains(seen, one => one.Occurrence.Kind == kind);
        }

        Assert.DoesNotContain(seen, one => one.Occurrence.Kind is OccurrenceKind.TimedOut or OccurrenceKind.ViewChanged or OccurrenceKind.Refused or OccurrenceKind.Accused);
        // Every replica commits the block that was proposed with the command, and nobody before it was proposed.
        var proposed = seen.First(one => one.Occurrence is { Kind: OccurrenceKind.Proposed, Count: 1 });
        Assert.Equal(4, seen.Where(one => one.Occurrence is { Kind: OccurrenceKind.Committed, Count: 1 }).Select(one => one.Replica).Distinct().Count());
        Assert.True(seen.IndexOf(proposed) < seen.FindIndex(one => one.Occurrence is { Kind: OccurrenceKind.Committed, Count: 1 }));
    }

    [Fact]
    public void A_view_change_is_seen_as_timeouts_complaints_a_certificate_of_them_and_a_new_leader()
    {
        var seen = Watch("chained", crashed: 1);
        var change = seen.Where(one => one.Occurrence.View.Number <= 2).ToList();
        Assert.Equal([0, 2, 3], change.Where(one => one.Occurrence is { Kind: OccurrenceKind.TimedOut, View.Number: 1 }).Select(one => one.Replica).Order());
        Assert.Contains(change, one => one.Occurrence is { Kind: OccurrenceKind.Complained, View.Number: 1, Other.Index: 2 });
        Assert.Contains(change, one => one is { Replica: 2, Occurrence: { Kind: OccurrenceKind.ComplaintHeard, View.Number: 1 } });
        Assert.Single(change, one => one is { Replica: 2, Occurrence: { Kind: OccurrenceKind.GaveUp, View.Number: 1 } });
        Assert.Equal([0, 2, 3], change.Where(one => one.Occurrence is { Kind: OccurrenceKind.ViewChanged, View.Number: 2, Other.Index: 2 }).Select(one => one.Replica).Order());
    }

    private static List<(int Replica, Occurrence Occurrence)> Watch(string protocol, int? crashed)
    {
        var seen = new List<(int Replica, Occurrence Occurrence)>();
        var observers = Enumerable.Range(0, 4).Select(_ => new Observer()).ToImmutableArray();
        var cluster = new SimulatedCluster(4, protocol: protocol);
        cluster.Observe += (replica, happened, effects) => seen.AddRange(observers[replica.Node].See(happened, effects).Select(one => (replica.Node, one)));
        cluster.Start();
        if (crashed is { } leader)
            cluster.Replicas[leader].Crash();
        foreach (var replica in cluster.Replicas)
            replica.Advance(new ReplicaEvent.CommandsArrived([Command()], PassedOn: true));
        cluster.RunUntil(() => cluster.Replicas.All(replica => replica.Node == crashed || replica.State.CommandsExecuted > 0), TimeSpan.FromSeconds(10));
        return seen;
    }

    private static CommandSegment Command() => CommandSegment.Create(new ClientId(1), 1, [StateMachine.KeyValueCommand.Increment("count"u8, 1)]);
}
