using Akka.Actor;
using Akka.TestKit;
using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>
/// The actors of one replica that make a view change (consensus, crypto and pacemaker), in virtual time. Its peers are probes: what it sends them is expected
/// there, and what they say comes in as the frames that the network would bring.
/// </summary>
internal sealed class OneReplica
{
    private readonly Dictionary<int, TestProbe> _peers;
    private readonly WireDecoder _decoder;
    private readonly IActorRef _entry;
    private readonly IActorRef _consensus;

    /// <summary>Those of a replica to which nobody says anything else.</summary>
    public static PacemakerSettings Settings { get; } = new() { BaseTimeout = TimeSpan.FromMilliseconds(500) };

    public OneReplica(TestKitBase kit, TestValidators validators, string protocol, int self, PacemakerSettings? settings = null)
    {
        var genesis = validators.Genesis;
        Says = new Statements(validators, protocol);
        Replica = validators.CreateReplica(self, options: new ReplicaOptions { Pacemaker = settings ?? Settings }, protocol: protocol);
        _decoder = new WireDecoder(genesis.Committee, genesis.Limits);
        _peers = genesis.Committee.Members.Select(peer => peer.Index).Where(peer => peer != self).ToDictionary(peer => peer, _ => kit.CreateTestProbe());
        var others = kit.CreateTestProbe();
        var verifier = new MessageVerifier(genesis);
        _entry = kit.ActorOfAsTestActorRef<CryptoActor>(CryptoActor.Props(new CryptoActor.Setup(
            _decoder, verifier, Peers: others, Sync: others, Snapshots: others, Counters)));
        _consensus = kit.ActorOfAsTestActorRef<ConsensusActor>(ConsensusActor.Props(new ConsensusActor.Setup(
            Replica,
            new MemoryStore(genesis.ChainId),
            Peers: others,
            _entry,
            verifier,
            kit.ActorOfAsTestActorRef<PacemakerActor>(PacemakerActor.Props()),
            Executor: others,
            Sync: others,
            Gateway: others,
            Counters)));

        var proven = ActorTests.Changed([.. _peers.Select(peer => ActorTests.Proven(peer.Key, peer.Value))]);
        _entry.Tell(proven);
        _consensus.Tell(proven);
        // These tests are about what the protocol says, not about commands on their way.
        foreach (var peer in _peers.Values)
            peer.IgnoreMessages<OutboundFrame>(frame => frame.Manifest == Manifests.PassOn);
        // Whoever proves himself is told how far the protocol is.
        foreach (var peer in _peers.Keys)
            Expect<NextView>(peer);
    }

    public Replica Replica { get; }

    public NodeCounters Counters { get; } = new();

    /// <summary>What the validators say.</summary>
    public Statements Says { get; }

    public View View => Replica.Status.View;

    /// <summary>One of four in view 1, whose leader is replica 1, that knows a command.</summary>
    public static OneReplica Busy(TestKitBase kit, string protocol, int self)
    {
        var replica = new OneReplica(kit, TestValidators.Four, protocol, self);
        replica.Submit(Counting.Segment(7, 1));
        replica.ExpectNothing();
        return replica;
    }

    /// <summary>A peer says something.</summary>
    public void Receive(ConsensusMessage message) => _entry.Tell(WireEncoder.Encode(message, ActorTests.TokenOf(message.From.Index)).Received());

    /// <summary>A client sends a command: from now on there is something to wait for.</summary>
    public void Submit(CommandSegment segment) => _consensus.Tell(new ClientEvent(new ReplicaEvent.CommandsArrived([segment], PassedOn: false)));

    /// <summary>An operator asks something of it.</summary>
    internal void Operate(OperatorRequest request) => _consensus.Tell(request);

    /// <summary>What is seen since the last time.</summary>
    public FeedFrame TakeFrame(TestKitBase kit)
    {
        var watcher = kit.CreateTestProbe();
        _consensus.Tell(new OperatorRequest.TakeFrame(), watcher);
        return watcher.ExpectMsg<FeedFrame>();
    }

    /// <summary>The next thing that a peer was sent.</summary>
    public T Expect<T>(int peer)
        where T : ConsensusMessage
    {
        Assert.True(_decoder.TryDecode(_peers[peer].ExpectMsg<OutboundFrame>().Received(), out var message, out var refusal), $"{refusal}");
        return Assert.IsType<T>(message switch
        {
            InboundProposal proposal => proposal.Message.Value,
            InboundVote vote => vote.Message.Value,
            InboundComplaint complaint => complaint.Message.Value,
            InboundNextView next => next.Message.Value,
            _ => message,
        });
    }

    /// <summary>Nothing that was not expected was sent to these peers, or to any when none is named.</summary>
    public void ExpectNothing(params int[] peers)
    {
        foreach (var peer in peers.Length > 0 ? peers : [.. _peers.Keys])
            _peers[peer].ExpectNoMsg(TimeSpan.Zero);
    }
}
