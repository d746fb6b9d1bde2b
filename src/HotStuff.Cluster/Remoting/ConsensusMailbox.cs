using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace HotStuff.Cluster;

/// <summary>
/// The mailbox of actors that peers and clients can fill: what clients caused (<see cref="IClientTraffic"/>) waits behind everything else, and each of the two
/// kinds of traffic has a bound, above which messages are dropped and counted (<see cref="MailboxDrops"/>). Within a class it is first in, first out.
/// Enqueuing never blocks.
/// </summary>
/// <remarks>
/// Messages of neither kind come from this process itself (timers, answers of its own actors). Losing one would leave the protocol waiting for ever, and
/// there are only as many as the process has asked for, so they have no bound.
/// </remarks>
public sealed class ConsensusMailbox : MailboxType, IProducesMessageQueue<ConsensusMailbox.Queue>
{
    private readonly int _maxPeer;
    private readonly long _maxPeerBytes;
    private readonly int _maxClient;

    /// <summary>With the bounds <c>max-peer-messages</c>, <c>max-peer-bytes</c> and <c>max-client-messages</c> of the mailbox's configuration.</summary>
    public ConsensusMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        _maxPeer = config.GetInt("max-peer-messages");
        _maxPeerBytes = config.GetLong("max-peer-bytes");
        _maxClient = config.GetInt("max-client-messages");
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue(_maxPeer, _maxPeerBytes, _maxClient, MailboxDrops.Of(system));

    /// <summary>The queue itself: many threads enqueue, the actor's dequeues.</summary>
    /// <param name="maxPeer">The most messages of peers.</param>
    /// <param name="maxPeerBytes">The most bytes of peers, as <see cref="IPeerTraffic.Size"/> says.</param>
    /// <param name="maxClient">The most messages of clients.</param>
    /// <param name="drops">Where drops are counted.</param>
    public sealed class Queue(int maxPeer, long maxPeerBytes, int maxClient, MailboxDrops drops) : IMessageQueue
    {
        private readonly ConcurrentQueue<Envelope> _first = new();
        private readonly ConcurrentQueue<Envelope> _second = new();
        private int _peer;
        private long _peerBytes;
        private int _client;

        /// <inheritdoc/>
        public bool HasMessages => !_first.IsEmpty || !_second.IsEmpty;

        /// <inheritdoc/>
        public int Count => _first.Count + _second.Count;

        /// <inheritdoc/>
        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            switch (envelope.Message)
            {
                case IClientTraffic when !TryEnter(ref _client, maxClient):
                    drops.CountClient();
                    break;
                case IClientTraffic:
                    _second.Enqueue(envelope);
                    break;
                case IPeerTraffic peer when !TryEnter(peer):
                    drops.CountPeer();
                    break;
                default:
                    _first.Enqueue(envelope);
                    break;
            }
        }

        /// <inheritdoc/>
        public bool TryDequeue(out Envelope envelope)
        {
            if (_first.TryDequeue(out envelope))
            {
                if (envelope.Message is IPeerTraffic peer)
                    Leave(peer);
                return true;
            }

            if (!_second.TryDequeue(out envelope))
                return false;
            Interlocked.Decrement(ref _client);
            return true;
        }

        /// <inheritdoc/>
        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var envelope))
                deadletters.Enqueue(owner, envelope);
        }

        private bool TryEnter(IPeerTraffic message)
        {
            if (Interlocked.Increment(ref _peer) <= maxPeer & Interlocked.Add(ref _peerBytes, message.Size) <= maxPeerBytes)
                return true;
            Leave(message);
            return false;
        }

        private void Leave(IPeerTraffic message)
        {
            Interlocked.Decrement(ref _peer);
            Interlocked.Add(ref _peerBytes, -message.Size);
        }

        private static bool TryEnter(ref int count, int max)
        {
            if (Interlocked.Increment(ref count) <= max)
                return true;
            Interlocked.Decrement(ref count);
            return false;
        }
    }
}
