using HotStuff.Crypto;

namespace HotStuff.Consensus.Tests;

/// <summary>A replica that goes on from a checkpoint, and evidence that it reports.</summary>
public sealed class CheckpointTests
{
    private readonly Inputs _inputs = new();

    [Fact]
    public void A_checkpoint_above_what_is_committed_becomes_the_root_and_blocks_that_follow_are_committed_on_it()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        var replica = _inputs.Started(0);
        replica.Take(_inputs, _inputs.Propose(chain[9]));
        var restarted = replica.Advance(Checkpoint(chain[5]));
        Assert.Equal(chain[5].Id, Assert.Single(restarted.OfType<Effect.Restart>()).Root.Id);
        Assert.Equal(new Height(6), replica.Status.Committed);
        var fetched = replica.Advance(Inputs.Fetched(chain[6], chain[7], chain[8]));
        Assert.Equal([chain[6].Id], fetched.Commits().Select(block => block.Id));
    }

    [Fact]
    public void A_checkpoint_below_what_is_committed_changes_nothing()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4, 5);
        var replica = _inputs.Started(0);
        replica.Advance(Inputs.Fetched(chain));
        Assert.Equal(new Height(2), replica.Status.Committed);
        Assert.Empty(replica.Advance(Checkpoint(chain[1])).OfType<Effect.Restart>());
        Assert.Equal(new Height(2), replica.Status.Committed);
    }

    [Fact]
    public void What_is_linked_to_the_checkpoint_stays_and_what_is_not_goes()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3, 4);
        var other = _inputs.Child(chain[0], 5, first: 9);
        var tree = new BlockTree(_inputs.Genesis);
        foreach (var block in chain.Append(other))
            tree.Add(block, null);
        tree.Restart(chain[1]);
        Assert.Equal((chain[1].Id, 2), (tree.Root.Id, tree.Count));
        Assert.NotNull(tree.Find(chain[3].Id));
        Assert.Null(tree.Find(other.Id));
        Assert.Null(tree.Find(chain[0].Id));
        tree.Restart(_inputs.Chain(chain[3], 8)[0]);
        Assert.Equal(0, tree.Count);
    }

    [Fact]
    public void Another_block_than_the_certified_one_is_no_root()
    {
        var chain = _inputs.Chain(_inputs.Genesis, 1, 2, 3);
        var certificate = Certificate(chain[1]);
        Assert.NotNull(MessageVerifier.VerifyRoot(certificate, chain[1]));
        Assert.Null(MessageVerifier.VerifyRoot(certificate, chain[2]));
    }

    [Fact]
    public void Two_proposals_of_a_view_are_reported_with_both_signatures()
    {
        var replica = _inputs.Started(0);
        var (first, second) = (_inputs.Child(_inputs.Genesis, 1, first: 1), _inputs.Child(_inputs.Genesis, 1, first: 2));
        replica.Take(_inputs, _inputs.Propose(first));
        var evidence = Assert.Single(replica.Take(_inputs, _inputs.Propose(second)).OfType<Effect.Report>()).Evidence;
        Assert.Equal((new ReplicaId(1), new View(1)), (evidence.Culprit, evidence.View));
        Assert.True(_inputs.Keys.CreateVerifier().Proves(evidence));
        var proposals = Assert.IsType<DoubleProposal>(evidence);
        Assert.False(_inputs.Keys.CreateVerifier().Proves(proposals with { Second = proposals.First, SecondSignature = proposals.FirstSignature }));
        Assert.False(_inputs.Keys.CreateVerifier().Proves(proposals with { Proposer = new ReplicaId(2) }));
        Assert.False(_inputs.Keys.CreateVerifier().Proves(proposals with { SecondSignature = proposals.FirstSignature }));
    }

    [Fact]
    public void Two_votes_of_a_view_are_reported_with_both_signatures()
    {
        var replica = _inputs.Started(2);
        var (first, second) = (_inputs.Child(_inputs.Genesis, 1, first: 1), _inputs.Child(_inputs.Genesis, 1, first: 2));
        replica.Take(_inputs, _inputs.VoteOf(3, first));
        Assert.Empty(replica.Take(_inputs, _inputs.VoteOf(3, first)).OfType<Effect.Report>());
        var evidence = Assert.Single(replica.Take(_inputs, _inputs.VoteOf(3, second)).OfType<Effect.Report>()).Evidence;
        Assert.Equal(new DoubleVote(_inputs.VoteOf(3, first), _inputs.VoteOf(3, second)), evidence);
        var verifier = _inputs.Keys.CreateVerifier();
        Assert.True(verifier.Proves(evidence));
        Assert.False(verifier.Proves(new DoubleVote(_inputs.VoteOf(3, first), _inputs.VoteOf(3, first))));
        Assert.False(verifier.Proves(new DoubleVote(_inputs.VoteOf(3, first), _inputs.VoteOf(0, second))));
        Assert.False(verifier.Proves(new DoubleVote(_inputs.VoteOf(3, first), _inputs.VoteOf(3, _inputs.Child(_inputs.Genesis, 2, first: 2)))));
        Assert.False(verifier.Proves(new DoubleProcess(new ReplicaId(3), 1, 2)));
    }

    private ReplicaEvent Checkpoint(Block root) => new ReplicaEvent.CheckpointFetched(MessageVerifier.VerifyRoot(Certificate(root), root)!);

    private Verified<CheckpointCertificate> Certificate(Block root)
    {
        var statement = new CheckpointStatement(root.Epoch, root.Height, root.Id, Digest.Of([1]));
        var shares = _inputs.Committee.Members.Take(_inputs.Committee.Quorum).Select(signer => new SignatureShare(
            signer, _inputs.Keys.Signers[signer.Index].SignShare(SignedBytes.Checkpoint(_inputs.Committee.Chain, statement))));
        return _inputs.Keys.CreateVerifier().Combine(statement, [.. shares]).Certificate!;
    }
}
