namespace HotStuff.Cluster;

/// <summary>A member of the operators' cluster, as another sees it.</summary>
/// <param name="Address">Where it is: <c>akka.tcp://ops@host:port</c>.</param>
/// <param name="Roles">Its roles, in order.</param>
/// <param name="Status">What it is in the cluster: <c>joining</c>, <c>weaklyup</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c>, <c>down</c>.</param>
/// <param name="IsReachable">Whether its heartbeats arrive.</param>
/// <param name="Version">The version of its program.</param>
public sealed record OpsMember(string Address, IReadOnlyList<string> Roles, string Status, bool IsReachable, string Version)
{
    /// <summary>Whether <paramref name="address"/> names it: the whole address, or <c>host:port</c>.</summary>
    public bool IsAt(string address) => Address == address || Address.EndsWith($"@{address}", StringComparison.Ordinal);

    /// <summary>The line of <c>cluster show</c>.</summary>
    public override string ToString() => $"{Address} | [{string.Join(',', Roles)}] | {Status} | {(IsReachable ? "reachable" : "unreachable")} | {Version}";
}
