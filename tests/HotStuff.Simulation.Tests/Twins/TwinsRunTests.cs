using HotStuff.Consensus;

namespace HotStuff.Simulation.Tests;

public class TwinsRunTests
{
    /// <summary>Every 61st scenario of the set is run here; the whole set by the command line.</summary>
    private const int Share = 61;

    [Theory]
    [InlineData("chained")]
    [InlineData("hotstuff2")]
    [InlineData("basic")]
    public void No_scenario_of_a_share_of_the_exhaustive_set_breaks_anything(string protocol)
    {
        var results = TwinsGenerator.Exhaustive().Where((_, i) => i % Share == 7).Select(scenario => TwinsRun.Run(scenario, protocol)).ToList();

        Assert.DoesNotContain(results, result => result.Violation is not null);
        Assert.Equal(2_582, results.Count);
        Assert.True(results.Sum(result => result.Stale) > 100);
        Assert.True(results.Count(result => result.ReachedEnd) > results.Count / 2);
    }

    [Theory]
    [InlineData("chained")]
    [InlineData("hotstuff2")]
    [InlineData("basic")]
    public void Two_pairs_of_twins_among_seven_break_nothing(string protocol) =>
        Assert.DoesNotContain(
            TwinsGenerator.Sampled(7, 2, rounds: 6, seed: 1).Take(250).Select(scenario => TwinsRun.Run(scenario, protocol)),
            result => result.Violation is not null);

    [Fact]
    public void A_replica_that_votes_against_its_lock_is_found_out_in_chained() =>
        IsFoundIn(TwinsGenerator.AfterCalm(2), new BrokenRules(new ChainedRules(), "chained") { VotesForAll = true });

    [Fact]
    public void A_replica_that_never_locks_is_found_out_in_chained() =>
        IsFoundIn(TwinsGenerator.AfterCalm(2), new BrokenRules(new ChainedRules(), "chained") { LockOf = new NoLock() });

    [Fact]
    public void A_commit_after_two_certified_blocks_instead_of_three_is_found_out_in_chained() =>
        IsFoundIn(TwinsGenerator.AfterCalm(1), new BrokenRules(new ChainedRules(), "hotstuff2") { CommitOf = new HotStuff2Rules() });

    [Fact]
    public void A_replica_that_votes_against_its_lock_is_found_out_in_hotstuff2() =>
        IsFoundIn(TwinsGenerator.AfterCalm(1), new BrokenRules(new HotStuff2Rules(), "hotstuff2") { VotesForAll = true });

    [Fact]
    public void A_lock_that_lags_by_a_block_is_found_out_in_hotstuff2() =>
        IsFoundIn(TwinsGenerator.AfterCalm(1), new BrokenRules(new HotStuff2Rules(), "hotstuff2") { LockOf = new ChainedRules() });

    [Fact]
    public void A_replica_that_votes_against_its_lock_is_found_out_in_basic() =>
        IsFoundIn(TwinsGenerator.Wide(), new BrokenRules(new BasicRules(), "basic") { VotesForAll = true });

    [Fact]
    public void The_same_scenario_gives_the_same_result()
    {
        var scenario = TwinsScenario.Parse("4/0 1@00'123 0@012|0'3 1@1|00'23 0-@00'123");

        Assert.Equal(TwinsRun.Run(scenario, "chained"), TwinsRun.Run(scenario, "chained"));
    }

    [Fact]
    public void A_round_without_a_quorum_on_any_side_lasts_until_the_network_heals()
    {
        var result = TwinsRun.Run(TwinsScenario.Parse("4/0 1@00'1|23 2@00'123"), "chained");

        Assert.Null(result.Violation);
        Assert.False(result.ReachedEnd);
    }

    /// <summary>One of every 20 scenarios, from the 3rd on, shows two commits that conflict; with the right rules the same scenario shows nothing.</summary>
    private static void IsFoundIn(IEnumerable<TwinsScenario> set, IProtocolRules broken)
    {
        var found = set.Where((_, i) => i % 20 == 3).Select(scenario => TwinsRun.Run(scenario, broken))
            .First(result => result.Violation?.StartsWith("CommitsLinear", StringComparison.Ordinal) == true);

        Assert.Null(TwinsRun.Run(found.Scenario, ProtocolRules.Create(broken.Name)!).Violation);
    }

    private sealed class NoLock : IProtocolRules
    {
        public string Name => "no lock";

        public IReadOnlyList<Phase> Phases => [];

        public bool WaitsAfterTimeout => false;

        public bool MayVote(Block block, QuorumCertificate @lock, BlockTree tree) => true;

        public QuorumCertificate LockAfter(QuorumCertificate seen, QuorumCertificate @lock, BlockTree tree) => @lock;

        public Block? CommitAfter(QuorumCertificate seen, BlockTree tree) => null;
    }
}
