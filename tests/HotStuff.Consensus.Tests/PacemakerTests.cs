using CsCheck;

namespace HotStuff.Consensus.Tests;

public class PacemakerTests
{
    private static readonly TimeSpan Base = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Cap = TimeSpan.FromMilliseconds(450);

    [Fact]
    public void A_timeout_doubles_up_to_the_cap_and_falls_back_step_by_step()
    {
        var timeout = new ViewTimeout(Base, Cap);
        var durations = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            durations.Add(timeout.Duration.TotalMilliseconds);
            timeout = timeout.AfterTimeout();
        }

        for (var i = 0; i < 5; i++)
        {
            durations.Add(timeout.Duration.TotalMilliseconds);
            timeout = timeout.AfterCommit(1);
        }

        Assert.Equal([100, 200, 400, 450, 450, 450, 450, 400, 200, 100, 100], durations);
    }

    [Fact]
    public void A_commit_of_several_blocks_halves_several_times()
    {
        var timeout = new ViewTimeout(Base, Cap, Steps: 3);

        Assert.Equal(Base * 2, timeout.AfterCommit(2).Duration);
        Assert.Equal(Base, timeout.AfterCommit(1_000).Duration);
    }

    [Fact]
    public void Whatever_happens_a_timeout_stays_between_base_and_cap() =>
        Gen.Int[-1, 5].List[0, 100].Sample(history =>
        {
            var timeout = new ViewTimeout(Base, Cap);
            foreach (var blocks in history)
                timeout = blocks < 0 ? timeout.AfterTimeout() : timeout.AfterCommit(blocks);

            Assert.InRange(timeout.Duration, Base, Cap);
        });

    [Fact]
    public void A_cap_below_the_base_or_very_far_away_does_no_harm()
    {
        Assert.Equal(Cap, new ViewTimeout(Base * 10, Cap).Duration);
        var timeout = new ViewTimeout(Base, TimeSpan.FromDays(1_000_000));
        for (var i = 0; i < 200; i++)
            timeout = timeout.AfterTimeout();
        Assert.Equal(TimeSpan.FromDays(1_000_000), timeout.Duration);
    }

    [Fact]
    public void Views_only_rise()
    {
        var pacemaker = Create(4);

        Assert.True(pacemaker.Enter(new View(5), EntryReason.QuorumCertificate));
        Assert.False(pacemaker.Enter(new View(5), EntryReason.TimeoutCertificate));
        Assert.False(pacemaker.Enter(new View(3), EntryReason.TimeoutCertificate));
        Assert.Equal(new View(5), pacemaker.View);
        Assert.Equal(0, pacemaker.Timeouts);
        Assert.Equal(Base, pacemaker.Timeout);
    }

    [Fact]
    public void A_complaint_goes_to_one_more_of_the_coming_leaders_with_each_retry_until_all_others_hear_it()
    {
        var pacemaker = Create(4);
        pacemaker.Enter(new View(5), EntryReason.QuorumCertificate);

        Assert.False(pacemaker.Complaining);
        Assert.Equal([2], CollectorsOf(1));
        Assert.True(pacemaker.Complaining);
        Assert.Equal([2, 3], CollectorsOf(1));
        Assert.Equal([2, 3, 0], CollectorsOf(1));
        Assert.Equal([2, 3, 0], CollectorsOf(1));

        pacemaker.Enter(new View(6), EntryReason.TimeoutCertificate);

        Assert.False(pacemaker.Complaining);
        Assert.Equal(1, pacemaker.Timeouts);
        // Who leads the next view itself turns to the one after it.
        Assert.Equal([0], CollectorsOf(3));

        IEnumerable<int> CollectorsOf(int self) => pacemaker.NextCollectors(new ReplicaId(self)).Select(collector => collector.Index);
    }

    [Fact]
    public void The_first_timeout_since_a_commit_does_not_double_the_next_views_but_further_ones_do()
    {
        var pacemaker = Create(4);

        pacemaker.Enter(new View(1), EntryReason.TimeoutCertificate);
        Assert.Equal(Base, pacemaker.Timeout);
        pacemaker.Enter(new View(2), EntryReason.QuorumCertificate);
        pacemaker.Enter(new View(3), EntryReason.TimeoutCertificate);
        Assert.Equal(Base * 2, pacemaker.Timeout);
        pacemaker.Committed(1);
        pacemaker.Enter(new View(4), EntryReason.TimeoutCertificate);
        Assert.Equal(Base, pacemaker.Timeout);
    }

    [Fact]
    public void One_replica_alone_complains_to_itself()
    {
        var pacemaker = Create(1);
        pacemaker.Enter(new View(1), EntryReason.Start);

        Assert.Empty(pacemaker.NextCollectors(new ReplicaId(0)));
        Assert.True(pacemaker.Complaining);
    }

    private static Pacemaker Create(int size)
    {
        var committee = new Inputs(size).Committee;
        return new Pacemaker(committee, new RoundRobin(committee), new PacemakerSettings { BaseTimeout = Base, MaxTimeout = Cap });
    }
}
