using System.Collections.Immutable;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

/// <summary>Real systems on loopback, with our own transport.</summary>
public sealed class ConsensusSystemOnSocketsTests() : ConsensusSystemTests("sockets");

/// <summary>Real systems on loopback, with Akka.Remote's transport.</summary>
public sealed class ConsensusSystemOnDotNettyTests() : ConsensusSystemTests("dotnetty");

/// <summary>What holds whatever the transport is.</summary>
public abstract class ConsensusSystemTests(string transport) : IAsyncLifetime
{
    private readonly List<ActorSystem> _systems = [];
    private readonly PeerAddress[] _replicas = TestPorts.Replicas(2);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public async Task Frames_arrive_as_they_were_sent()
    {
        var (a, b) = (Start(0), Start(1));
        foreach (var frame in Samples.Frames)
            a.Send(b, frame);
        foreach (var frame in Samples.Frames)
        {
            var received = await b.Receive();
            Assert.Equal(frame.Manifest, received.Manifest);
            Assert.Equal(frame.Bytes, received.Bytes.ToArray());
        }
    }

    [Fact]
    public async Task A_peer_that_restarts_on_its_port_is_reached_again_and_reaches_again_without_a_quarantine()
    {
        var (a, b) = (Start(0), Start(1));
        await Exchange(a, b);
        for (var restart = 0; restart < 3; restart++)
        {
            await b.System.Terminate();
            a.Send(b, Samples.Frames[1]);
            b = Start(1);
            await Exchange(a, b);
        }
    }

    [Fact]
    public async Task A_peer_that_was_away_is_reached_soon_after_its_return()
    {
        var (a, b) = (Start(0), Start(1));
        await b.System.Terminate();
        a.Send(b, Samples.Frames[1]);
        b = Start(1);
        var started = TimeProvider.System.GetTimestamp();
        while (b.TryReceive() is null)
        {
            a.Send(b, Samples.Frames[1]);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        // The gate is closed for 100 ms; the rest is room for a busy machine.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_largest_block_fits_a_frame()
    {
        var (a, b) = (Start(0), Start(1));
        var command = new byte[Samples.Limits.MaxBlockBytes - CommandSegment.HeaderSize - 2];
        var longest = new Signature(new byte[Signature.MaxSize]);
        var segment = CommandSegment.Create(new ClientId(1), 1, [command]);
        var justify = Samples.Qc with { Signature = longest };
        var suspensions = Enumerable.Repeat(new Suspension(new ReplicaId(1), new View(99), 2), byte.MaxValue).ToImmutableArray();
        var block = Block.Create(Samples.Chain, Epoch.Genesis, new View(8), new Height(5), new ReplicaId(0), justify, [segment], suspensions);
        Assert.Equal(Samples.Limits.MaxBlockBytes + Block.MaxOverhead, block.Encoded.Length);
        var frame = WireEncoder.Encode(new Proposal(block, Samples.Tc with { Signature = longest }, longest));
        a.Send(b, frame);
        Assert.Equal(frame.Bytes, (await b.Receive()).Bytes.ToArray());
    }

    [Fact]
    public async Task A_frame_too_large_is_not_sent_and_harms_no_other()
    {
        var (a, b) = (Start(0), Start(1));
        a.Send(b, new OutboundFrame(Manifests.Proposal, new byte[WireLimits.MaxFrameBytes(Samples.Limits) + 1]));
        a.Send(b, Samples.Frames[1]);
        Assert.Equal(Samples.Frames[1].Manifest, (await b.Receive()).Manifest);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Nothing_but_frames_reaches_the_entry_actor(object attack)
    {
        // The attacker runs stock Akka.Remote under a validator's name; only its outbound checks are off, as any attacker's are.
        var b = Start(1);
        var attacker = ActorSystem.Create(ConsensusSystem.Name, $$"""
            akka.actor.provider = remote
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{_replicas[0].Port}} }
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            akka.actor.serializers.hotstuff = "HotStuff.Cluster.WireSerializer, HotStuff.Cluster"
            akka.actor.serialization-bindings { "HotStuff.Cluster.IWireMessage, HotStuff.Cluster" = hotstuff }
            """);
        _systems.Add(attacker);
        var target = ConsensusSystem.Resolve(attacker, b.Address);
        target.Tell(attack);
        target.Tell(Samples.Frames[1]);
        Assert.Equal(Samples.Frames[1].Manifest, (await b.Receive()).Manifest);
        Assert.Empty(b.Others);
        Assert.Equal(1, TransportCounters.Of(b.System).Refused(TransportRefusal.Payload));
    }

    public static TheoryData<object> Attacks =>
    [
        "text", 42, new byte[] { 1 }, PoisonPill.Instance, Kill.Instance, new Identify("me"), new Status.Failure(new InvalidOperationException("x")),
        new ActorSelectionMessage(PoisonPill.Instance, [new SelectChildName("user"), new SelectChildName("replica")]),
        ConfigurationFactory.ParseString("a { b = 1 }"), new List<int> { 1 },
    ];

    [Fact]
    public void A_port_in_use_is_one_line_that_names_key_and_port()
    {
        Start(0);
        var refused = Assert.Throws<SettingsException>(() => Start(0));
        Assert.StartsWith($"hotstuff.consensus.port: 127.0.0.1:{_replicas[0].Port} cannot be listened on: ", refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_nodes_akka_section_may_exchange_the_transport_but_not_open_the_boundary()
    {
        var settings = Settings("""
            akka.remote.enabled-transports = ["own.tcp"]
            akka.remote.untrusted-mode = off
            akka.actor.serializers.json = "Akka.Serialization.NewtonSoftJsonSerializer, Akka"
            akka.remote.retry-gate-closed-for = 7 s
            """);
        var config = ConsensusSystem.Config(settings, new PeerAddress(new ReplicaId(0), "example", 5053), Samples.Limits);
        Assert.Equal(["own.tcp"], config.GetStringList("akka.remote.enabled-transports"));
        Assert.Equal("example", config.GetString("own.tcp.hostname"));
        Assert.Equal(5053, config.GetInt("own.tcp.port"));
        Assert.Equal(WireLimits.MaxFrameBytes(Samples.Limits), config.GetByteSize("own.tcp.maximum-frame-size"));
        Assert.True(config.GetBoolean("akka.remote.untrusted-mode"));
        Assert.Contains("RejectSerializer", config.GetString("akka.actor.serializers.json"), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("akka.remote.retry-gate-closed-for"));
        Assert.Equal(20_000, config.GetInt("hotstuff.consensus-mailbox.max-peer-messages"));
    }

    [Fact]
    public async Task A_link_is_logged_in_one_line_for_each_change()
    {
        var (a, b) = (Start(0), Start(1));
        var lines = new ConcurrentQueue<string>();
        a.System.EventStream.Subscribe(a.System.ActorOf(Props.Create(() => new LogCollector(lines))), typeof(LogEvent));
        await Exchange(a, b);
        await b.System.Terminate();
        await Eventually(() =>
        {
            a.Send(b, Samples.Frames[1]);
            return lines.Count >= 2;
        });
        for (var i = 0; i < 20; i++)
        {
            a.Send(b, Samples.Frames[1]);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        b = Start(1);
        await Exchange(a, b);
        await Eventually(() => lines.Count >= 3);
        var peer = $"peer 127.0.0.1:{b.Address.Port}";
        Assert.Equal([$"{peer} connected", $"{peer} disconnected", $"{peer} connected"], lines);
    }

    [Theory]
    [InlineData(ConsensusSystem.ConsensusDispatcher)]
    [InlineData(ConsensusSystem.CryptoDispatcher)]
    [InlineData(ConsensusSystem.ExecutorDispatcher)]
    public async Task Every_dispatcher_runs_an_actor_with_the_mailbox(string dispatcher)
    {
        var a = Start(0);
        var echo = a.System.ActorOf(
            Props.Create(() => new Echo()).WithDispatcher(dispatcher).WithMailbox(ConsensusSystem.Mailbox));
        Assert.Equal("here", await echo.Ask<string>("here", TimeSpan.FromSeconds(10)));
    }

    private NodeSettings Settings(string akka = "") =>
        NodeSettings.From(ConfigurationFactory.ParseString($"hotstuff.transport = {transport}\n{akka}").WithFallback(NodeConfiguration.Reference));

    private static async Task Exchange(Node a, Node b)
    {
        await Eventually(() =>
        {
            a.Send(b, Samples.Frames[1]);
            b.Send(a, Samples.Frames[2]);
            return a.TryReceive() is { Manifest: Manifests.Complaint } & b.TryReceive() is { Manifest: Manifests.Vote };
        });
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
        var system = ConsensusSystem.Start(Settings(), self, [_replicas[1 - replica]], Samples.Limits, []);
        _systems.Add(system);
        return new Node(system, self);
    }

    private sealed class Node
    {
        private readonly ConcurrentQueue<object> _received = new();

        public Node(ActorSystem system, PeerAddress address)
        {
            (System, Address) = (system, address);
            system.ActorOf(Props.Create(() => new Entry(_received)), ConsensusSystem.EntryActor);
        }

        public ActorSystem System { get; }

        public PeerAddress Address { get; }

        public IEnumerable<object> Others => _received.Where(message => message is not InboundFrame);

        public void Send(Node to, OutboundFrame frame) => ConsensusSystem.Resolve(System, to.Address).Tell(frame, ActorRefs.NoSender);

        public InboundFrame? TryReceive() => _received.TryDequeue(out var message) ? message as InboundFrame : null;

        public async Task<InboundFrame> Receive()
        {
            InboundFrame? frame = null;
            await Eventually(() => (frame = TryReceive()) is not null);
            return frame!;
        }
    }

    private sealed class Entry(ConcurrentQueue<object> received) : UntypedActor
    {
        protected override void OnReceive(object message) => received.Enqueue(message);
    }

    private sealed class LogCollector(ConcurrentQueue<string> lines) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            // As a logger does it.
            if (message is LogEvent entry && entry.LogLevel() > LogLevel.DebugLevel && Context.System.Settings.LogFilter.ShouldTryKeepMessage(entry, out var text))
                lines.Enqueue(text);
        }
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
