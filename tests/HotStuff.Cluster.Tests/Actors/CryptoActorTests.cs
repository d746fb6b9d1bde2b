using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Cluster.Tests;

/// <summary>What passes the door of replica 0, and what does not. Peers 1 and 2 are proven, 3 is not.</summary>
public sealed class CryptoActorTests : ActorTests
{
    private static readonly TestValidators Validators = TestValidators.Four;

    private readonly NodeCounters _counters = new();
    private readonly TestProbe _peers;
    private readonly TestProbe _sync;
    private readonly TestProbe _consensus;
    private readonly IActorRef _actor;
    private readonly Block _block = Validators.FirstProposal().Block;

    public CryptoActorTests()
    {
        (_peers, _sync, _consensus) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        _actor = ActorOfAsTestActorRef<CryptoActor>(Props());
        Introduce(_actor);
    }

    [Fact]
    public void What_proven_peers_say_rightly_is_passed_on_as_verified()
    {
        var (qc, vote, proposal) = (Validators.Certify(_block), Validators.Vote(1, _block), Validators.FirstProposal());
        Tell(Encoded(vote));
        Tell(WireEncoder.Encode(proposal));
        Tell(WireEncoder.Encode(new NextView(new ReplicaId(2), qc, null)));
        Assert.Equal(vote, Passed<ReplicaEvent.VoteReceived>().Vote.Value);
        Assert.Equal(proposal.Block.Id, Passed<ReplicaEvent.ProposalReceived>().Proposal.Value.Block.Id);
        Assert.Equal(qc, Passed<ReplicaEvent.NextViewReceived>().NextView.Value.HighQc);
        Assert.Empty(_counters.Refusals);
    }

    [Fact]
    public void What_an_unproven_peer_says_does_not_count_and_is_counted()
    {
        var vote = Validators.Vote(3, _block);
        Tell(Encoded(vote));
        Nothing();
        Assert.Equal(1, _counters.UnprovenMessages);
        _actor.Tell(Changed(Proven(3, TestActor)));
        Tell(Encoded(vote));
        Assert.Equal(vote, Passed<ReplicaEvent.VoteReceived>().Vote.Value);
    }

    [Fact]
    public void A_bad_signature_is_counted_and_goes_no_further()
    {
        var vote = Validators.Vote(1, _block);
        Tell(Encoded(vote with { Share = vote.Share with { Signature = Samples.Bytes([.. new byte[64]]) } }));
        Tell(Encoded(vote with { Share = new SignatureShare(new ReplicaId(2), vote.Share.Signature) }));
        Tell(WireEncoder.Encode(Validators.FirstProposal() with { Signature = Validators.Signers[2].Sign([1, 2, 3]) }));
        Nothing();
        Assert.Equal(3, _counters.RefusedFor(Refusal.BadSignature));
    }

    [Fact]
    public void A_forged_certificate_is_counted_and_goes_no_further()
    {
        var qc = Validators.Certify(_block);
        var ahead = qc with { Statement = qc.Statement with { View = new View(900) } };
        var few = qc.Signature.Bytes.ToArray();
        few[0] = 0b0011;
        Tell(WireEncoder.Encode(new NextView(new ReplicaId(1), ahead, null)));
        Tell(WireEncoder.Encode(new NextView(new ReplicaId(1), qc with { Signature = new Signature(few) }, null)));
        Tell(WireEncoder.Encode(new NextView(new ReplicaId(1), qc, new TimeoutCertificate(Samples.ComplaintStatement, qc.Signature))));
        Nothing();
        Assert.Equal(3, _counters.RefusedFor(Refusal.BadCertificate));
    }

    [Fact]
    public void A_malformed_frame_is_counted_and_goes_no_further()
    {
        _actor.Tell(new InboundFrame(Manifests.Vote, new byte[] { 0xff, 0xff, 0xff }));
        _actor.Tell(new InboundFrame("X9", Encoded(Validators.Vote(1, _block)).Bytes));
        _actor.Tell(new InboundFrame("", ReadOnlyMemory<byte>.Empty));
        Nothing();
        Assert.Equal(3, _counters.RefusedFor(Refusal.Malformed));
    }

    [Fact]
    public void Unsigned_messages_count_only_with_the_token_of_their_sender()
    {
        var request = new BlockRequest(TokenOf(1), new ReplicaId(1), 1, _block.Id, Height.Genesis, 1000);
        var response = new BlockResponse(TokenOf(2), new ReplicaId(2), 1, [], More: false);
        var passOn = new PassOn(TokenOf(1), new ReplicaId(1), [Samples.Segment]);
        Tell(WireEncoder.Encode(request with { Token = TokenOf(2) }));
        Tell(WireEncoder.Encode(response with { Token = 0 }));
        Tell(WireEncoder.Encode(passOn with { Token = OwnTokenFor(1) }, Samples.Limits).Single());
        Nothing();
        Assert.Equal(3, _counters.UnprovenMessages);

        Tell(WireEncoder.Encode(request));
        Tell(WireEncoder.Encode(response));
        Tell(WireEncoder.Encode(passOn, Samples.Limits).Single());
        Assert.Equal(request, _sync.ExpectMsg<BlockRequest>());
        Assert.Equal(1, _sync.ExpectMsg<BlockResponse>().Request);
        var arrived = _consensus.ExpectMsg<ClientEvent>().Event;
        Assert.True(arrived.PassedOn);
        Assert.Equal(Samples.Segment.Key, arrived.Segments.Single().Key);
    }

    [Fact]
    public void Votes_and_complaints_count_only_with_the_token_of_their_signer()
    {
        var vote = Validators.Vote(1, _block);
        Tell(WireEncoder.Encode(vote, TokenOf(2)));
        Tell(WireEncoder.Encode(Validators.Complain(1, 1), TokenOf(2)));
        Nothing();
        Assert.Equal(2, _counters.UnprovenMessages);

        Tell(Encoded(Validators.Complain(1, 1)));
        Assert.Equal(new ReplicaId(1), Passed<ReplicaEvent.ComplaintReceived>().Complaint.Value.From);
    }

    [Fact]
    public void Challenges_and_proofs_go_to_the_peers_actor_whoever_sends_them()
    {
        var hello = new Hello(new ReplicaId(3), new ReplicaId(0), 1, 2, Hello.CurrentVersion, Signature.None);
        Tell(WireEncoder.Encode(hello));
        Assert.Equal(hello, _peers.ExpectMsg<Hello>());
        Tell(WireEncoder.Encode(Samples.LinkProof));
        Assert.Equal(Samples.LinkProof, _peers.ExpectMsg<LinkProof>());
    }

    [Fact]
    public void Frames_that_wait_together_are_passed_on_in_the_order_in_which_they_came()
    {
        var busy = Sys.ActorOf(Props());
        Introduce(busy);
        var votes = Enumerable.Range(1, 40).Select(view => Validators.Blocks(view)[^1]).Select((block, i) => Validators.Vote(1 + (i % 2), block)).ToList();
        foreach (var vote in votes)
        {
            busy.Tell(Encoded(vote).Received());
            busy.Tell(new InboundFrame(Manifests.Vote, new byte[] { 0xff }));
        }

        Assert.Equal(votes, votes.Select(_ => Passed<ReplicaEvent.VoteReceived>().Vote.Value));
        AwaitAssert(() => Assert.Equal(votes.Count, _counters.RefusedFor(Refusal.Malformed)));
    }

    [Fact]
    public void Good_shares_are_combined_and_bad_ones_named()
    {
        var votes = new[] { 0, 1, 2 }.Select(signer => Validators.Vote(signer, _block)).ToList();
        _actor.Tell(new Effect.CombineVotes(votes[0].Statement, [.. votes.Select(vote => vote.Share)]), TestActor);
        Assert.Equal(votes[0].Statement, ExpectMsg<ReplicaEvent.CertificateFormed>().Certificate.Value.Statement);

        var bad = new SignatureShare(new ReplicaId(2), votes[1].Share.Signature);
        _actor.Tell(new Effect.CombineVotes(votes[0].Statement, [votes[0].Share, votes[1].Share, bad]), TestActor);
        Assert.Equal(new ReplicaId(2), Assert.Single(ExpectMsg<ReplicaEvent.VotesRefused>().Signers));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Votes_that_come_after_the_certificate_cost_no_check_and_go_no_further(bool combinedHere)
    {
        var votes = Enumerable.Range(0, 3).Select(i => Validators.Vote(i, _block)).ToList();
        _actor.Tell(
            combinedHere
                ? new Effect.CombineVotes(votes[0].Statement, [.. votes.Select(vote => vote.Share)])
                : new StepCertified(votes[0].Statement.Step),
            TestActor);
        if (combinedHere)
            ExpectMsg<ReplicaEvent.CertificateFormed>();

        Tell(Encoded(votes[1]));
        Tell(Encoded(votes[2] with { Share = votes[2].Share with { Signature = Samples.Bytes([.. new byte[64]]) } }));

        Nothing();
        Assert.Empty(_counters.Refusals);
    }

    private Props Props() => CryptoActor.Props(new CryptoActor.Setup(
        new WireDecoder(Validators.Genesis.Committee, Samples.Limits), new MessageVerifier(Validators.Genesis), _peers, _sync, ActorRefs.Nobody, _counters));

    private void Introduce(IActorRef actor)
    {
        Assert.Equal(actor, _peers.ExpectMsg<PeersActor.Subscribe>().Subscriber);
        actor.Tell(new ConsensusReady(_consensus));
        actor.Tell(Changed(Proven(1, TestActor), Proven(2, TestActor), Proven(3, TestActor) with { Proven = false }));
    }

    /// <summary>As its signer sends it to us.</summary>
    private static OutboundFrame Encoded(ConsensusMessage message) => WireEncoder.Encode(message, TokenOf(message.From.Index));

    private void Tell(OutboundFrame frame) => _actor.Tell(frame.Received());

    private T Passed<T>()
        where T : ReplicaEvent => Assert.IsType<T>(_consensus.ExpectMsg<PeerEvent>().Event);

    private void Nothing()
    {
        _consensus.ExpectNoMsg(TimeSpan.Zero);
        _sync.ExpectNoMsg(TimeSpan.Zero);
        _peers.ExpectNoMsg(TimeSpan.Zero);
    }
}
