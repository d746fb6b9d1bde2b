using HotStuff.Consensus;
using Xunit.Abstractions;

namespace HotStuff.Simulation.Tests;

public class WorldTests(ITestOutputHelper output)
{
    public static TheoryData<string> Protocols => [.. ProtocolRules.Names];

    [Theory]
    [InlineData("chained", 4, 1000)]
    [InlineData("hotstuff2", 4, 1000)]
    [InlineData("basic", 4, 1000)]
    [InlineData("chained", 7, 300)]
    [InlineData("hotstuff2", 7, 300)]
    [InlineData("basic", 7, 300)]
    [InlineData("chained", 1, 50)]
    [InlineData("hotstuff2", 2, 100)]
    [InlineData("basic", 3, 100)]
    [InlineData("chained", 10, 60)]
    public void Whatever_goes_wrong_it_is_safe_and_live_once_the_network_is_calm(string protocol, int replicas, int seeds)
    {
        var result = new SeedRange(new WorldSpec { Protocol = protocol, Replicas = replicas }, 1, seeds).Run();

        output.WriteLine(string.Join(", ", result.Counters.Figures().Select(figure => $"{figure.Name} {figure.Value}")));
        Assert.True(result.Violations.Count == 0, string.Join('\n', result.Violations.OrderBy(found => found.Key).Take(5).Select(found => $"seed {found.Key}: {found.Value}")));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Everything_that_may_go_wrong_does_in_a_range_of_seeds(string protocol)
    {
        var counters = new SeedRange(new WorldSpec { Protocol = protocol }, 1, 100).Run().Counters;

        Assert.All(counters.Figures(), figure => Assert.True(figure.Value > 0, figure.Name));
        // Not by accident: each of these in one of three worlds or more.
        Assert.All(
            [counters.ViewChanges, counters.Lost, counters.CutOff, counters.Filtered, counters.Duplicated, counters.Overtaken, counters.Crashes, counters.ByzantineActs, counters.Resends],
            figure => Assert.True(figure > 33));
        Assert.True(counters.Commands > 500 && counters.Acknowledged > 500);
    }

    [Fact]
    public void Every_kind_of_fault_is_planned_when_it_is_asked_for_and_only_then()
    {
        foreach (var kind in FaultKinds.Names.Where(name => name != "disk"))
        {
            var spec = new WorldSpec { Faults = [kind] };
            var planned = Enumerable.Range(1, 50).SelectMany(seed => Planner.Draw((ulong)seed, spec).Faults).ToList();

            Assert.NotEmpty(planned);
            Assert.All(planned, fault => Assert.Equal(kind, fault.Kind));
            Assert.DoesNotContain(planned, fault => fault is Fault.Crash { LosesWrites: true });
        }
    }

    /// <summary>Stale proposers that answered each other without end, and a leader at rest whom a selective sender's victim does not follow.</summary>
    [Theory]
    [InlineData("chained", 50650)]
    [InlineData("chained", 83156)]
    [InlineData("hotstuff2", 46107)]
    [InlineData("basic", 70112)]
    public void Seeds_that_long_runs_found_end_well(string protocol, int seed) =>
        Assert.Null(World.Run(Planner.Draw((ulong)seed, new WorldSpec { Protocol = protocol, Replicas = 7 })).Violation);

    [Fact]
    public void Without_faults_nothing_goes_wrong()
    {
        var result = new SeedRange(new WorldSpec { Faults = [] }, 1, 50).Run();

        Assert.Empty(result.Violations);
        Assert.Equal(0, result.Counters.ViewChanges + result.Counters.Lost + result.Counters.Overtaken + result.Counters.Crashes + result.Counters.ByzantineActs);
        Assert.Equal(result.Counters.Acknowledged, result.Counters.Commands);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void The_same_seed_gives_the_same_trace(string protocol)
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var plan = Planner.Draw(seed, new WorldSpec { Protocol = protocol });
            World.Run(plan, out var first);
            World.Run(Planner.Draw(seed, new WorldSpec { Protocol = protocol }), out var second);

            Assert.NotEmpty(first);
            Assert.Equal(SequenceText.Lines(first, 4), SequenceText.Lines(second, 4));
        }
    }

    [Fact]
    public void A_world_is_the_same_whether_it_is_traced_or_not()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var plan = Planner.Draw(seed, new WorldSpec());

            Assert.Equal(World.Run(plan).Counters.Figures(), World.Run(plan, out _).Counters.Figures());
        }
    }

    [Fact]
    public void A_range_gives_the_same_on_one_core_as_on_many()
    {
        var spec = new WorldSpec { Replicas = 4 };

        Assert.Equal(new SeedRange(spec, 1, 60).Run(threads: 1).Counters.Figures(), new SeedRange(spec, 1, 60).Run(threads: 4).Counters.Figures());
    }

    [Fact]
    public void What_a_replica_throws_is_a_violation()
    {
        var result = World.Run(Planner.Draw(1, new WorldSpec { Faults = [], Rules = () => new Mistaken(new ChainedRules()) { MayVoteFor = (_, _, _) => throw new InvalidOperationException("mistaken") } }));

        Assert.Equal("NeverThrows", result.Violation!.Invariant);
        Assert.Contains("mistaken", result.Violation.Message, StringComparison.Ordinal);
    }
}
