using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Whom to ask first.</summary>
public sealed class PeerScoresTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReplicaId[] Three = [new(1), new(2), new(3)];
    private readonly PeerScores _scores = new();

    [Fact]
    public void Equals_take_turns()
    {
        Assert.Equal([1, 2, 3], Rank(Start));
        Assert.Equal([2, 3, 1], Rank(Start));
        Assert.Equal([3, 1, 2], Rank(Start));
        _scores.StayOn();
        Assert.Equal([3, 1, 2], Rank(Start));
    }

    [Fact]
    public void A_liar_comes_last_for_a_long_time_and_is_never_left_out()
    {
        _scores.Lied(new ReplicaId(1), Start);
        for (var i = 0; i < 6; i++)
            Assert.Equal(1, Rank(Start + PeerScores.LiarAvoided - TimeSpan.FromSeconds(1))[^1]);
        Assert.Contains(Enumerable.Range(0, 3), _ => Rank(Start + PeerScores.LiarAvoided)[0] == 1);
    }

    [Fact]
    public void Who_does_not_answer_is_avoided_longer_each_time_and_forgiven_when_he_does()
    {
        var silent = new ReplicaId(2);
        _scores.Failed(silent, Start);
        Assert.Equal(2, Rank(Start)[^1]);
        var second = Start + PeerScores.SilentAvoided;
        Assert.Contains(Enumerable.Range(0, 3), _ => Rank(second)[0] == 2);
        _scores.Failed(silent, second);
        Assert.Equal(2, Rank(second + PeerScores.SilentAvoided)[^1]);
        _scores.Answered(silent, TimeSpan.FromMilliseconds(1));
        _scores.Failed(silent, second + (PeerScores.SilentAvoided * 3));
        Assert.Contains(Enumerable.Range(0, 3), _ => Rank(second + (PeerScores.SilentAvoided * 4))[0] == 2);
    }

    [Fact]
    public void A_slow_one_comes_after_the_quick_ones_and_before_those_that_are_avoided()
    {
        _scores.Answered(new ReplicaId(1), TimeSpan.FromMilliseconds(500));
        _scores.Answered(new ReplicaId(2), TimeSpan.FromMilliseconds(5));
        _scores.Lied(new ReplicaId(3), Start);
        for (var i = 0; i < 3; i++)
            Assert.Equal([2, 1, 3], Rank(Start));
    }

    [Fact]
    public void Of_equals_those_come_first_who_have_less_to_do_and_nobody_who_is_avoided_comes_before_them()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal([2, 3, 1], Rank(Start, load: [3, 1, 2]));
        _scores.Failed(new ReplicaId(2), Start);
        for (var i = 0; i < 3; i++)
            Assert.Equal([3, 1, 2], Rank(Start, load: [3, 0, 2]));
    }

    [Fact]
    public void Of_those_that_are_avoided_a_liar_comes_last()
    {
        _scores.Lied(new ReplicaId(1), Start);
        _scores.Failed(new ReplicaId(2), Start);
        _scores.Failed(new ReplicaId(3), Start + TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 3; i++)
            Assert.Equal([2, 3, 1], Rank(Start + TimeSpan.FromMilliseconds(2)));
    }

    private int[] Rank(DateTimeOffset now, int[]? load = null) => [.. _scores.Rank(Three, peer => load?[peer.Index - 1] ?? 0, now).Select(peer => peer.Index)];
}
