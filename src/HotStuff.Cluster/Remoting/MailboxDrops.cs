using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>How many messages the <see cref="ConsensusMailbox"/>es of a system have dropped since its start.</summary>
public sealed class MailboxDrops : IExtension
{
    private long _peer;
    private long _client;

    /// <summary>Messages caused by peers.</summary>
    public long Peer => Interlocked.Read(ref _peer);

    /// <summary>Messages caused by clients.</summary>
    public long Client => Interlocked.Read(ref _client);

    /// <summary>The counts of a system.</summary>
    public static MailboxDrops Of(ActorSystem system) => system.WithExtension<MailboxDrops, Provider>();

    internal void CountPeer() => Interlocked.Increment(ref _peer);

    internal void CountClient() => Interlocked.Increment(ref _client);

    private sealed class Provider : ExtensionIdProvider<MailboxDrops>
    {
        public override MailboxDrops CreateExtension(ExtendedActorSystem system) => new();
    }
}
