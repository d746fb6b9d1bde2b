using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Remote;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace HotStuff.Cluster;

/// <summary>Who may connect, for the <see cref="PeerGate"/> of a system.</summary>
/// <param name="peers">All other replicas.</param>
internal sealed class PeerGateSetup(IReadOnlyList<PeerAddress> peers) : Setup
{
    /// <summary>All other replicas.</summary>
    public IReadOnlyList<PeerAddress> Peers { get; } = peers;
}

/// <summary>Puts a <see cref="PeerGate"/> above a transport; <c>akka.remote.adapters</c> names it.</summary>
public sealed class PeerGateProvider : ITransportAdapterProvider
{
    /// <inheritdoc/>
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system) => new PeerGate(wrappedTransport, system);
}

/// <summary>
/// Stands between a transport and Akka.Remote and lets nothing through that a replica does not send. Akka.Remote sees only the connections that it made
/// itself, and on those only handshakes and signs of life. What peers send to us it never sees: the gate answers their handshake, takes their frames apart, and
/// hands what is for the entry actor to it as <see cref="InboundFrame"/>.
/// </summary>
/// <remarks>
/// Whoever connects only says which replica it is; its signature over our challenge comes later (<see cref="PeersActor"/>). So a handshake takes
/// nothing away from others: connections of the same name live side by side. Akka.Remote would end the earlier one.
/// </remarks>
internal sealed class PeerGate : Transport, IAssociationEventListener
{
    private readonly Transport _below;
    private readonly ExtendedActorSystem _system;
    private readonly RefusalLog _log;
    private readonly IReadOnlyList<PeerAddress> _configured;
    private readonly TimeSpan _heartbeat;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _handshake;
    private readonly ConcurrentDictionary<InboundLink, bool> _inbound = new();
    private FrozenSet<Address> _peers = FrozenSet<Address>.Empty;
    private ICancelable? _ticking;
    private string _entryPath = "";
    private IActorRef? _entry;

    /// <summary>Above <paramref name="below"/>.</summary>
    public PeerGate(Transport below, ExtendedActorSystem system)
    {
        _below = below;
        _system = system;
        System = system;
        Config = below.Config;
        SchemeIdentifier = below.SchemeIdentifier;
        MaximumPayloadBytes = below.MaximumPayloadBytes;
        Links = OutboundLinks.Of(system);
        _log = new RefusalLog(system, TimeProvider.System);
        _configured = system.Settings.Setup.Get<PeerGateSetup>() is { HasValue: true } setup ? setup.Value.Peers : [];
        var remote = system.Settings.Config.GetConfig("akka.remote");
        _heartbeat = remote.GetTimeSpan("transport-failure-detector.heartbeat-interval");
        _patience = _heartbeat + remote.GetTimeSpan("transport-failure-detector.acceptable-heartbeat-pause");
        _handshake = remote.GetTimeSpan("handshake-timeout");
    }

    /// <summary>The connections that Akka.Remote has made.</summary>
    public OutboundLinks Links { get; }

    /// <summary>Our answer to a handshake.</summary>
    public ByteString Handshake { get; private set; } = ByteString.Empty;

    /// <summary>The path that messages of peers are addressed to.</summary>
    public ReadOnlyMemory<byte> EntryPath { get; private set; }

    /// <inheritdoc/>
    public override bool IsResponsibleFor(Address remote) => _below.IsResponsibleFor(remote);

    /// <inheritdoc/>
    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (local, below) = await _below.Listen();
        _peers = _configured.Select(peer => local.WithHost(peer.Host).WithPort(peer.Port)).ToFrozenSet();
        _entryPath = $"{PathOf(local)}/user/{ConsensusSystem.EntryActor}";
        EntryPath = Encoding.UTF8.GetBytes(_entryPath);
        Handshake = AkkaFrameWriter.Associate(local, AddressUidExtension.Uid(_system));
        _ticking = _system.Scheduler.Advanced.ScheduleRepeatedlyCancelable(_heartbeat, _heartbeat, Tick);
        var above = new TaskCompletionSource<IAssociationEventListener>();
        // Nobody is let in before Akka.Remote says that it has started. It is told of none of them.
        _ = above.Task.ContinueWith(_ => below.TrySetResult(this), TaskScheduler.Default);
        return (local, above);
    }

    /// <inheritdoc/>
    public override async Task<AssociationHandle> Associate(Address remoteAddress) => IsPeer(remoteAddress)
        ? new OutboundLink(await _below.Associate(remoteAddress), this, remoteAddress)
        : throw new InvalidAssociationException($"{remoteAddress} is not a validator");

    /// <inheritdoc/>
    public override Task<bool> Shutdown()
    {
        _ticking?.Cancel();
        return _below.Shutdown();
    }

    /// <inheritdoc/>
    public override Task<bool> ManagementCommand(object message) => _below.ManagementCommand(message);

    /// <inheritdoc/>
    public void Notify(IAssociationEvent ev)
    {
        if (ev is not InboundAssociation inbound)
            return;
        var link = new InboundLink(inbound.Association, this);
        _inbound[link] = true;
        link.Begin();
    }

    /// <summary>The path of a system as actors' paths begin with it.</summary>
    public static string PathOf(Address address) => $"akka.{address.Protocol}://{address.System}@{address.Host}:{address.Port}";

    public bool IsPeer(Address address) => _peers.Contains(address);

    public void Refuse(TransportRefusal reason, Address remote) => _log.Refuse(reason, remote);

    public void Forget(InboundLink link) => _inbound.TryRemove(link, out _);

    public void Deliver(InboundFrame frame)
    {
        // It may not have started yet. Once it is there it stays, or the node ends.
        if (_entry is null or EmptyLocalActorRef)
            _entry = _system.Provider.ResolveActorRef(_entryPath);
        _entry.Tell(frame, ActorRefs.NoSender);
    }

    private void Tick()
    {
        foreach (var link in _inbound.Keys)
            link.Tick(_handshake, _patience);
    }
}
