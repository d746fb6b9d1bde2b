namespace HotStuff.Consensus.Tests;

public class CommitteeTests
{
    [Fact]
    public void Two_quorums_share_an_honest_replica_and_the_honest_ones_are_a_quorum()
    {
        for (var size = 1; size <= 100; size++)
        {
            var committee = Of(size);
            var faulty = committee.MaxFaulty;

            Assert.True((3 * faulty) + 1 <= size);
            Assert.True((3 * (faulty + 1)) + 1 > size);
            Assert.True((2 * committee.Quorum) - size > faulty);
            Assert.True(size - faulty >= committee.Quorum);
            Assert.Equal(faulty + 1, committee.OneHonest);
        }
    }

    [Fact]
    public void Members_are_the_indices_below_the_size()
    {
        var committee = Of(4);

        Assert.Equal([0, 1, 2, 3], committee.Members.Select(member => member.Index));
        Assert.All(committee.Members, member => Assert.True(committee.Contains(member)));
        Assert.False(committee.Contains(new ReplicaId(4)));
        Assert.False(committee.Contains(new ReplicaId(-1)));
        Assert.False(committee.Contains(new ReplicaId(int.MinValue)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Committee.MaxSize + 1)]
    public void A_committee_of_an_impossible_size_cannot_be_made(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => Of(size));

    [Fact]
    public void Round_robin_lets_everybody_lead_in_turn()
    {
        var leaders = (RoundRobin)LeaderElections.Create("round-robin", Of(4))!;

        Assert.Equal([1, 2, 3, 0, 1], Enumerable.Range(1, 5).Select(view => leaders.LeaderOf(new View(view)).Index));
        Assert.True(Of(4).Contains(leaders.LeaderOf(new View(long.MaxValue))));
    }

    [Fact]
    public void Elections_and_rules_are_found_by_the_names_that_they_have_and_no_other()
    {
        Assert.All(LeaderElections.Names, name => Assert.Equal(name, LeaderElections.Create(name, Of(4))!.Name));
        Assert.All(ProtocolRules.Names, name => Assert.Equal(name, ProtocolRules.Create(name)!.Name));
        Assert.Null(LeaderElections.Create("the-loudest", Of(4)));
        Assert.Null(ProtocolRules.Create("unchained"));
    }

    private static Committee Of(int size) => new(new ChainId(Digest.Of("a chain"u8)), Epoch.Genesis, size);
}
