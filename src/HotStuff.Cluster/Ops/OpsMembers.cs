using Akka.Actor;
using Akka.Cluster;

namespace HotStuff.Cluster;

/// <summary>Follows the cluster's events: keeps the list of members, and tells those who watch what changes.</summary>
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

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        _listing.Changes.Complete();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.UniqueAddress);
                _unreachable.Remove(removed.Member.UniqueAddress);
                Tell(removed.Member, "removed");
                break;
            case ClusterEvent.IMemberEvent changed:
                _members[changed.Member.UniqueAddress] = changed.Member;
                Tell(changed.Member, StatusOf(changed.Member));
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable.Add(unreachable.Member.UniqueAddress);
                Tell(unreachable.Member, "unreachable");
                break;
            case ClusterEvent.ReachableMember reachable:
                _unreachable.Remove(reachable.Member.UniqueAddress);
                Tell(reachable.Member, "reachable");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Tell(Member member, string change)
    {
        _listing.Members = [.. _members.Values.Select(Describe).OrderBy(known => known.Address, StringComparer.Ordinal)];
        _listing.Changes.Publish($"{member.Address} is {change}");
    }

    private OpsMember Describe(Member member) => new(
        member.Address.ToString(),
        [.. member.Roles.Order(StringComparer.Ordinal)],
        StatusOf(member),
        !_unreachable.Contains(member.UniqueAddress),
        member.AppVersion.Version);

    private static string StatusOf(Member member) => member.Status.ToString().ToLowerInvariant();

    /// <summary>The list, and what changes in it, for other threads.</summary>
    public sealed class Listing
    {
        private volatile OpsMember[] _members = [];

        public IReadOnlyList<OpsMember> Members
        {
            get => _members;
            set => _members = [.. value];
        }

        public Broadcast<string> Changes { get; } = new(remembered: 0);
    }
}
