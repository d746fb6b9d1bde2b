using Akka.Actor;
using Akka.TestKit.Xunit2;

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
    public void With_a_connection_everything_is_handed_on()
    {
        OutboundLinks.Of(Sys).Add(_peer.Path.Address, null!);
        for (var i = 0; i < 100; i++)
            Tell(1_000);
        Assert.Equal(100, Received());
        Assert.Equal(0, Unsent);
    }

    private void Tell(int size) => _peer.Tell(new OutboundFrame(Manifests.Vote, new byte[size]), ActorRefs.NoSender);

    private int Received() => ReceiveWhile<OutboundFrame>(TimeSpan.FromSeconds(3), TimeSpan.Zero, frame => (OutboundFrame)frame).Count;
}
