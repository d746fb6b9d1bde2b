using System.Buffers;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Replica 0 was away for long: it fetches many blocks from 1, 2 and 3 at once, or a snapshot when they have the blocks no more, whatever one of them answers.</summary>
public sealed class CatchUpTests : ActorTests
{
    private static readonly TestValidators Validators = TestValidators.Four;
    private static readonly ImmutableArray<Block> Chain = CertifiedChain(400);
    private static readonly TimeSpan Timeout = Ms(500);

    private readonly MemoryStore _store = new(Validators.Genesis.ChainId);
    private readonly NodeCounters _counters = new();
    private readonly MessageVerifier _verifier = new(Validators.Genesis);
    private readonly TestProbe[] _peers;
    private readonly IActorRef _actor;

    public CatchUpTests()
    {
        _peers = [.. Enumerable.Range(0, 4).Select(_ => CreateTestProbe())];
        _actor = StartActor(_store);
    }

    [Fact]
    public void Many_missing_blocks_are_asked_for_by_height_from_all_peers_at_once_and_fed_in_order()
    {
        Start();
        var asked = Requests<RangeRequest>();
        Assert.Equal(4, asked.Count);
        Assert.Equal([1, 2, 3], asked.Select(one => one.Peer).Distinct().Order());
        while (asked.Count > 0)
        {
            foreach (var (peer, request) in asked)
                Answer(peer, request, [.. Chain.Skip((int)request.First.Number - 1).Take(Math.Min(request.Count, 40))]);
            asked = Requests<RangeRequest>();
        }

        AllAreFed();
        Assert.Equal(400, _counters.BlocksFetched);
    }

    [Fact]
    public void A_peer_that_lies_about_heights_is_refused_and_the_others_bring_the_blocks()
    {
        var lies = new Func<RangeRequest, RangeResponse>[]
        {
            // Other blocks than those asked for, blocks that do not hang together, more than were asked for, and a certificate of another block.
            request => Response(1, request, [.. Chain.Take(request.Count)]),
            request => Response(1, request, [Chain[(int)request.First.Number - 1], Chain[(int)request.First.Number + 1]]),
            request => Response(1, request, [.. Chain.Skip((int)request.First.Number - 1).Take(request.Count + 1)]),
            request => Response(1, request, [Chain[(int)request.First.Number - 1]]) with { Certificate = new Unverified<QuorumCertificate>(Chain[399].Justify) },
            request => Response(1, request, [Chain[(int)request.First.Number - 1]]) with
            {
                Certificate = new Unverified<QuorumCertificate>(new QuorumCertificate(Chain[(int)request.First.Number].Justify.Statement, Samples.Bytes(1))),
            },
        };
        Start();
        var lied = 0;
        for (var asked = Requests<RangeRequest>(); asked.Count > 0; asked = Requests<RangeRequest>())
        {
            foreach (var (peer, request) in asked)
            {
                if (peer == 1)
                    _actor.Tell(request.First.Number == 1 && lied == 0 ? lies[0](request with { First = new Height(2) }) : lies[lied % lies.Length](request));
                else
                    Answer(peer, request, [.. Chain.Skip((int)request.First.Number - 1).Take(request.Count)]);
                lied += peer == 1 ? 1 : 0;
            }
        }

        Assert.InRange(lied, 1, 8);
        AllAreFed();
    }

    [Fact]
    public void Peers_that_do_not_answer_are_avoided_and_what_they_were_asked_is_asked_of_others()
    {
        Start();
        for (var round = 0; round < 40 && Requests<RangeRequest>() is { Count: > 0 } asked; round++)
        {
            foreach (var (peer, request) in asked.Where(one => one.Peer == 3))
                Answer(peer, request, [.. Chain.Skip((int)request.First.Number - 1).Take(request.Count)]);
            Clock.Advance(Timeout);
        }

        AllAreFed();
    }

    [Fact]
    public void A_snapshot_is_fetched_when_the_blocks_are_gone_with_each_piece_checked_and_the_liars_passed_by()
    {
        var (manifest, contents, certificate) = Snapshot(350);
        _actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
        var (first, request) = Requests<BlockRequest>().Single();
        _actor.Tell(new BlockResponse(TokenOf(first), new ReplicaId(first), request.Request, [], false, new Unverified<CheckpointCertificate>(certificate)));

        var lies = 0;
        for (var asked = Requests<SnapshotRequest>(); asked.Count > 0; asked = Requests<SnapshotRequest>())
        {
            foreach (var (peer, piece) in asked)
            {
                var (bytes, total) = Piece(manifest, contents, piece);
                if (peer == 2)
                {
                    lies++;
                    bytes = piece.OfManifest ? [.. bytes.Select(one => (byte)(one + 1))] : bytes[1..];
                }

                _actor.Tell(new SnapshotResponse(TokenOf(peer), new ReplicaId(peer), piece.Request, bytes, total));
            }
        }

        Assert.InRange(lies, 0, 3);
        Assert.Equal(new Height(350), ExpectMsg<ReplicaEvent.CheckpointFetched>().Root.Value.Height);
        Assert.Equal(contents, _store.Snapshots.ReadAll(manifest.Digest));
        Assert.Equal(certificate, _store.Snapshots.All.Single().Certificate);
        Assert.Equal(1, _counters.SnapshotsFetched);
    }

    [Fact]
    public void A_manifest_that_is_not_the_certified_one_or_claims_to_be_endless_is_thrown_away()
    {
        var (manifest, contents, certificate) = Snapshot(350);
        var (other, _, _) = Snapshot(340);
        _actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
        var (first, request) = Requests<BlockRequest>().Single();
        _actor.Tell(new BlockResponse(TokenOf(first), new ReplicaId(first), request.Request, [], false, new Unverified<CheckpointCertificate>(certificate)));
        var answers = 0;
        for (var asked = Requests<SnapshotRequest>(); asked.Count > 0; asked = Requests<SnapshotRequest>())
        {
            foreach (var (peer, piece) in asked)
            {
                var (bytes, total) = answers++ switch
                {
                    0 => (other.Encode(), other.Encode().Length),
                    1 => (manifest.Encode()[..1], int.MaxValue),
                    _ => Piece(manifest, contents, piece),
                };
                _actor.Tell(new SnapshotResponse(TokenOf(peer), new ReplicaId(peer), piece.Request, bytes, total));
            }
        }

        ExpectMsg<ReplicaEvent.CheckpointFetched>();
    }

    [Fact]
    public void A_checkpoint_that_nobody_certified_is_not_believed()
    {
        var (_, _, certificate) = Snapshot(350);
        _actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
        var (first, request) = Requests<BlockRequest>().Single();
        _actor.Tell(new BlockResponse(
            TokenOf(first), new ReplicaId(first), request.Request, [], false, new Unverified<CheckpointCertificate>(certificate with { Signature = Samples.Bytes(1) })));
        Assert.NotEqual(first, Requests<BlockRequest>().Single().Peer);
        Assert.Equal(1, _counters.RefusedFor(Refusal.BadCertificate));
    }

    [Fact]
    public void A_snapshot_of_which_nobody_has_the_pieces_is_given_up_and_asked_for_again_when_the_protocol_asks()
    {
        var (_, _, certificate) = Snapshot(350);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            _actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
            var (first, request) = Requests<BlockRequest>().Single();
            _actor.Tell(new BlockResponse(TokenOf(first), new ReplicaId(first), request.Request, [], false, new Unverified<CheckpointCertificate>(certificate)));
            var rounds = 0;
            for (var asked = Requests<SnapshotRequest>(); asked.Count > 0; asked = Requests<SnapshotRequest>())
            {
                foreach (var (peer, piece) in asked)
                    _actor.Tell(new SnapshotResponse(TokenOf(peer), new ReplicaId(peer), piece.Request, default, 0));
                Assert.InRange(++rounds, 1, 50);
            }
        }
    }

    [Fact]
    public void What_is_asked_for_by_height_is_handed_out_with_a_certificate_and_pieces_of_snapshots_as_they_are()
    {
        var (manifest, contents, certificate) = Snapshot(350);
        _store.Commit(Chain);
        _store.Snapshots.Write(manifest, new ReadOnlySequence<byte>(contents));
        _store.Snapshots.Certify(certificate);
        _actor.Tell(new RangeRequest(TokenOf(1), new ReplicaId(1), 7, new Height(10), 5, 100_000));
        var range = Sent<RangeResponse>(_peers[1]);
        Assert.Equal(Enumerable.Range(10, 5).Select(height => new Height(height)), range.Blocks.Select(block => block.Value.Height));
        Assert.NotNull(_verifier.VerifyRange(new Height(10), [.. range.Blocks.Select(block => block.Value)], range.Certificate!.Value));
        _actor.Tell(new RangeRequest(TokenOf(1), new ReplicaId(1), 8, new Height(400), 5, 100_000));
        Assert.Empty(Sent<RangeResponse>(_peers[1]).Blocks);

        _actor.Tell(new SnapshotRequest(TokenOf(1), new ReplicaId(1), 9, manifest.Digest, false, 1));
        Assert.True(manifest.IsChunk(1, Sent<SnapshotResponse>(_peers[1]).Piece.Span));
        _actor.Tell(new SnapshotRequest(TokenOf(1), new ReplicaId(1), 10, manifest.Digest, true, 0));
        Assert.Equal(manifest.Encode(), Sent<SnapshotResponse>(_peers[1]).Piece.ToArray());
        foreach (var nothing in new[] { (manifest.Digest, false, 99_999), (manifest.Digest, true, int.MaxValue), (default(Digest), false, 0), (default, true, 0) })
        {
            _actor.Tell(new SnapshotRequest(TokenOf(1), new ReplicaId(1), 11, nothing.Item1, nothing.Item2, nothing.Item3));
            Assert.True(Sent<SnapshotResponse>(_peers[1]).Piece.IsEmpty);
        }

        _store.Prune(new Height(300));
        _actor.Tell(new BlockRequest(TokenOf(1), new ReplicaId(1), 12, Chain[399].Id, new Height(200), 1));
        Assert.Equal(certificate, Sent<BlockResponse>(_peers[1]).Checkpoint!.Value.Value);
    }

    [Fact]
    public void A_snapshot_that_was_half_fetched_when_the_process_ended_goes_on_with_what_is_missing()
    {
        var (manifest, contents, certificate) = Snapshot(350);
        var directory = Directory.CreateTempSubdirectory("hotstuff-fetch-").FullName;
        var served = new List<int>();
        for (var start = 0; start < 2; start++)
        {
            using var store = RocksDbStore.Open(directory, Validators.Genesis.ChainId, Samples.Limits, Durability.Os);
            var actor = StartActor(store);
            actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
            var (first, request) = Requests<BlockRequest>().Single();
            actor.Tell(new BlockResponse(TokenOf(first), new ReplicaId(first), request.Request, [], false, new Unverified<CheckpointCertificate>(certificate)));
            for (var asked = Requests<SnapshotRequest>(); asked.Count > 0; asked = Requests<SnapshotRequest>())
            {
                foreach (var (peer, piece) in asked.Where(one => one.Request.OfManifest || start == 1 || served.Count == 0))
                {
                    if (!piece.OfManifest)
                        served.Add(piece.Piece);
                    var (bytes, total) = Piece(manifest, contents, piece);
                    actor.Tell(new SnapshotResponse(TokenOf(peer), new ReplicaId(peer), piece.Request, bytes, total));
                }
            }

            var watch = CreateTestProbe();
            watch.Watch(actor);
            Sys.Stop(actor);
            watch.ExpectTerminated(actor);
        }

        ExpectMsg<ReplicaEvent.CheckpointFetched>();
        Assert.Equal(Enumerable.Range(0, manifest.Chunks.Length), served.Order());
        Assert.True(served.Count > 1);
        Directory.Delete(directory, recursive: true);
    }

    private IActorRef StartActor(IReplicaStore store)
    {
        var actor = ActorOfAsTestActorRef<SyncActor>(SyncActor.Props(new SyncActor.Setup(
            new ReplicaId(0), Validators.Genesis.ChainId, store, _verifier, Samples.Limits, new SyncSettings(100_000, Timeout, 10_000), _peers[0], _counters)));
        actor.Tell(Changed([.. new[] { 1, 2, 3 }.Select(peer => Proven(peer, _peers[peer]))]));
        return actor;
    }

    private static ImmutableArray<Block> CertifiedChain(int count)
    {
        var chain = ImmutableArray.CreateBuilder<Block>();
        var parent = Block.Genesis(Validators.Genesis.ChainId);
        for (var height = 1; height <= count; height++)
        {
            var justify = height == 1 ? Block.GenesisCertificate(Validators.Genesis.ChainId) : Validators.Certify(parent);
            chain.Add(parent = Block.Create(
                Validators.Genesis.ChainId, Epoch.Genesis, new View(height), new Height(height), new ReplicaId(height % 4), justify, [Counting.Segment(7, height)]));
        }

        return chain.ToImmutable();
    }

    /// <summary>The protocol misses the last block; the first peer hands out that one.</summary>
    private void Start()
    {
        _actor.Tell(new Effect.FetchBlocks(Chain[399].Id, Height.Genesis), TestActor);
        var (peer, request) = Requests<BlockRequest>().Single();
        _actor.Tell(new BlockResponse(TokenOf(peer), new ReplicaId(peer), request.Request, [new Unverified<Block>(Chain[399])], More: true));
    }

    private void AllAreFed()
    {
        // What is left goes downwards.
        for (var asked = Requests<BlockRequest>(); asked.Count > 0; asked = Requests<BlockRequest>())
        {
            foreach (var (peer, request) in asked)
            {
                var newest = Chain.First(block => block.Id == request.Head).Height.Number;
                _actor.Tell(new BlockResponse(TokenOf(peer), new ReplicaId(peer), request.Request, [new Unverified<Block>(Chain[(int)newest - 1])], More: newest > 1));
            }
        }

        for (var fed = 0; fed < 400;)
        {
            var blocks = ExpectMsg<ReplicaEvent.BlocksFetched>().Blocks;
            Assert.Equal(Chain.Skip(fed).Take(blocks.Length).Select(block => block.Id), blocks.Select(block => block.Value.Id));
            fed += blocks.Length;
            _actor.Tell(SyncActor.ChunkTaken.Instance, TestActor);
        }
    }

    private static RangeResponse Response(int peer, RangeRequest request, ImmutableArray<Block> blocks) => new(
        TokenOf(peer),
        new ReplicaId(peer),
        request.Request,
        [.. blocks.Select(block => new Unverified<Block>(block))],
        new Unverified<QuorumCertificate>(Chain[(int)blocks[^1].Height.Number].Justify));

    private void Answer(int peer, RangeRequest request, ImmutableArray<Block> blocks) => _actor.Tell(Response(peer, request, blocks));

    private static new T Sent<T>(TestProbe peer)
        where T : PeerMessage
    {
        Assert.True(new WireDecoder(Validators.Genesis.Committee, Samples.Limits).TryDecode(peer.ExpectMsg<OutboundFrame>().Received(), out var message, out _));
        return Assert.IsType<T>(message);
    }

    /// <summary>What the peers are asked, of one kind.</summary>
    private List<(int Peer, T Request)> Requests<T>()
        where T : PeerMessage
    {
        var requests = new List<(int, T)>();
        for (var peer = 1; peer < 4; peer++)
        {
            while (_peers[peer].HasMessages)
                requests.Add((peer, Sent<T>(_peers[peer])));
        }

        return requests;
    }

    private (SnapshotManifest Manifest, byte[] Contents, CheckpointCertificate Certificate) Snapshot(int height)
    {
        var state = new ReplicatedState(new KeyValueStore(), Samples.Limits);
        foreach (var block in Chain.Take(height))
            state.Execute(block);
        var buffer = new SegmentedBuffer();
        state.Snapshot(buffer);
        var manifest = SnapshotManifest.Of(Chain[height - 1], buffer.Written, Samples.Limits.SnapshotChunkBytes);
        var statement = new CheckpointStatement(Epoch.Genesis, manifest.Height, manifest.Block, manifest.Digest);
        var shares = Enumerable.Range(0, 3).Select(
            i => new SignatureShare(new ReplicaId(i), Validators.Signers[i].SignShare(SignedBytes.Checkpoint(Validators.Genesis.ChainId, statement))));
        return (manifest, buffer.Written.ToArray(), _verifier.Combine(statement, [.. shares]).Certificate!.Value);
    }

    private static (byte[] Bytes, int Total) Piece(SnapshotManifest manifest, byte[] contents, SnapshotRequest request)
    {
        Assert.Equal(manifest.Digest, request.Snapshot);
        if (request.OfManifest)
        {
            var encoded = manifest.Encode();
            var start = request.Piece * Samples.Limits.SnapshotChunkBytes;
            return (encoded[start..Math.Min(encoded.Length, start + Samples.Limits.SnapshotChunkBytes)], encoded.Length);
        }

        var (from, length) = manifest.RangeOf(request.Piece);
        return (contents[from..(from + length)], 0);
    }
}
