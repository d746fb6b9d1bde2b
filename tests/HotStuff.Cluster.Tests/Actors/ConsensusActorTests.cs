using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>What the consensus actor does with effects, and in which order.</summary>
public sealed class ConsensusActorTests : ActorTests
{
    private static readonly CommandSegment Segment = TestValidators.Segment(7, 1, [1, 2, 3]);

    private readonly List<string> _done = [];
    private readonly NodeCounters _counters = new();

    [Fact]
    public void A_record_is_durable_before_what_was_signed_is_told_to_any_peer()
    {
        // Replica 1 leads view 1: with a command it proposes, and votes to replica 2.
        var actor = Start(1, Store());
        actor.Tell(Changed([.. new[] { 0, 2, 3 }.Select(Peer)]));
        _done.Clear();
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([Segment], PassedOn: false)));
        Assert.Equal(["persist", "P1 to 0", "P1 to 2", "P1 to 3", "V1 to 2"], _done);
    }

    [Fact]
    public void A_replica_that_votes_sends_the_vote_after_its_record_is_durable()
    {
        var actor = Start(0, Store());
        actor.Tell(Changed([.. new[] { 1, 2, 3 }.Select(Peer)]));
        _done.Clear();
        var verified = new MessageVerifier(TestValidators.Four.Genesis).Verify(new Unverified<Proposal>(TestValidators.Four.FirstProposal(Segment)));
        actor.Tell(new PeerEvent(new ReplicaEvent.ProposalReceived(verified.Value!)));
        Assert.Equal(["persist", "V1 to 2"], _done);
    }

    [Fact]
    public void While_the_disk_is_busy_the_protocol_goes_on_and_says_nothing_that_is_not_durable()
    {
        var disk = CreateTestProbe();
        var actor = ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(SetupOf(1, Store()) with { Writer = disk }));
        actor.Tell(Changed([.. new[] { 0, 2, 3 }.Select(Peer)]));
        _done.Clear();
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([Segment], PassedOn: false)));
        var write = disk.ExpectMsg<WriterActor.Write>();
        Assert.Equal(new View(1), write.Record.LastProposal!.Value.View);
        Assert.Single(write.Blocks);
        actor.Tell(new StatusInquiry(this, 1, false));
        Assert.Equal(["executor StatusInquiry"], _done);

        actor.Tell(WriterActor.Written.Instance, disk);
        Assert.Equal(["executor StatusInquiry", "P1 to 0", "P1 to 2", "P1 to 3", "V1 to 2"], _done);
        disk.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void The_writer_answers_when_the_store_has_written_and_stops_when_it_cannot()
    {
        var store = Store();
        var writer = Sys.ActorOf(WriterActor.Props(store));
        Watch(writer);
        var write = new WriterActor.Write(SafetyRecord.Initial(Block.GenesisCertificate(TestValidators.Four.Genesis.ChainId)), []);
        writer.Tell(write, TestActor);
        ExpectMsg<WriterActor.Written>();
        Assert.Equal(["persist"], _done);
        store.Broken = new StoreException("the disk is full");
        writer.Tell(write, TestActor);
        ExpectTerminated(writer);
    }

    [Fact]
    public void A_store_that_throws_stops_the_actor_before_it_sends_and_the_watch_says_why_in_one_line()
    {
        var store = Store();
        var failed = CreateTestProbe();
        var watch = Sys.ActorOf(NodeWatch.Props(reason => failed.Ref.Tell(reason)));
        Sys.EventStream.Subscribe(watch, typeof(Error));
        var actor = Sys.ActorOf(ConsensusActor.Props(SetupOf(1, store)));
        watch.Tell(new NodeWatch.Guard(actor));
        actor.Tell(Changed([.. new[] { 0, 2, 3 }.Select(Peer)]));
        actor.Tell(new StatusInquiry(this, 1, false), failed);
        AwaitAssert(() => Assert.Contains("executor StatusInquiry", _done));

        _done.Clear();
        store.Broken = new StoreException("the disk is full: make room\nand try again", new IOException("no space left"));
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([Segment], PassedOn: false)));
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([Segment], PassedOn: false)));
        Assert.Equal($"{actor.Path.Name} stopped: the disk is full: make room", failed.ExpectMsg<string>());
        Assert.Empty(_done);
    }

    [Fact]
    public void An_actor_that_fails_while_it_starts_is_reported_with_its_reason()
    {
        var failed = CreateTestProbe();
        var watch = Sys.ActorOf(NodeWatch.Props(reason => failed.Ref.Tell(reason)));
        Sys.EventStream.Subscribe(watch, typeof(Error));
        var actor = Sys.ActorOf(Props.Create(() => new Stillborn()), "stillborn");
        Watch(actor);
        ExpectTerminated(actor);
        watch.Tell(new NodeWatch.Guard(actor));
        Assert.Equal("stillborn stopped: no luck", failed.ExpectMsg<string>());
    }

    [Fact]
    public void A_proven_peer_gets_our_certificates_and_gets_them_again_when_its_token_changes()
    {
        var actor = Start(1, Store());
        actor.Tell(Changed(Peer(0) with { Proven = false }, Peer(2)));
        Assert.Equal(["N1 to 2"], Frames());
        actor.Tell(Changed(Peer(0), Peer(2)));
        Assert.Equal(["N1 to 0"], Frames());
        actor.Tell(Changed(Peer(0), Peer(2)));
        Assert.Empty(Frames());
        actor.Tell(Changed(Peer(0), Peer(2) with { Expected = 0x99 }));
        Assert.Equal(["N1 to 2"], Frames());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Committed_blocks_go_to_the_store_and_then_to_the_executor_in_order_of_height(bool combinesAtOnce)
    {
        // A chain of one validator commits by itself.
        var validators = TestValidators.One;
        var verifier = new MessageVerifier(
            validators.Genesis.Committee,
            validators.Genesis.CreateScheme(combinesAtOnce ? new ShareCache() : null),
            new IdentityKeys(validators.Genesis),
            new ShareCache());
        Assert.Equal(combinesAtOnce, verifier.CombinesAtOnce);
        var crypto = ActorOfAsTestActorRef<CryptoActor>(CryptoActor.Props(new CryptoActor.Setup(
            new WireDecoder(validators.Genesis.Committee, validators.Genesis.Limits), verifier, Named("peers"), Named("sync"), Named("snapshots"), _counters)));
        var store = new RecordingStore(validators.Genesis.ChainId, _done.Add);
        var actor = ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(SetupOf(0, store, validators) with { Crypto = crypto, Verifier = verifier }));
        for (var i = 1; i <= 3; i++)
            actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([TestValidators.Segment(7, i, [1])], PassedOn: false)));

        var commits = _done.Where(what => what.StartsWith("commit", StringComparison.Ordinal) || what.StartsWith("executor", StringComparison.Ordinal)).ToList();
        var heights = Enumerable.Range(1, (int)store.CommittedHeight.Number).ToList();
        Assert.True(heights.Count >= 3);
        Assert.Equal(heights.SelectMany(height => new[] { $"commit h{height}", $"executor h{height}" }), commits);
        Assert.Equal(heights.Count, _counters.BlocksCommitted);
    }

    [Fact]
    public void A_question_for_the_status_is_filled_in_and_handed_to_the_executor_for_the_asker()
    {
        var executor = CreateTestProbe();
        var actor = ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(SetupOf(1, Store()) with { Executor = executor }));
        actor.Tell(Changed(Peer(0) with { Proven = false }, Peer(2), Peer(3)));
        actor.Tell(new StatusInquiry(this, 17, WithDigest: true), TestActor);
        var inquiry = executor.ExpectMsg<StatusInquiry>();
        Assert.Equal(TestActor, executor.LastSender);
        Assert.Equal((17, true, 2), (inquiry.Id, inquiry.WithDigest, inquiry.Peers.Links.Count(link => link.Proven)));
        Assert.Equal((new View(1), new ReplicaId(1)), (inquiry.Replica!.View, inquiry.Replica.Leader));
    }

    [Fact]
    public void What_was_refused_is_counted_and_commands_beyond_the_bound_are_told_to_the_gateway()
    {
        var gateway = CreateTestProbe();
        var full = TestValidators.Four.CreateReplica(1, options: new ReplicaOptions { MempoolCommands = 1 });
        var actor = ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(SetupOf(1, Store()) with { Gateway = gateway, Replica = full }));
        gateway.ExpectMsg<ConsensusReady>();
        ImmutableArray<CommandSegment> two = [Segment, TestValidators.Segment(7, 2, [4])];
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived(two, PassedOn: false)));
        Assert.Same(two[1], Assert.Single(gateway.ExpectMsg<Effect.RefuseCommands>().Segments));
        Assert.Equal(1, _counters.RefusedFor(Refusal.OverBound));
    }

    [Fact]
    public void Blocks_that_were_fetched_are_acknowledged_to_whoever_fetched_them()
    {
        var actor = Start(1, Store());
        var blocks = TestValidators.Four.Blocks(2);
        actor.Tell(new ReplicaEvent.BlocksFetched(MessageVerifier.VerifyChain(blocks[1].Id, [blocks[1], blocks[0]])!.Value), TestActor);
        ExpectMsg<SyncActor.ChunkTaken>();
    }

    [Fact]
    public void Commands_are_passed_on_with_the_token_for_the_replica_they_go_to()
    {
        var leader = CreateTestProbe();
        var actor = Start(2, Store());
        actor.Tell(Changed(Proven(1, leader)));
        leader.ExpectMsg<OutboundFrame>();
        actor.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([Segment], PassedOn: false)));
        var passed = Assert.IsType<PassOn>(Samples.Decode(leader.ExpectMsg<OutboundFrame>()));
        Assert.Equal((OwnTokenFor(1), new ReplicaId(2)), (passed.Token, passed.From));
        Assert.Equal(Segment.Key, passed.Segments.Single().Key);
    }

    private IActorRef Start(int replica, IReplicaStore store) => ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(SetupOf(replica, store)));

    private ConsensusActor.Setup SetupOf(int replica, IReplicaStore store, TestValidators? validators = null) => new(
        (validators ?? TestValidators.Four).CreateReplica(replica),
        store,
        Named("peers"),
        Named("crypto"),
        new MessageVerifier((validators ?? TestValidators.Four).Genesis),
        Named("pacemaker"),
        Named("executor"),
        Named("sync"),
        Named("gateway"),
        _counters);

    private RecordingStore Store() => new(TestValidators.Four.Genesis.ChainId, _done.Add);

    /// <summary>A peer that records the frames it gets.</summary>
    private PeerLink Peer(int index) => Proven(index, Recorder(message => _done.Add($"{((OutboundFrame)message).Manifest} to {index}")));

    private IActorRef Named(string name) => Recorder(message =>
    {
        if (name == "executor")
            _done.Add($"executor {(message is Effect.Commit commit ? string.Join(' ', commit.Blocks.Select(block => block.Height)) : message.GetType().Name)}");
    });

    private string[] Frames()
    {
        var frames = _done.Where(what => what.Contains(" to ", StringComparison.Ordinal)).ToArray();
        _done.Clear();
        return frames;
    }

    private sealed class Stillborn : UntypedActor
    {
        protected override void PreStart() => throw new InvalidOperationException("no luck");

        protected override void OnReceive(object message)
        {
        }
    }
}
