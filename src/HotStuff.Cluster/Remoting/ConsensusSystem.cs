using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using HotStuff.Consensus;

namespace HotStuff.Cluster;

/// <summary>
/// The ActorSystem <c>hotstuff</c>: consensus and nothing else, over Akka.Remote with static peers, hardened against a Byzantine one. It is not a cluster
/// member, because any member can down any other.
/// </summary>
public static class ConsensusSystem
{
    /// <summary>The system's name, part of every address.</summary>
    public const string Name = "hotstuff";

    /// <summary>The name of the actor under <c>/user</c> that peers talk to.</summary>
    public const string EntryActor = "replica";

    /// <summary>The dispatcher of the consensus actor, its timers and the peers actor.</summary>
    public const string ConsensusDispatcher = "hotstuff.consensus-dispatcher";

    /// <summary>The dispatcher of signature checks, which are the door for what peers say.</summary>
    public const string CryptoDispatcher = "hotstuff.crypto-dispatcher";

    /// <summary>The dispatcher of the actor that waits for the disk.</summary>
    public const string WriterDispatcher = "hotstuff.writer-dispatcher";

    /// <summary>The dispatcher of the state machine.</summary>
    public const string ExecutorDispatcher = "hotstuff.executor-dispatcher";

    /// <summary>The mailbox of actors that peers and clients can fill, see <see cref="ConsensusMailbox"/>.</summary>
    public const string Mailbox = "hotstuff.consensus-mailbox";

    /// <summary>Starts the system; it listens when this returns.</summary>
    /// <param name="settings">The node's settings.</param>
    /// <param name="self">This replica, as the genesis file describes it. Port 0 takes any free one (for tests).</param>
    /// <param name="peers">All other replicas.</param>
    /// <param name="limits">The chain's limits, from which the frame size follows.</param>
    /// <param name="loggers">Class names of Akka loggers; null for Akka's own, which writes to the console.</param>
    /// <exception cref="SettingsException">The port cannot be listened on.</exception>
    public static ActorSystem Start(
        NodeSettings settings, PeerAddress self, IReadOnlyList<PeerAddress> peers, ProtocolLimits limits, IReadOnlyList<string>? loggers = null)
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(Config(settings, self, limits, loggers)), QuietRemoting.Setup, new PeerGateSetup(peers));
        try
        {
            var system = ActorSystem.Create(Name, setup);
            system.ActorOf(LinkLog.Props(peers.Select(peer => AddressOf(system, peer))), "link-log");
            return system;
        }
        catch (Exception exception) when (Causes.Find<SocketException>(exception) is { } cause)
        {
            var (host, port) = Listen(settings, self);
            var (given, bind) = (settings.Consensus.Host, settings.Consensus.BindHost);
            throw ListenProblem.Of("consensus", ListenProblem.HostKey(given, bind), bind ?? host, port, cause);
        }
    }

    /// <summary>
    /// Where to tell a replica something. Nothing is looked up: the replica need not be there yet, and then only so much is kept for it
    /// (<c>max-queued-bytes</c>).
    /// </summary>
    public static IActorRef Resolve(ActorSystem system, PeerAddress peer)
    {
        var provider = ((ExtendedActorSystem)system).Provider;
        var remote = (IInternalActorRef)provider.ResolveActorRef($"{AddressOf(system, peer)}/user/{EntryActor}");
        var config = system.Settings.Config;
        return new PeerRef(
            remote,
            OutboundLinks.Of(system),
            TimeProvider.System,
            config.GetTimeSpan("akka.remote.handshake-timeout"),
            config.GetByteSize("hotstuff.max-queued-bytes") ?? long.MaxValue);
    }

    /// <summary>The whole configuration of the system, without Akka's own reference.</summary>
    public static Config Config(NodeSettings settings, PeerAddress self, ProtocolLimits limits, IReadOnlyList<string>? loggers = null)
    {
        var open = settings.Akka.WithFallback(Chosen(settings.Transport)).WithFallback(NodeConfiguration.Resource("consensus.conf"));
        var transport = open.GetStringList("akka.remote.enabled-transports")[0];
        var (host, port) = Listen(settings, self);
        var ours = ConfigurationFactory.ParseString($$"""
            akka.loglevel = {{settings.LogLevel.ToUpperInvariant()}}
            {{(loggers is null ? "" : $"akka.loggers = [{string.Join(", ", loggers.Select(logger => $"\"{logger}\""))}]")}}
            {{transport}} {
              hostname = "{{settings.Consensus.BindHost ?? host}}"
              public-hostname = "{{host}}"
              port = {{port}}
              applied-adapters = ["peer-gate"]
              maximum-frame-size = {{WireLimits.MaxFrameBytes(limits)}}b
              max-connections = {{settings.Consensus.MaxConnections}}
              max-queued-bytes = {{settings.Consensus.MaxQueuedBytes}}b
              delay = {{(long)settings.Consensus.TestDelay.TotalMilliseconds}}ms
            }
            hotstuff.max-queued-bytes = {{settings.Consensus.MaxQueuedBytes}}b
            {{Mailbox}} {
              max-peer-messages = {{settings.Consensus.MailboxPeerMessages}}
              max-peer-bytes = {{settings.Consensus.MailboxPeerBytes}}
              max-client-messages = {{settings.Consensus.MailboxClientMessages}}
            }
            """);
        return NodeConfiguration.Resource("consensus-locked.conf").WithFallback(ours).WithFallback(open);
    }

    private static Config Chosen(ReplicaTransport transport) => ConfigurationFactory.ParseString(
        $"akka.remote.enabled-transports = [\"{(transport == ReplicaTransport.Sockets ? "akka.remote.sockets" : "akka.remote.dot-netty.tcp")}\"]");

    private static (string Host, int Port) Listen(NodeSettings settings, PeerAddress self) =>
        (settings.Consensus.Host ?? self.Host, settings.Consensus.Port == 0 ? self.Port : settings.Consensus.Port);

    private static Address AddressOf(ActorSystem system, PeerAddress peer) =>
        ((ExtendedActorSystem)system).Provider.DefaultAddress.WithHost(peer.Host).WithPort(peer.Port);
}
