using Akka.Actor;
using Akka.Configuration;
using HotStuff.Consensus;
using HotStuff.Storage;

namespace HotStuff.Cluster.Tests;

/// <summary>Two replicas that prove themselves to each other over loopback.</summary>
public sealed class PeersOverTheNetworkTests : IAsyncLifetime
{
    private readonly List<ActorSystem> _systems = [];
    private readonly PeerAddress[] _replicas = TestPorts.Replicas(2);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public async Task Both_are_proven_and_proven_anew_after_one_has_restarted()
    {
        var a = Start(0);
        var b = Start(1);
        a.Meet(b);
        b.Meet(a);
        await Eventually(() => a.LinkTo(1)?.Proven == true && b.LinkTo(0)?.Proven == true);
        Assert.Equal((a.LinkTo(1)!.Own, b.LinkTo(0)!.Own), (b.LinkTo(0)!.Expected, a.LinkTo(1)!.Expected));

        await b.System.Terminate();
        b = Start(1);
        b.Meet(a);
        await Eventually(() => b.LinkTo(0)?.Proven == true && a.LinkTo(1)!.Expected == b.LinkTo(0)!.Own);
        Assert.Equal(a.LinkTo(1)!.Own, b.LinkTo(0)!.Expected);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "it did not come to pass");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private Node Start(int replica)
    {
        var self = _replicas[replica];
        var settings = NodeSettings.From(ConfigurationFactory.ParseString("hotstuff.log-level = off").WithFallback(NodeConfiguration.Reference));
        var system = ConsensusSystem.Start(settings, self, [_replicas[1 - replica]], Samples.Limits, []);
        _systems.Add(system);
        return new Node(system, self);
    }

    private sealed class Node(ActorSystem system, PeerAddress address)
    {
        private volatile PeersSnapshot _peers = PeersSnapshot.Empty;

        public ActorSystem System => system;

        public PeerAddress Address => address;

        public void Meet(Node other)
        {
            var peers = system.ActorOf(PeersActor.Props(new PeersActor.Setup(
                Samples.Committee,
                new FakeSigner(address.Replica.Index),
                FakeSigner.Verify,
                [other.Address],
                peer => ConsensusSystem.Resolve(system, peer),
                new MemoryStore(Samples.Chain),
                new LinkCounters())));
            Action<PeersSnapshot> seen = snapshot => _peers = snapshot;
            system.ActorOf(Props.Create(() => new Entry(peers, seen)), ConsensusSystem.EntryActor);
        }

        public PeerLink? LinkTo(int replica) => _peers.Find(new ReplicaId(replica));
    }

    private sealed class Entry(IActorRef peers, Action<PeersSnapshot> seen) : UntypedActor
    {
        protected override void PreStart() => peers.Tell(new PeersActor.Subscribe(Self));

        protected override void OnReceive(object message)
        {
            if (message is PeersChanged changed)
                seen(changed.Peers);
            else if (message is InboundFrame frame && Samples.Decoder.TryDecode(frame, out var decoded, out _))
                peers.Tell(decoded);
        }
    }
}
