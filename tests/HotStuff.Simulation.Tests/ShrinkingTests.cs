using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

/// <summary>Mistakes put into the rules are found, and what is shown of them is short.</summary>
public class ShrinkingTests
{
    public static TheoryData<string> Mistakes => ["commits one certificate early", "never commits", "never votes"];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_in_the_rules_is_found_and_shrunk_to_a_short_schedule(string mistake)
    {
        var spec = new WorldSpec { Rules = () => Make(mistake) };
        var found = Enumerable.Range(1, 100).Select(seed => World.Run(Planner.Draw((ulong)seed, spec))).FirstOrDefault(result => result.Violation is not null);
        Assert.True(found is not null, mistake);

        var shortest = Shrinking.Shrink(found);

        Assert.Equal(found.Violation!.Invariant, shortest.Violation!.Invariant);
        Assert.InRange(shortest.Plan.Faults.Length, 0, Math.Min(found.Plan.Faults.Length, 5));
        Assert.Equal(shortest.Violation, World.Run(shortest.Plan).Violation);
    }

    [Fact]
    public void What_did_not_break_cannot_be_shrunk() =>
        Assert.Throws<ArgumentException>(() => Shrinking.Shrink(World.Run(Planner.Draw(1, new WorldSpec { Faults = [] }))));

    private static Mistaken Make(string mistake) => mistake switch
    {
        "commits one certificate early" => new Mistaken(new ChainedRules()) { CommitsAfter = new HotStuff2Rules().CommitAfter },
        "never commits" => new Mistaken(new BasicRules()) { CommitsAfter = (_, _) => null },
        _ => new Mistaken(new ChainedRules()) { MayVoteFor = (_, _, _) => false },
    };
}
