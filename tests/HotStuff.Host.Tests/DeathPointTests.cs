using HotStuff.Consensus;
using HotStuff.Host.Local;
using HotStuff.Storage;

namespace HotStuff.Host.Tests;

public sealed class DeathPointTests
{
    private static readonly ChainId Chain = new(Digest.Of([1]));

    [Fact]
    public void What_is_written_can_be_read()
    {
        foreach (var point in Enum.GetValues<PersistencePoint>())
            Assert.Equal(new DeathPoint(point, 12), DeathPoint.TryParse(new DeathPoint(point, 12).ToString()));
        Assert.Equal("after-commit:3", new DeathPoint(PersistencePoint.AfterCommit, 3).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("before-persist")]
    [InlineData("before-persist:0")]
    [InlineData("before-persist:-1")]
    [InlineData("before-persist:1:2")]
    [InlineData("before-lunch:1")]
    [InlineData(":1")]
    public void Anything_else_is_refused(string text) => Assert.Null(DeathPoint.TryParse(text));

    [Fact]
    public void A_store_dies_at_the_write_that_was_said_once_and_with_everything_done_that_comes_before_it()
    {
        foreach (var point in Enum.GetValues<PersistencePoint>())
        {
            var deaths = new List<(bool Persisted, long Committed)>();
            using var inner = new MemoryStore(Chain);
            using var store = new MortalStore(
                inner, new DeathPoint(point, 2), () => deaths.Add((inner.LoadRecord()?.HighestComplaint.Number == 2, inner.CommittedHeight.Number)));
            var first = Child(Block.Genesis(Chain), 1);
            var second = Child(first, 2);

            store.Persist(Record(1), first);
            store.Put([first]);
            store.Commit([first]);
            Assert.Empty(deaths);
            store.Persist(Record(2), second);
            store.Put([second]);
            store.Commit([second]);

            var (persisted, committed) = Assert.Single(deaths);
            Assert.Equal(point != PersistencePoint.BeforePersist, persisted);
            Assert.Equal(point == PersistencePoint.AfterCommit ? 2 : 1, committed);
        }
    }

    private static Block Child(Block parent, long view)
    {
        var justify = new QuorumCertificate(new VoteStatement(Epoch.Genesis, parent.View, parent.Id, Phase.Generic), new Signature(new byte[] { 1 }));
        return Block.Create(Chain, Epoch.Genesis, new View(view), parent.Height.Next, new ReplicaId(0), justify, []);
    }

    private static SafetyRecord Record(long complaint) => SafetyRecord.Initial(Block.GenesisCertificate(Chain)) with { HighestComplaint = new View(complaint) };
}
