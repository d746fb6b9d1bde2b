using System.Buffers;
using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Replica 0 takes snapshots and collects the signatures of 1, 2 and 3.</summary>
public sealed class SnapshotActorTests : ActorTests
{
    private static readonly TestValidators Validators = TestValidators.Four;
    private readonly IReadOnlyList<Block> _blocks = Validators.Blocks(100);
    private readonly MemoryStore _store = new(Validators.Genesis.ChainId);
    private readonly MessageVerifier _verifier = new(Validators.Genesis);
    private readonly TestProbe[] _peers;
    private readonly IActorRef _actor;

    public SnapshotActorTests()
    {
        _peers = [.. Enumerable.Range(0, 4).Select(_ => CreateTestProbe())];
        _store.Commit(_blocks);
        _actor = Start();
    }

    [Fact]
    public void A_snapshot_is_kept_and_the_own_share_told_to_all()
    {
        Take(10);
        Assert.Equal(new Height(10), Assert.Single(_store.Snapshots.All).Height);
        ExpectMsg<SnapshotActor.Kept>();
        foreach (var peer in _peers[1..])
        {
            var share = Sent<InboundCheckpointShare>(peer).Message;
            Assert.Equal(new Height(10), share.Value.Statement.Height);
            Assert.NotNull(_verifier.Verify(share).Value);
        }
    }

    [Fact]
    public void A_quorum_of_shares_makes_a_certificate_that_verifies_whoever_came_first()
    {
        _actor.Tell(ShareOf(1, 10));
        Take(10);
        Assert.Null(_store.Snapshots.All[0].Certificate);
        _actor.Tell(ShareOf(1, 10));
        Assert.Null(_store.Snapshots.All[0].Certificate);
        _actor.Tell(ShareOf(3, 10));
        var certificate = _store.Snapshots.All[0].Certificate!;
        Assert.NotNull(_verifier.Verify(new Unverified<CheckpointCertificate>(certificate)).Value);
        Assert.Equal(new Height(1), _store.OldestHeight);
    }

    [Fact]
    public void Blocks_and_snapshots_before_the_checkpoint_before_are_forgotten()
    {
        foreach (var height in new[] { 20, 40, 60 })
        {
            Take(height);
            _actor.Tell(ShareOf(1, height));
            _actor.Tell(ShareOf(2, height));
        }

        Assert.Equal(new Height(40), _store.OldestHeight);
        Assert.Equal([new Height(40), new Height(60)], _store.Snapshots.All.Select(snapshot => snapshot.Height));
        Take(80);
        Assert.Equal(new Height(40), _store.OldestHeight);
    }

    [Fact]
    public void The_own_share_is_said_again_until_there_is_a_certificate()
    {
        Take(10);
        Sent<InboundCheckpointShare>(_peers[1]);
        Clock.Advance(SnapshotActor.Repetition);
        Sent<InboundCheckpointShare>(_peers[1]);
        _actor.Tell(ShareOf(1, 10));
        _actor.Tell(ShareOf(2, 10));
        Clock.Advance(SnapshotActor.Repetition);
        _peers[1].ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Who_still_collects_is_told_the_certificate_and_takes_it()
    {
        Take(10);
        _actor.Tell(ShareOf(1, 10));
        _actor.Tell(ShareOf(2, 10));
        foreach (var peer in _peers[1..])
            Sent<InboundCheckpointShare>(peer);
        _actor.Tell(ShareOf(3, 10));
        var notice = Sent<CheckpointNotice>(_peers[3]);
        Assert.Equal(OwnTokenFor(3), notice.Token);

        var other = new MemoryStore(Validators.Genesis.ChainId);
        other.Commit(_blocks);
        var late = Start(other);
        Take(10, late);
        late.Tell(_verifier.Verify(notice.Certificate).Value!);
        Assert.Equal(notice.Certificate.Value, other.Snapshots.All[0].Certificate);
    }

    [Fact]
    public void A_quorum_with_another_state_stops_the_node()
    {
        var actor = Sys.ActorOf(Props(_store));
        Watch(actor);
        Take(10, actor);
        ExpectMsg<SnapshotActor.Kept>();
        foreach (var peer in new[] { 1, 2, 3 })
            actor.Tell(ShareOf(peer, 10, contents: 2));
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void One_replica_with_another_state_stops_nobody_and_is_not_counted()
    {
        Take(10);
        _actor.Tell(ShareOf(1, 10, contents: 2));
        _actor.Tell(ShareOf(2, 10));
        Assert.Null(_store.Snapshots.All[0].Certificate);
        _actor.Tell(ShareOf(1, 10));
        Assert.Null(_store.Snapshots.All[0].Certificate);
        _actor.Tell(ShareOf(3, 10));
        Assert.NotNull(_store.Snapshots.All[0].Certificate);
    }

    [Fact]
    public void A_snapshot_that_was_not_certified_before_a_restart_is_signed_again_after_it()
    {
        Take(10);
        var again = Start();
        again.Tell(ShareOf(1, 10));
        again.Tell(ShareOf(2, 10));
        Assert.NotNull(_store.Snapshots.All[0].Certificate);
    }

    [Fact]
    public void A_certificate_of_a_snapshot_before_the_newest_is_made_all_the_same()
    {
        Take(20);
        Take(40);
        _actor.Tell(ShareOf(1, 20));
        _actor.Tell(ShareOf(2, 20));
        Assert.NotNull(_store.Snapshots.All[0].Certificate);
        Assert.Null(_store.Snapshots.All[1].Certificate);
        _actor.Tell(ShareOf(1, 40));
        _actor.Tell(ShareOf(2, 40));
        Assert.NotNull(_store.Snapshots.All[1].Certificate);
        Assert.Equal(new Height(20), _store.OldestHeight);
    }

    [Fact]
    public void Who_collects_for_the_checkpoint_before_the_last_is_told_its_certificate_too()
    {
        foreach (var height in new[] { 20, 40 })
        {
            Take(height);
            _actor.Tell(ShareOf(1, height));
            _actor.Tell(ShareOf(2, height));
        }

        foreach (var _ in new[] { 20, 40 })
            Sent<InboundCheckpointShare>(_peers[3]);
        _actor.Tell(ShareOf(3, 20));
        Assert.Equal(new Height(20), Sent<CheckpointNotice>(_peers[3]).Certificate.Value.Height);
    }

    [Fact]
    public void While_shares_are_withheld_snapshots_do_not_pile_up_and_the_certified_one_stays()
    {
        Take(10);
        _actor.Tell(ShareOf(1, 10));
        _actor.Tell(ShareOf(2, 10));
        for (var height = 20; height <= 90; height += 10)
            Take(height);
        Assert.Equal([new Height(10), new Height(80), new Height(90)], _store.Snapshots.All.Select(snapshot => snapshot.Height));
        _actor.Tell(ShareOf(1, 80));
        _actor.Tell(ShareOf(2, 80));
        Assert.NotNull(_store.Snapshots.All[1].Certificate);
    }

    private static byte[] Contents(int height, int contents) => [.. Enumerable.Repeat((byte)contents, 100 + height)];

    private IActorRef Start(MemoryStore? store = null)
    {
        var actor = ActorOfAsTestActorRef<SnapshotActor>(Props(store ?? _store));
        actor.Tell(Changed([.. new[] { 1, 2, 3 }.Select(peer => Proven(peer, _peers[peer]))]));
        return actor;
    }

    private Props Props(MemoryStore store) => SnapshotActor.Props(new SnapshotActor.Setup(
        Validators.Genesis.Committee, Validators.Signers[0], _verifier, store, Validators.Genesis.Limits, CreateTestProbe()));

    private void Take(int height, IActorRef? actor = null) =>
        (actor ?? _actor).Tell(new SnapshotActor.Taken(_blocks[height - 1], new ReadOnlySequence<byte>(Contents(height, 1))), TestActor);

    private Verified<CheckpointShare> ShareOf(int replica, int height, int contents = 1)
    {
        var manifest = SnapshotManifest.Of(
            _blocks[height - 1], new ReadOnlySequence<byte>(Contents(height, contents)), Validators.Genesis.Limits.SnapshotChunkBytes);
        var statement = new CheckpointStatement(Epoch.Genesis, manifest.Height, manifest.Block, manifest.Digest);
        var signature = Validators.Signers[replica].SignShare(SignedBytes.Checkpoint(Validators.Genesis.ChainId, statement));
        return _verifier.Verify(new Unverified<CheckpointShare>(new CheckpointShare(statement, new SignatureShare(new ReplicaId(replica), signature)))).Value!;
    }
}
