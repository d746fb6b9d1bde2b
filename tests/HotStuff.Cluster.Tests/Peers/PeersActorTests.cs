using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Replica 0 and its three peers, played by probes, in virtual time.</summary>
public sealed class PeersActorTests : TestKit
{
    private readonly LinkCounters _counters = new();
    private readonly MemoryStore _evidence = new(Samples.Chain);
    private readonly Dictionary<int, TestProbe> _peers;
    private readonly TestProbe _subscriber;
    private readonly IActorRef _actor;

    public PeersActorTests()
        : base("""
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            """)
    {
        _peers = new[] { 1, 2, 3 }.ToDictionary(index => index, _ => CreateTestProbe());
        _subscriber = CreateTestProbe();
        var setup = new PeersActor.Setup(
            Samples.Committee,
            new FakeSigner(0),
            FakeSigner.Verify,
            [.. _peers.Keys.Select(index => new PeerAddress(new ReplicaId(index), "localhost", 1000 + index))],
            address => _peers[address.Replica.Index].Ref,
            _evidence,
            _counters);
        _actor = ActorOfAsTestActorRef<PeersActor>(PeersActor.Props(setup));
        _actor.Tell(new PeersActor.Subscribe(_subscriber.Ref));
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nobody_is_proven_at_first_and_everybody_is_challenged_with_a_nonce_of_his_own()
    {
        Assert.All(Latest().Links, link => Assert.False(link.Proven));
        Assert.Equal(3, new[] { 1, 2, 3 }.Select(peer => Challenge(peer).Nonce).Distinct().Count());
    }

    [Fact]
    public void A_peer_is_proven_after_a_right_proof()
    {
        Latest();
        _actor.Tell(ProofOf(1, Challenge(1), token: 0x99));
        var peers = Latest();
        Assert.Equal([new ReplicaId(1)], peers.Links.Where(link => link.Proven).Select(link => link.Address.Replica));
        Assert.Equal((UInt128)0x99, peers.Find(new ReplicaId(1))!.Expected);
    }

    [Fact]
    public void A_challenge_is_repeated_until_there_is_a_proof()
    {
        var first = Challenge(1);
        Clock.Advance(PeersActor.HelloInterval - TimeSpan.FromMilliseconds(1));
        _peers[1].ExpectNoMsg(TimeSpan.Zero);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(first, Challenge(1));
        _actor.Tell(ProofOf(1, first));
        Clock.Advance(PeersActor.HelloInterval);
        _peers[1].ExpectNoMsg(TimeSpan.Zero);
        Assert.NotNull(Challenge(2));
        Assert.NotNull(Challenge(2));
    }

    [Fact]
    public void A_challenge_is_answered_with_a_proof_that_verifies_and_the_token_to_expect()
    {
        Challenge(2);
        _actor.Tell(HelloOf(2, Instance(2), 0x1234));
        var proof = Receive<LinkProof>(2);
        var statement = SignedBytes.LinkProof(Samples.Chain, new ReplicaId(0), new ReplicaId(2), 0x1234, proof.Token, proof.Instance);
        Assert.True(FakeSigner.Verify(new ReplicaId(0), statement, proof.Signature));
        Assert.Equal((new ReplicaId(0), new ReplicaId(2), (UInt128)0x1234), (proof.From, proof.To, proof.Nonce));
        Assert.Equal(Latest().Find(new ReplicaId(2))!.Own, proof.Token);
    }

    [Fact]
    public void A_forged_proof_is_refused_and_counted()
    {
        var hello = Challenge(1);
        _actor.Tell(ProofOf(1, hello) with { Signature = Samples.Bytes(1, 2, 3) });
        _actor.Tell(ProofOf(1, hello) with { Token = 0x666 });
        _actor.Tell(ProofOf(1, hello, signer: 3));
        Refused(LinkRefusal.BadSignature, 3);
    }

    [Fact]
    public void A_replayed_proof_is_refused_and_counted()
    {
        var proof = ProofOf(1, Challenge(1));
        _actor.Tell(proof);
        Latest();
        Latest();
        _actor.Tell(proof);
        Restart(1);
        _actor.Tell(proof);
        Assert.Equal(2, _counters.Refused(LinkRefusal.UnknownNonce));
        _subscriber.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_proof_made_for_another_replica_is_refused_and_counted()
    {
        var hello = Challenge(1);
        _actor.Tell(ProofOf(1, hello, to: 2));
        Refused(LinkRefusal.WrongRecipient, 1);
        _actor.Tell(ProofOf(1, hello, to: 2) with { To = new ReplicaId(0) });
        Refused(LinkRefusal.BadSignature, 1);
    }

    [Fact]
    public void A_proof_of_one_peer_says_nothing_about_another()
    {
        _actor.Tell(ProofOf(2, Challenge(1)));
        Refused(LinkRefusal.UnknownNonce, 1);
    }

    [Fact]
    public void Somebody_who_speaks_as_this_replica_is_refused()
    {
        _actor.Tell(HelloOf(0, 1, 2));
        _actor.Tell(new LinkProof(new ReplicaId(0), new ReplicaId(0), 1, 2, 3, Samples.Bytes(1)));
        Refused(LinkRefusal.NotAPeer, 2);
    }

    [Fact]
    public void A_restarted_peer_is_challenged_anew_and_its_old_proof_stands_until_the_new_one()
    {
        var first = Challenge(1);
        _actor.Tell(ProofOf(1, first, token: 0x99));
        Assert.False(Latest().Find(new ReplicaId(1))!.Proven);
        Assert.True(Latest().Find(new ReplicaId(1))!.Proven);

        var second = Restart(1);
        Assert.NotEqual(first.Nonce, second.Nonce);
        _subscriber.ExpectNoMsg(TimeSpan.Zero);

        _actor.Tell(ProofOf(1, second, token: 0xaa, instance: 0x777));
        Assert.Equal((UInt128)0xaa, Latest().Find(new ReplicaId(1))!.Expected);
    }

    [Fact]
    public void A_hello_that_the_peer_did_not_sign_or_meant_for_somebody_else_is_refused()
    {
        _actor.Tell(HelloOf(1, 7, 5) with { Instance = 8 });
        Refused(LinkRefusal.BadSignature, 1);
        _actor.Tell(HelloOf(1, 7, 5, to: 2));
        Refused(LinkRefusal.WrongRecipient, 1);
    }

    [Fact]
    public void Two_processes_with_one_key_are_told_from_a_restart_because_the_first_still_answers_new_challenges()
    {
        var first = Challenge(1);
        _actor.Tell(ProofOf(1, first));
        Assert.NotEqual(first.Nonce, Restart(1).Nonce);
        Clock.Advance(PeersActor.HelloInterval);
        var second = Challenge(1);
        Assert.Empty(_evidence.Evidence);
        _actor.Tell(ProofOf(1, second));
        Assert.Equal([new DoubleProcess(new ReplicaId(1), Instance(1), 0x777)], _evidence.Evidence);
    }

    [Fact]
    public void A_restart_is_no_evidence_against_anybody()
    {
        _actor.Tell(ProofOf(1, Challenge(1)));
        _actor.Tell(ProofOf(1, Restart(1), instance: 0x777));
        _actor.Tell(HelloOf(1, 0x777, 9));
        Assert.Empty(_evidence.Evidence);
    }

    [Fact]
    public void A_proven_peer_that_asks_again_is_answered_and_not_challenged()
    {
        _actor.Tell(ProofOf(1, Challenge(1)));
        _actor.Tell(HelloOf(1, Instance(1), 5));
        Receive<LinkProof>(1);
        Clock.Advance(PeersActor.HelloInterval);
        _peers[1].ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_flood_of_challenges_is_answered_up_to_a_bound_for_each_interval_and_challenges_back_at_most_once()
    {
        Challenge(1);
        for (var i = 0; i < 100; i++)
            _actor.Tell(HelloOf(1, (UInt128)(ulong)i, 5));
        Assert.Equal(100 - PeersActor.AnswersPerInterval, _counters.Refused(LinkRefusal.TooMany));
        for (var i = 0; i < PeersActor.AnswersPerInterval; i++)
            Receive<LinkProof>(1);
        _peers[1].ExpectNoMsg(TimeSpan.Zero);

        Clock.Advance(PeersActor.HelloInterval);
        Challenge(1);
        _actor.Tell(HelloOf(1, Instance(1), 5));
        Receive<LinkProof>(1);
    }

    [Fact]
    public void A_flood_of_bad_proofs_is_checked_up_to_a_bound_for_each_interval()
    {
        var hello = Challenge(1);
        for (var i = 0; i < 100; i++)
            _actor.Tell(ProofOf(1, hello) with { Signature = Samples.Bytes(1) });
        Assert.Equal(PeersActor.AnswersPerInterval, _counters.Refused(LinkRefusal.BadSignature));
        Clock.Advance(PeersActor.HelloInterval);
        Latest();
        _actor.Tell(ProofOf(1, hello));
        Assert.True(Latest().Find(new ReplicaId(1))!.Proven);
    }

    [Fact]
    public void Another_version_of_the_wire_protocol_is_refused()
    {
        _actor.Tell(HelloOf(1, 1, 2) with { Version = Hello.CurrentVersion + 1 });
        Refused(LinkRefusal.WrongVersion, 1);
    }

    [Fact]
    public void Messages_of_an_unproven_peer_do_not_count()
    {
        var next = new InboundNextView(new(new NextView(new ReplicaId(1), Samples.Qc, null)));
        Assert.False(Latest().Accepts(next));
        _actor.Tell(ProofOf(1, Challenge(1)));
        Assert.True(Latest().Accepts(next));
        Assert.False(PeersSnapshot.Empty.Accepts(next));
    }

    [Fact]
    public void An_unsigned_message_counts_only_with_the_token_of_its_sender()
    {
        Latest();
        _actor.Tell(ProofOf(1, Challenge(1), token: 0x99));
        Latest();
        _actor.Tell(ProofOf(2, Challenge(2), token: 0xaa));
        var peers = Latest();
        Assert.True(peers.Accepts(Request(1, 0x99)));
        Assert.False(peers.Accepts(Request(1, 0x98)));
        Assert.False(peers.Accepts(Request(1, 0xaa)));
        Assert.False(peers.Accepts(Request(3, 0)));
        var vote = new Unverified<Vote>(Samples.Vote with { Share = new SignatureShare(new ReplicaId(1), Samples.Bytes(1)) });
        Assert.True(peers.Accepts(new InboundVote(0x99, vote)));
        Assert.False(peers.Accepts(new InboundVote(0xaa, vote)));
    }

    private static BlockRequest Request(int from, UInt128 token) => new(token, new ReplicaId(from), 1, Samples.Block.Id, Height.Genesis, 1);

    private static UInt128 Instance(int peer) => (UInt128)(0x100 + peer);

    private static LinkProof ProofOf(int from, Hello hello, ulong token = 0x42, int? signer = null, int to = 0, UInt128? instance = null)
    {
        var prover = new ReplicaId(from);
        var process = instance ?? Instance(from);
        var statement = SignedBytes.LinkProof(Samples.Chain, prover, new ReplicaId(to), hello.Nonce, token, process);
        return new LinkProof(prover, new ReplicaId(to), hello.Nonce, token, process, new FakeSigner(signer ?? from).Sign(statement));
    }

    private static Hello HelloOf(int from, UInt128 instance, UInt128 nonce, int to = 0)
    {
        var statement = SignedBytes.Hello(Samples.Chain, new ReplicaId(from), new ReplicaId(to), nonce, instance);
        return new Hello(new ReplicaId(from), new ReplicaId(to), instance, nonce, Hello.CurrentVersion, new FakeSigner(from).Sign(statement));
    }

    /// <summary>The peer comes back as another instance and asks for a proof: what it gets besides is a challenge.</summary>
    private Hello Restart(int peer)
    {
        Clock.Advance(PeersActor.HelloInterval);
        _actor.Tell(HelloOf(peer, 0x777, 5));
        Receive<LinkProof>(peer);
        return Challenge(peer);
    }

    private Hello Challenge(int peer) => Receive<Hello>(peer);

    private T Receive<T>(int peer)
        where T : PeerMessage => Assert.IsType<T>(Samples.Decode(_peers[peer].ExpectMsg<OutboundFrame>()));

    private PeersSnapshot Latest() => _subscriber.ExpectMsg<PeersChanged>().Peers;

    private void Refused(LinkRefusal reason, int times)
    {
        Assert.Equal(times, _counters.Refused(reason));
        Assert.All(Latest().Links, link => Assert.False(link.Proven));
        _subscriber.ExpectNoMsg(TimeSpan.Zero);
        _actor.Tell(new PeersActor.Subscribe(_subscriber.Ref));
    }
}
