using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Cluster.Tests;

/// <summary>
/// Whole replicas, actor by actor, with real signatures and in virtual time: snapshots every 16 blocks, old blocks forgotten, and somebody who was away in the meantime.
/// </summary>
public sealed class ComingBackTests : ActorTests
{
    private const int Away = 3;
    private int _commands;

    public enum Lie
    {
        /// <summary>A piece of the snapshot's contents with a bit turned.</summary>
        Chunk,

        /// <summary>A piece of the manifest with a bit turned.</summary>
        Manifest,

        /// <summary>A manifest that never ends.</summary>
        EndlessManifest,

        /// <summary>A checkpoint of another state.</summary>
        Checkpoint,

        /// <summary>"I have not got it."</summary>
        Nothing,
    }

    [Fact]
    public void Blocks_and_snapshots_that_are_kept_do_not_grow_with_the_chain()
    {
        var cluster = Started(0, 1, 2, 3);
        RunTo(cluster, height: 200);
        foreach (var replica in cluster.All)
        {
            var snapshots = replica.Store.Snapshots.All;
            Assert.True(snapshots.Count <= 3, $"{snapshots.Count} snapshots");
            Assert.True(replica.Store.CommittedHeight.Number - replica.Store.OldestHeight.Number <= 3 * 16, $"{replica.Store.OldestHeight} to {replica.Store.CommittedHeight}");
            Assert.Contains(snapshots, snapshot => snapshot.Certificate is not null);
        }

        Agree(cluster);
    }

    [Fact]
    public void A_replica_that_was_away_until_others_had_forgotten_the_blocks_comes_back_by_snapshot()
    {
        var cluster = Started(0, 1, 2, 3);
        RunTo(cluster, height: 20);
        cluster.CutOff(Away);
        RunTo(cluster, height: 120);
        Assert.All(cluster.Live, replica => Assert.True(replica.Store.OldestHeight > cluster[Away].Store.CommittedHeight.Next));
        cluster.Delivered.Clear();
        cluster.Reconnect(Away);
        ComesBack(cluster);
        Assert.Contains((Manifests.SnapshotResponse, Away), cluster.Delivered);
        Assert.True(cluster[Away].Store.OldestHeight > new Height(20));
    }

    [Fact]
    public void A_replica_with_an_empty_disk_joins_by_snapshot_and_is_then_as_good_as_any()
    {
        var cluster = Started(0, 1, 2);
        RunTo(cluster, height: 100);
        cluster.Start(Away);
        ComesBack(cluster);
        // Without replica 0 it is needed for every quorum, also for those of checkpoints.
        cluster.CutOff(0);
        var before = CertifiedHeight(cluster[Away]);
        RunTo(cluster, cluster[1].Store.CommittedHeight.Number + 40);
        Assert.True(CertifiedHeight(cluster[Away]) > before);
        Agree(cluster);
    }

    [Fact]
    public void Who_is_behind_by_less_than_is_forgotten_comes_back_without_a_snapshot()
    {
        var cluster = Started(0, 1, 2, 3);
        RunTo(cluster, height: 40);
        cluster.CutOff(Away);
        RunTo(cluster, height: 52);
        cluster.Delivered.Clear();
        cluster.Reconnect(Away);
        ComesBack(cluster);
        Assert.DoesNotContain((Manifests.SnapshotResponse, Away), cluster.Delivered);
    }

    [Theory]
    [CombinatorialLies]
    public void A_liar_does_not_keep_a_replica_from_coming_back(Lie lie, int liars)
    {
        var cluster = Started(0, 1, 2);
        RunTo(cluster, height: 100);
        // Those who are the first that are asked for what they can lie about.
        var lying = new HashSet<int>();
        cluster.Forges = (from, to, message) =>
            to == Away && Forged(lie, message) is { } forged && (lying.Contains(from) || (lying.Count < liars && lying.Add(from))) ? forged : null;
        cluster.Start(Away);
        ComesBack(cluster);
        Assert.NotEmpty(lying);
        if (lie != Lie.Nothing)
            Assert.True(cluster[Away].Counters.RefusedFor(Refusal.BadCertificate) > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Who_does_not_answer_does_not_keep_a_replica_from_coming_back(int silent)
    {
        var cluster = Started(0, 1, 2);
        RunTo(cluster, height: 100);
        cluster.Delivers = (from, to, frame) =>
            from >= silent || to != Away || frame.Manifest is not (Manifests.BlockResponse or Manifests.RangeResponse or Manifests.SnapshotResponse);
        cluster.Start(Away);
        ComesBack(cluster);
    }

    /// <summary>What a liar says instead; null when it has nothing to lie about.</summary>
    private static OutboundFrame? Forged(Lie lie, PeerMessage message) => (lie, message) switch
    {
        (Lie.Chunk, SnapshotResponse { Total: 0, Piece.IsEmpty: false } piece) => WireEncoder.Encode(piece with { Piece = Turned(piece.Piece) }),
        (Lie.Manifest, SnapshotResponse { Total: > 0 } piece) => WireEncoder.Encode(piece with { Piece = Turned(piece.Piece) }),
        (Lie.EndlessManifest, SnapshotResponse piece) when piece.Total > 0 || piece.Piece.IsEmpty => WireEncoder.Encode(piece with { Piece = new byte[1024], Total = int.MaxValue }),
        (Lie.Checkpoint, BlockResponse { Checkpoint.Value: { } truth } response) => WireEncoder.Encode(response with
        {
            Checkpoint = new Unverified<CheckpointCertificate>(truth with { Statement = truth.Statement with { Snapshot = Digest.Of("mine"u8) } }),
        }),
        (Lie.Nothing, SnapshotResponse piece) => WireEncoder.Encode(piece with { Piece = default, Total = 0 }),
        _ => null,
    };

    private static byte[] Turned(ReadOnlyMemory<byte> bytes)
    {
        var turned = bytes.ToArray();
        turned[^1] ^= 1;
        return turned;
    }

    private ReplicaActors Started(params int[] replicas) => new(this, TestValidators.Checkpointing, replicas);

    /// <summary>Lets clients write until a height is committed: a hundred keys of 500 bytes in all, so that a snapshot has some fifty pieces.</summary>
    private void RunTo(ReplicaActors cluster, long height)
    {
        while (cluster.Live.Min(replica => replica.Store.CommittedHeight.Number) < height)
        {
            var command = KeyValueCommand.Put([(byte)(_commands % 100)], new byte[500]);
            cluster.Submit(cluster.Live.First().Index, TestValidators.Segment(7, ++_commands, command));
            var done = _commands;
            cluster.RunUntil(() => cluster.Live.All(replica => replica.Executed.Count > 0 && replica.Executed[^1].FirstSequence == done));
        }
    }

    /// <summary>The one that was away takes part again, with one more command of which everybody tells its clients.</summary>
    private void ComesBack(ReplicaActors cluster)
    {
        // It learns from the next proposal that it is behind.
        cluster.Submit(1, TestValidators.Segment(7, ++_commands, KeyValueCommand.Put("last"u8, [1])));
        cluster.RunUntil(() => cluster[Away].Store.CommittedHeight.Number + 3 >= cluster[1].Store.CommittedHeight.Number);
        RunTo(cluster, cluster[1].Store.CommittedHeight.Number + 1);
        Agree(cluster);
    }

    private static void Agree(ReplicaActors cluster)
    {
        var live = cluster.Live.ToList();
        Assert.Single(live.Select(replica => cluster.StateOf(replica.Index).Digest).Distinct());
    }

    private static Height CertifiedHeight(ReplicaActors.One replica) =>
        replica.Store.Snapshots.All.Where(snapshot => snapshot.Certificate is not null).Max(snapshot => snapshot.Height);

    /// <summary>Each lie, of one replica and of all but one.</summary>
    private sealed class CombinatorialLiesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from lie in Enum.GetValues<Lie>() from liars in new[] { 1, 2 } select new object[] { lie, liars };
    }
}
