using CsCheck;

namespace HotStuff.Consensus.Tests;

public class ShareCollectorTests
{
    private const int StepsPerSigner = 8;

    private readonly ShareCollector<VoteStatement> _collector = new(3, StepsPerSigner, statement => statement.Step);

    [Fact]
    public void A_quorum_is_made_of_distinct_signers_once()
    {
        Assert.Equal(Collected.Counted, Add(0, 1, 'a'));
        Assert.Equal(Collected.Duplicate, Add(0, 1, 'a'));
        Assert.Equal(Collected.Duplicate, Add(0, 1, 'a'));
        Assert.Equal(Collected.Counted, Add(1, 1, 'a'));
        Assert.Equal(Collected.Quorum, Add(2, 1, 'a'));
        Assert.Equal(Collected.Counted, Add(3, 1, 'a'));

        Assert.Equal(4, _collector.CountOf(Statement(1, 'a')));
        Assert.Equal([0, 1, 2, 3], _collector.SharesOf(Statement(1, 'a')).Select(share => share.Signer.Index));
    }

    [Fact]
    public void A_signer_who_says_two_things_about_a_view_counts_for_the_first()
    {
        Add(0, 1, 'a');

        Assert.Equal(Collected.Equivocation, Add(0, 1, 'b'));
        Assert.Equal(0, _collector.CountOf(Statement(1, 'b')));
        Assert.Equal(1, _collector.CountOf(Statement(1, 'a')));
    }

    [Fact]
    public void Of_each_signer_the_latest_views_are_kept()
    {
        Add(1, 1, 'a');
        for (var view = 1; view <= 20; view++)
            Add(0, view, 'a');

        Assert.Equal(StepsPerSigner + 1, _collector.Count);
        Assert.Equal([1], _collector.SharesOf(Statement(1, 'a')).Select(share => share.Signer.Index));
        Assert.Equal(0, _collector.CountOf(Statement(12, 'a')));
        Assert.Equal(1, _collector.CountOf(Statement(13, 'a')));
        Assert.Equal(Collected.TooOld, Add(0, 12, 'a'));
    }

    [Fact]
    public void A_flood_of_views_and_blocks_keeps_what_it_holds_bounded_and_leaves_others_alone() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[1, 100], Gen.Char['a', 'd']).List[0, 500].Sample(said =>
        {
            var collector = new ShareCollector<VoteStatement>(3, StepsPerSigner, statement => statement.Step);
            foreach (var (signer, view, block) in said)
                collector.Add(Statement(view, block), Share(signer));

            Assert.True(collector.Count <= 4 * StepsPerSigner);
            // One thing at most is kept of each signer about each view, and nothing that he did not say.
            var kept = said.Distinct().Where(one => collector.SharesOf(Statement(one.Item2, one.Item3)).Contains(Share(one.Item1))).ToList();
            Assert.Equal(collector.Count, kept.Count);
            Assert.Equal(kept.Count, kept.DistinctBy(one => (one.Item1, one.Item2)).Count());
        });

    [Fact]
    public void When_shares_turn_out_bad_others_can_make_the_quorum()
    {
        Add(0, 1, 'a');
        Add(1, 1, 'a');
        Assert.Equal(Collected.Quorum, Add(2, 1, 'a'));

        Assert.Equal(Collected.Counted, _collector.Refuse(Statement(1, 'a'), [new ReplicaId(1)]));
        Assert.Equal(Collected.Duplicate, Add(1, 1, 'a'));
        Assert.Equal(Collected.Quorum, Add(3, 1, 'a'));
        Assert.Equal([0, 2, 3], _collector.SharesOf(Statement(1, 'a')).Select(share => share.Signer.Index));
    }

    [Fact]
    public void When_more_than_a_quorum_was_there_the_rest_are_one_at_once()
    {
        for (var signer = 0; signer < 4; signer++)
            Add(signer, 1, 'a');

        Assert.Equal(Collected.Quorum, _collector.Refuse(Statement(1, 'a'), [new ReplicaId(1)]));
        Assert.Equal(Collected.TooOld, _collector.Refuse(Statement(2, 'a'), [new ReplicaId(1)]));
    }

    [Fact]
    public void Views_that_are_over_are_forgotten()
    {
        for (var view = 1; view <= 6; view++)
            Add(0, view, 'a');
        _collector.Prune(new Step(new View(4), Phase.Generic));

        Assert.Equal(3, _collector.Count);
        Assert.Equal(0, _collector.CountOf(Statement(3, 'a')));
        Assert.Equal(1, _collector.CountOf(Statement(4, 'a')));
    }

    private static VoteStatement Statement(long view, char block) =>
        new(Epoch.Genesis, new View(view), new BlockId(Digest.Of([(byte)block])), Phase.Generic);

    private static SignatureShare Share(int signer) => new(new ReplicaId(signer), new Signature(new byte[] { (byte)signer }));

    private Collected Add(int signer, long view, char block) => _collector.Add(Statement(view, block), Share(signer));
}
