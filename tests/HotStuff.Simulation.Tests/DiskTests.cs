namespace HotStuff.Simulation.Tests;

public class DiskTests
{
    private readonly Fabricated _made = new();
    private readonly SimulatedDisk _disk;

    public DiskTests() => _disk = new SimulatedDisk(_made.Chain);

    [Fact]
    public void What_is_persisted_flushes_all_before_it_and_survives_a_power_failure()
    {
        var (first, second) = (_made.Child(_made.Genesis, 1), _made.Child(_made.Genesis, 2));
        _disk.Keep(first);
        Assert.Equal(1, _disk.Unflushed);
        _disk.Persist(_made.Record, second);

        Assert.Equal(0, _disk.Unflushed);
        Assert.Equal([first, second], _disk.Recover().Uncommitted);
        Assert.Same(_made.Record, _disk.Recover().Record);
    }

    [Fact]
    public void What_is_not_flushed_may_be_lost_newest_first()
    {
        var block = _made.Child(_made.Genesis, 1);
        var loser = _made.Child(_made.Genesis, 2);
        var kept = _made.Child(block, 3);
        _disk.Persist(_made.Record, block);
        _disk.Keep(loser);
        _disk.Commit([block]);
        _disk.Keep(kept);
        Assert.Equal(3, _disk.Unflushed);
        Assert.Null(_disk.Find(loser.Id));

        _disk.Lose(1);
        Assert.Null(_disk.Find(kept.Id));
        Assert.Same(block, _disk.Recover().LastCommitted);

        _disk.Lose(1);
        Assert.Empty(_disk.Committed);
        Assert.Equal(_made.Genesis.Id, _disk.Recover().LastCommitted.Id);
        Assert.Equal([block, loser], _disk.Recover().Uncommitted);
    }

    [Fact]
    public void A_block_that_came_with_its_commit_is_lost_with_it()
    {
        var block = _made.Child(_made.Genesis, 1);
        _disk.Commit([block]);
        _disk.Lose(1);

        Assert.Null(_disk.Find(block.Id));
    }
}
