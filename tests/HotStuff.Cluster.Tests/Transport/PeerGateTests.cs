using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;

namespace HotStuff.Cluster.Tests;

/// <summary>With our own transport below.</summary>
public sealed class PeerGateOnSocketsTests() : PeerGateTests("sockets");

/// <summary>With Akka.Remote's transport below.</summary>
public sealed class PeerGateOnDotNettyTests() : PeerGateTests("dotnetty");

/// <summary>A system on loopback, its one peer, and attackers with raw sockets.</summary>
public abstract class PeerGateTests(string transport) : IAsyncLifetime
{
    private readonly PeerAddress[] _replicas = TestPorts.Replicas(3);
    private readonly Channel<InboundFrame> _received = Channel.CreateUnbounded<InboundFrame>();
    private readonly List<ActorSystem> _systems = [];
    private ActorSystem _victim = null!;

    private PeerAddress Victim => _replicas[0];

    private PeerAddress Peer => _replicas[1];

    private PeerAddress Stranger => _replicas[2] with { Port = TestPorts.Next() };

    public Task InitializeAsync()
    {
        _victim = Start(Victim, _received.Writer);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public async Task A_peers_handshake_is_answered_with_ours_and_its_messages_arrive()
    {
        using var peer = await MeetAsync();
        await peer.SendAsync(AkkaBytes.Message(Victim, payload: [7, 8, 9]), AkkaBytes.Control(3), AkkaBytes.Message(Victim, manifest: Manifests.Proposal));
        var (vote, proposal) = (await ReceiveAsync(), await ReceiveAsync());
        Assert.Equal((Manifests.Vote, Manifests.Proposal), (vote.Manifest, proposal.Manifest));
        Assert.Equal([7, 8, 9], vote.Bytes.ToArray());
    }

    [Fact]
    public async Task A_sender_of_the_peers_own_and_an_idle_acknowledgement_are_let_through()
    {
        using var peer = await MeetAsync();
        await peer.SendAsync(
            AkkaBytes.Bytes(1, AkkaBytes.Acknowledgement(-1)),
            AkkaBytes.Message(Victim, sender: AkkaBytes.Sender(Peer)),
            AkkaBytes.Message(Victim, acknowledgement: AkkaBytes.Acknowledgement(-1), payload: [5]));
        await ReceiveAsync();
        Assert.Equal([5], (await ReceiveAsync()).Bytes.ToArray());
        Assert.All(Enum.GetValues<TransportRefusal>(), reason => Assert.Equal(0, Refused(reason)));
    }

    public static TheoryData<string, TransportRefusal> Strikes => new()
    {
        { "PoisonPill", TransportRefusal.Payload },
        { "string", TransportRefusal.Payload },
        { "json", TransportRefusal.Payload },
        { "selection", TransportRefusal.Payload },
        { "hocon", TransportRefusal.Payload },
        { "unknown manifest", TransportRefusal.Payload },
        { "no manifest", TransportRefusal.Payload },
        { "other actor", TransportRefusal.Recipient },
        { "guardian", TransportRefusal.Recipient },
        { "daemon", TransportRefusal.Recipient },
        { "ask", TransportRefusal.Recipient },
        { "child of the entry", TransportRefusal.Recipient },
        { "other system", TransportRefusal.Recipient },
        { "sender of another replica", TransportRefusal.Sender },
        { "sender of a longer port", TransportRefusal.Sender },
        { "sender nowhere", TransportRefusal.Sender },
        { "sender of great length", TransportRefusal.Sender },
        { "kill", TransportRefusal.SystemMessage },
        { "suspend", TransportRefusal.SystemMessage },
        { "no sequence", TransportRefusal.SystemMessage },
        { "acknowledgement", TransportRefusal.SystemMessage },
        { "gaps", TransportRefusal.SystemMessage },
    };

    [Theory]
    [MemberData(nameof(Strikes))]
    public async Task A_message_that_no_replica_sends_is_refused_and_harms_no_other(string attack, TransportRefusal reason)
    {
        using var attacker = await MeetAsync();
        await attacker.SendAsync(Frame(attack), AkkaBytes.Message(Victim, payload: [42]));
        Assert.Equal([42], (await ReceiveAsync()).Bytes.ToArray());
        Assert.Equal(1, Refused(reason));
        Assert.All(Enum.GetValues<TransportRefusal>(), other => Assert.Equal(other == reason ? 1 : 0, Refused(other)));
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_few_such_messages_end_the_connection()
    {
        using var attacker = await MeetAsync();
        await attacker.SendAsync([.. Enumerable.Repeat(Frame("kill"), InboundLink.MaxStrikes + 5), AkkaBytes.Message(Victim)]);
        await attacker.EndedAsync();
        Assert.Equal(InboundLink.MaxStrikes, Refused(TransportRefusal.SystemMessage));
        Assert.False(_received.Reader.TryRead(out _));
    }

    public static TheoryData<string, TransportRefusal> Ends => new()
    {
        { "empty message", TransportRefusal.Malformed },
        { "garbage", TransportRefusal.Malformed },
        { "unknown field", TransportRefusal.Malformed },
        { "recipient twice", TransportRefusal.Malformed },
        { "unknown command", TransportRefusal.Malformed },
        { "second handshake", TransportRefusal.OutOfPlace },
        { "handshake as another", TransportRefusal.OutOfPlace },
        { "quarantine", TransportRefusal.OutOfPlace },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_Akka_does_not_send_there_ends_the_connection(string attack, TransportRefusal reason)
    {
        using var attacker = await MeetAsync();
        await attacker.SendAsync(Frame(attack), AkkaBytes.Message(Victim));
        await attacker.EndedAsync();
        Assert.Equal(1, Refused(reason));
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_message_before_the_handshake_ends_the_connection()
    {
        using var attacker = await RawPeer.ConnectAsync(Victim);
        await attacker.SendAsync(AkkaBytes.Message(Victim));
        await attacker.EndedAsync();
        Assert.Equal(1, Refused(TransportRefusal.OutOfPlace));
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_handshake_as_nobody_of_the_validators_ends_the_connection()
    {
        byte[][] handshakes =
        [
            AkkaBytes.Associate(Stranger),
            AkkaBytes.Associate(Peer with { Host = "localhost" }),
            AkkaBytes.Associate(Peer, system: "ops"),
            AkkaBytes.Associate(Peer, protocol: "ssl.tcp"),
            // We do not connect to ourselves.
            AkkaBytes.Associate(Victim),
        ];
        foreach (var handshake in handshakes)
        {
            using var attacker = await RawPeer.ConnectAsync(Victim);
            await attacker.SendAsync(handshake, AkkaBytes.Message(Victim));
            Assert.Null(await attacker.ReceiveAsync());
        }

        Assert.Equal(handshakes.Length, Refused(TransportRefusal.NotAPeer));
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_handshake_in_a_peers_name_takes_nothing_away_from_the_peer()
    {
        using var peer = await MeetAsync();
        for (var i = 0; i < 5; i++)
        {
            using var impostor = await MeetAsync();
            await peer.SendAsync(AkkaBytes.Message(Victim, payload: [(byte)i]));
            Assert.Equal([(byte)i], (await ReceiveAsync()).Bytes.ToArray());
        }

        await peer.SendAsync(AkkaBytes.Message(Victim, payload: [99]));
        Assert.Equal([99], (await ReceiveAsync()).Bytes.ToArray());
    }

    [Fact]
    public async Task Who_says_nothing_is_sent_away_and_who_has_met_hears_that_we_are_there()
    {
        var port = TestPorts.Next();
        var quick = Start(Victim with { Port = port }, _received.Writer, """
            akka.remote.handshake-timeout = 300 ms
            akka.remote.transport-failure-detector { heartbeat-interval = 50 ms, acceptable-heartbeat-pause = 500 ms }
            """);
        using var silent = await RawPeer.ConnectAsync(Victim with { Port = port });
        using var halfOpen = await RawPeer.ConnectAsync(Victim with { Port = port });
        await halfOpen.SendAsync(AkkaBytes.Associate(Peer));
        Assert.NotNull(await halfOpen.ReceiveAsync());
        Assert.Equal(AkkaBytes.Control(3), await halfOpen.ReceiveAsync());
        await Task.WhenAll(silent.EndedAsync(), halfOpen.EndedAsync());
        Assert.Equal(2, TransportCounters.Of(quick).Refused(TransportRefusal.Silent));
    }

    [Theory]
    [InlineData("another name", TransportRefusal.NotAPeer)]
    [InlineData("a message", TransportRefusal.OutOfPlace)]
    [InlineData("garbage", TransportRefusal.Malformed)]
    public async Task Who_answers_our_call_otherwise_than_a_peer_does_is_not_spoken_to(string answer, TransportRefusal reason)
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, Peer.Port));
        listening.Listen();
        ConsensusSystem.Resolve(_victim, Peer).Tell(Samples.Frames[0], ActorRefs.NoSender);
        using var peer = new RawPeer(await listening.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(AkkaBytes.Control(1)[2..4], (await peer.ReceiveAsync())![2..4]);
        await peer.SendAsync(answer switch
        {
            "another name" => [AkkaBytes.Associate(_replicas[2])],
            "garbage" => [[1, 2, 3]],
            _ => [AkkaBytes.Associate(Peer), AkkaBytes.Message(Victim)],
        });
        await peer.EndedAsync();
        Assert.Equal(1, Refused(reason));
        Assert.False(_received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Nobody_but_a_validator_is_called()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var stranger = Stranger;
        listening.Bind(new IPEndPoint(IPAddress.Loopback, stranger.Port));
        listening.Listen();
        using var peerListening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peerListening.Bind(new IPEndPoint(IPAddress.Loopback, Peer.Port));
        peerListening.Listen();
        ConsensusSystem.Resolve(_victim, stranger).Tell(Samples.Frames[0], ActorRefs.NoSender);
        ConsensusSystem.Resolve(_victim, Peer).Tell(Samples.Frames[0], ActorRefs.NoSender);
        using var called = await peerListening.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(listening.Poll(0, SelectMode.SelectRead));
    }

    private byte[] Frame(string attack) => attack switch
    {
        // Serializers of Akka: 1 JSON, 6 selections, 16 its small messages, 17 primitives, 22 system messages.
        "PoisonPill" => AkkaBytes.Message(Victim, serializer: 16, manifest: "P"),
        "string" => AkkaBytes.Message(Victim, serializer: 17, manifest: "S"),
        "json" => AkkaBytes.Message(Victim, serializer: 1, manifest: "System.IO.FileInfo, System.Private.CoreLib"),
        "selection" => AkkaBytes.Message(Victim, serializer: 6, manifest: ""),
        "hocon" => AkkaBytes.Message(Victim, serializer: 16, manifest: "CF"),
        "unknown manifest" => AkkaBytes.Message(Victim, manifest: "V9"),
        "no manifest" => AkkaBytes.Message(Victim, manifest: ""),
        "other actor" => AkkaBytes.Message(Victim, path: "/user/consensus"),
        "guardian" => AkkaBytes.Message(Victim, path: "/user"),
        "daemon" => AkkaBytes.Message(Victim, path: "/remote"),
        "ask" => AkkaBytes.Message(Victim, path: "/temp/a"),
        "child of the entry" => AkkaBytes.Message(Victim, path: "/user/replica/x"),
        "other system" => AkkaBytes.Message(Peer),
        "sender of another replica" => AkkaBytes.Message(Victim, sender: AkkaBytes.Sender(_replicas[2])),
        "sender of a longer port" => AkkaBytes.Message(Victim, sender: AkkaBytes.Sender(Peer, "0/user/replica")),
        "sender nowhere" => AkkaBytes.Message(Victim, sender: AkkaBytes.Bytes(4, AkkaBytes.Text(1, "x"))),
        "sender of great length" => AkkaBytes.Message(Victim, sender: AkkaBytes.Sender(Peer, "/user/" + new string('x', 1_024))),
        "kill" => AkkaBytes.Message(Victim, path: "/user", serializer: 16, manifest: "K", sequence: 0),
        "suspend" => AkkaBytes.Message(Victim, serializer: 22, manifest: "", sequence: 1),
        "no sequence" => AkkaBytes.Message(Victim, sequence: 0),
        "acknowledgement" => AkkaBytes.Bytes(1, AkkaBytes.Acknowledgement(5)),
        "gaps" => AkkaBytes.Message(Victim, acknowledgement: AkkaBytes.Acknowledgement(-1, 1, 2, 3)),
        "empty message" => AkkaBytes.Bytes(1),
        "garbage" => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        "unknown field" => [.. AkkaBytes.Control(3), .. AkkaBytes.Number(3, 1)],
        "recipient twice" => AkkaBytes.Bytes(1, AkkaBytes.Bytes(2, AkkaBytes.Bytes(1, AkkaBytes.Text(1, "a")), AkkaBytes.Bytes(1, AkkaBytes.Text(1, "b")))),
        "unknown command" => AkkaBytes.Control(9),
        "second handshake" => AkkaBytes.Associate(Peer),
        "handshake as another" => AkkaBytes.Associate(_replicas[2]),
        "quarantine" => AkkaBytes.Control(5),
        _ => throw new ArgumentException(attack, nameof(attack)),
    };

    private long Refused(TransportRefusal reason) => TransportCounters.Of(_victim).Refused(reason);

    private async Task<RawPeer> MeetAsync()
    {
        var peer = await RawPeer.ConnectAsync(Victim);
        await peer.SendAsync(AkkaBytes.Associate(Peer));
        var answer = AkkaFrame.TryParse(await peer.ReceiveAsync());
        Assert.Equal(new Address("tcp", ConsensusSystem.Name, Victim.Host, Victim.Port), answer?.Origin);
        return peer;
    }

    private async Task<InboundFrame> ReceiveAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    private ActorSystem Start(PeerAddress self, ChannelWriter<InboundFrame> received, string akka = "")
    {
        var config = ConfigurationFactory.ParseString($"hotstuff {{ transport = {transport}, log-level = off }}\n{akka}");
        var settings = NodeSettings.From(config.WithFallback(NodeConfiguration.Reference));
        var system = ConsensusSystem.Start(settings, self, [_replicas[1], _replicas[2]], Samples.Limits, []);
        _systems.Add(system);
        system.ActorOf(Props.Create(() => new Entry(received)), ConsensusSystem.EntryActor);
        return system;
    }

    private sealed class Entry(ChannelWriter<InboundFrame> received) : UntypedActor
    {
        protected override void OnReceive(object message) => received.TryWrite((InboundFrame)message);
    }
}
