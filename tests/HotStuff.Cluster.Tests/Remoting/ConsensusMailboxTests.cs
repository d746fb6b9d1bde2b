using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace HotStuff.Cluster.Tests;

public sealed class ConsensusMailboxTests : TestKit
{
    private readonly ConsensusMailbox.Queue _queue;

    public ConsensusMailboxTests() => _queue = new ConsensusMailbox.Queue(maxPeer: 3, maxPeerBytes: 100, maxClient: 2, MailboxDrops.Of(Sys));

    [Fact]
    public void Protocol_messages_overtake_clients_and_each_class_keeps_its_order()
    {
        Enqueue(new ClientMessage(1), new PeerMessage(2), new ClientMessage(3), "own 4", new PeerMessage(5));
        Assert.Equal([new PeerMessage(2), "own 4", new PeerMessage(5), new ClientMessage(1), new ClientMessage(3)], Drain());
    }

    [Fact]
    public void What_is_over_a_bound_is_dropped_and_counted_by_class()
    {
        for (var i = 0; i < 10; i++)
            Enqueue(new PeerMessage(i), new ClientMessage(i));
        Assert.Equal(5, _queue.Count);
        Assert.Equal((7L, 8L), (MailboxDrops.Of(Sys).Peer, MailboxDrops.Of(Sys).Client));
        Assert.Equal([new PeerMessage(0), new PeerMessage(1), new PeerMessage(2), new ClientMessage(0), new ClientMessage(1)], Drain());
    }

    [Fact]
    public void Frames_over_the_bound_in_bytes_are_dropped_however_few_they_are()
    {
        Enqueue(new InboundFrame("V1", new byte[60]), new InboundFrame("V1", new byte[60]), new InboundFrame("V1", new byte[40]));
        Assert.Equal([60, 40], Drain().Cast<InboundFrame>().Select(frame => frame.Size));
        Assert.Equal(1, MailboxDrops.Of(Sys).Peer);
        Enqueue(new InboundFrame("V1", new byte[100]));
        Assert.Single(Drain());
    }

    [Fact]
    public void There_is_room_again_after_messages_were_taken()
    {
        for (var round = 0; round < 5; round++)
        {
            Enqueue(new PeerMessage(0), new PeerMessage(1), new PeerMessage(2), new ClientMessage(3), new ClientMessage(4));
            Assert.Equal(5, Drain().Count);
        }

        Assert.Equal((0L, 0L), (MailboxDrops.Of(Sys).Peer, MailboxDrops.Of(Sys).Client));
    }

    [Fact]
    public void Messages_of_the_process_itself_are_never_dropped()
    {
        Enqueue([.. Enumerable.Range(0, 1000).Cast<object>()]);
        Assert.Equal(1000, Drain().Count);
    }

    [Fact]
    public void Many_threads_never_get_more_in_than_the_bound()
    {
        Parallel.For(0, 10_000, i => Enqueue(new ClientMessage(i)));
        Assert.Equal(2, _queue.Count);
        Assert.Equal(9_998, MailboxDrops.Of(Sys).Client);
    }

    [Fact]
    public void An_actor_gets_the_mailbox_by_configuration()
    {
        using var system = ActorSystem.Create("mailbox", ConfigurationFactory.ParseString("""
            test-mailbox {
              mailbox-type = "HotStuff.Cluster.ConsensusMailbox, HotStuff.Cluster"
              max-peer-messages = 1
              max-peer-bytes = 1
              max-client-messages = 1
            }
            """));
        var received = new System.Collections.Concurrent.BlockingCollection<object>();
        using var blocked = new ManualResetEventSlim();
        var actor = system.ActorOf(Props.Create(() => new Recorder(received, blocked)).WithMailbox("test-mailbox"));
        actor.Tell("first");
        Assert.Equal("first", Take(received));
        foreach (var message in new object[] { new ClientMessage(1), new ClientMessage(2), new PeerMessage(3), new PeerMessage(4) })
            actor.Tell(message);
        blocked.Set();
        Assert.Equal(new PeerMessage(3), Take(received));
        Assert.Equal(new ClientMessage(1), Take(received));
        Assert.Equal((1L, 1L), (MailboxDrops.Of(system).Peer, MailboxDrops.Of(system).Client));
    }

    private static object? Take(System.Collections.Concurrent.BlockingCollection<object> received) =>
        received.TryTake(out var message, TimeSpan.FromSeconds(10)) ? message : null;

    private void Enqueue(params object[] messages)
    {
        foreach (var message in messages)
            _queue.Enqueue(TestActor, new Envelope(message, ActorRefs.NoSender));
    }

    private List<object> Drain()
    {
        var messages = new List<object>();
        while (_queue.TryDequeue(out var envelope))
            messages.Add(envelope.Message);
        return messages;
    }

    private sealed record PeerMessage(int Number) : IPeerTraffic;

    private sealed record ClientMessage(int Number) : IClientTraffic;

    private sealed class Recorder(System.Collections.Concurrent.BlockingCollection<object> received, ManualResetEventSlim blocked) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            received.Add(message);
            blocked.Wait();
        }
    }
}
