using System.Text;
using Akka.Actor;
using Akka.Remote.Transport;
using Akka.TestKit.Xunit2;
using Google.Protobuf;
using HotStuff.Consensus;

namespace HotStuff.Cluster.Tests;

public sealed class PeerRefTests : TestKit
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();
    private readonly PeerRef _peer;

    public PeerRefTests() => _peer = new PeerRef((IInternalActorRef)TestActor, OutboundLinks.Of(Sys), _time, Window, maxBytes: 10_000);

    private long Unsent => TransportCounters.Of(Sys).Unsent;

    [Fact]
    public void Before_there_is_a_connection_so_much_is_handed_on_and_the_rest_is_counted()
    {
        for (var i = 0; i < 10; i++)
            Tell(3_000);
        Assert.Equal(3, Received());
        Assert.Equal(7, Unsent);
    }

    [Fact]
    public void Many_small_frames_are_bounded_too()
    {
        for (var i = 0; i < 1_000; i++)
            Tell(1);
        Assert.InRange(Received(), 10, 50);
    }

    [Fact]
    public void One_frame_is_handed_on_in_each_window_however_long_it_is()
    {
        for (var window = 1; window <= 3; window++)
        {
            Tell(1_000_000);
            Tell(1);
            Assert.Equal(1, Received());
            Assert.Equal(window, Unsent);
            _time.Advance(Window + TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void With_a_connection_frames_go_straight_to_it_as_Akka_Remote_would_write_them()
    {
        var connection = new RecordingConnection();
        OutboundLinks.Of(Sys).Add(_peer.Path.Address, new OutboundLink(connection, gate: null!, _peer.Path.Address));
        for (var i = 0; i < 100; i++)
            Tell(1_000);
        Assert.Equal(0, Received());
        Assert.Equal(0, Unsent);
        Assert.Equal(100, connection.Written.Count);
        foreach (var manifest in Manifests.All)
        {
            foreach (var size in new[] { 0, 1, 127, 128, 20_000 })
            {
                connection.Written.Clear();
                _peer.Tell(new OutboundFrame(manifest, [.. Enumerable.Range(0, size).Select(i => (byte)i)]), ActorRefs.NoSender);
                var frame = AkkaFrame.TryParse(Assert.Single(connection.Written).Memory);
                Assert.Equal(AkkaFrameKind.Message, frame!.Value.Kind);
                Assert.Equal(_peer.Path.ToSerializationFormat(), Encoding.UTF8.GetString(frame.Value.Recipient.Span));
                Assert.Equal((WireSerializer.WireIdentifier, manifest), (frame.Value.SerializerId, Encoding.UTF8.GetString(frame.Value.Manifest.Span)));
                Assert.Equal(Enumerable.Range(0, size).Select(i => (byte)i), frame.Value.Payload.ToArray());
                Assert.True(frame.Value is { IsSystem: false, Sender.IsEmpty: true });
            }
        }
    }

    [Fact]
    public void An_envelope_has_the_bytes_that_Akka_Remote_writes()
    {
        var to = new PeerAddress(new ReplicaId(1), "127.0.0.1", 5054);
        var envelope = new AkkaEnvelope($"akka.tcp://{ConsensusSystem.Name}@127.0.0.1:5054/user/replica");
        var head = new byte[envelope.MaxHeadSize];
        byte[] payload = [1, 2, 3];
        var size = envelope.WriteHead(head, Manifests.Vote, payload.Length);
        Assert.Equal(AkkaBytes.Message(to), (byte[])[.. head.AsSpan(0, size), .. payload, .. envelope.TailOf(Manifests.Vote)]);
    }

    private void Tell(int size) => _peer.Tell(new OutboundFrame(Manifests.Vote, new byte[size]), ActorRefs.NoSender);

    private int Received() => ReceiveWhile<OutboundFrame>(TimeSpan.FromSeconds(3), TimeSpan.Zero, frame => (OutboundFrame)frame).Count;

    private sealed class RecordingConnection() : AssociationHandle(Address.AllSystems, Address.AllSystems)
    {
        public List<ByteString> Written { get; } = [];

        public override bool Write(ByteString payload)
        {
            Written.Add(payload);
            return true;
        }

#pragma warning disable CS0672 // Akka wants callers to give a reason, not implementations.
        public override void Disassociate()
#pragma warning restore CS0672
        {
        }

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => 0;
    }
}
