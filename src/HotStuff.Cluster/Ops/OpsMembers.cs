using Akka.Actor;
using Akka.Cluster;

namespace HotStuff.Cluster;

/// <summary>Follows the cluster's events and keeps the list of members, one line each, as <c>cluster show</c> prints them.</summary>
internal sealed class OpsMembers : UntypedActor
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Dictionary<UniqueAddress, Member> _members = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];
    private readonly Listing _listing;

    public OpsMembers(Listing listing) => _listing = listing;

    public static Props Props(Listing listing) => Akka.Actor.Props.Create(() => new OpsMembers(listing));

    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.UniqueAddress);
                _unreachable.Remove(removed.Member.UniqueAddress);
                break;
            case ClusterEvent.IMemberEvent changed:
                _members[changed.Member.UniqueAddress] = changed.Member;
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable.Add(unreachable.Member.UniqueAddress);
                break;
            case ClusterEvent.ReachableMember reachable:
                _unreachable.Remove(reachable.Member.UniqueAddress);
                break;
            default:
                Unhandled(message);
                return;
        }

        _listing.Lines = [.. _members.Values.Select(Line).Order(StringComparer.Ordinal)];
    }

    private string Line(Member member) =>
        $"{member.Address} | [{string.Join(',', member.Roles.Order(StringComparer.Ordinal))}] | {member.Status.ToString().ToLowerInvariant()} | "
        + $"{(_unreachable.Contains(member.UniqueAddress) ? "unreachable" : "reachable")} | {member.AppVersion.Version}";

    /// <summary>The list, for other threads.</summary>
    public sealed class Listing
    {
        private volatile string[] _lines = [];

        public IReadOnlyList<string> Lines
        {
            get => _lines;
            set => _lines = [.. value];
        }
    }
}
