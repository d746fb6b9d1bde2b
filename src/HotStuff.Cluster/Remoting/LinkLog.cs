using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace HotStuff.Cluster;

/// <summary>Writes one line when the connection to a configured peer comes or goes, whatever number of events Akka makes of it.</summary>
public sealed class LinkLog : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Address, bool?> _up;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public LinkLog(IEnumerable<Address> peers) => _up = peers.ToDictionary(peer => peer, _ => (bool?)null);

    /// <summary>Props of the actor.</summary>
    /// <param name="peers">The peers; events about others, who may be anybody, are ignored.</param>
    public static Props Props(IEnumerable<Address> peers) => Akka.Actor.Props.Create(() => new LinkLog(peers));

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(RemotingLifecycleEvent));

    /// <inheritdoc/>
    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AssociatedEvent { IsInbound: false } connected:
                Changed(connected.RemoteAddress, up: true, "connected");
                break;
            case DisassociatedEvent { IsInbound: false } disconnected:
                Changed(disconnected.RemoteAddress, up: false, "disconnected");
                break;
            case AssociationErrorEvent { IsInbound: false } failed:
                Changed(failed.RemoteAddress, up: false, "not reachable");
                break;
            case QuarantinedEvent quarantined when _up.ContainsKey(quarantined.Address):
                _log.Warning("peer {0} is quarantined by Akka.Remote: it is unreachable until one side restarts", Short(quarantined.Address));
                break;
        }
    }

    private void Changed(Address peer, bool up, string what)
    {
        if (!_up.TryGetValue(peer, out var before) || before == up)
            return;
        _up[peer] = up;
        _log.Info("peer {0} {1}", Short(peer), what);
    }

    private static string Short(Address peer) => $"{peer.Host}:{peer.Port}";
}
