using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>
/// Actors in virtual time. Those made with ActorOfAsTestActorRef run on the thread that tells them something, so nothing races: when Tell or
/// Advance returns, everything that follows from it is done.
/// </summary>
public abstract class ActorTests : TestKit
{
    protected ActorTests()
        : base("""
            akka {
              loglevel = OFF
              scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
              actor.guardian-supervisor-strategy = "Akka.Actor.StoppingSupervisorStrategy"
              test.single-expect-default = 20 s
            }
            """)
    {
    }

    protected TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    internal static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>A neighbour that hands everything to <paramref name="record"/>, at once.</summary>
    protected IActorRef Recorder(Action<object> record) => ActorOfAsTestActorRef<RecordingActor>(Props.Create(() => new RecordingActor(record)));

    /// <summary>A link to a peer that has proved itself, with tokens that follow from its index.</summary>
    internal static PeerLink Proven(int peer, IActorRef target) =>
        new(new PeerAddress(new ReplicaId(peer), "localhost", 1000 + peer), target, Proven: true, Expected: TokenOf(peer), Own: OwnTokenFor(peer));

    internal static PeersChanged Changed(params PeerLink[] links) => new(new PeersSnapshot(links));

    /// <summary>The token that a peer puts on its messages to us.</summary>
    internal static UInt128 TokenOf(int peer) => (UInt128)(0x1000 + peer);

    /// <summary>The token that we put on our messages to a peer.</summary>
    internal static UInt128 OwnTokenFor(int peer) => (UInt128)(0x2000 + peer);

    internal static T Sent<T>(TestProbe peer)
        where T : PeerMessage => Assert.IsType<T>(Samples.Decode(peer.ExpectMsg<OutboundFrame>()));

    public sealed class RecordingActor(Action<object> record) : UntypedActor
    {
        protected override void OnReceive(object message) => record(message);
    }
}
