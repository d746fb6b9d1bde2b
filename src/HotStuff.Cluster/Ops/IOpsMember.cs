using Akka.Actor;

namespace HotStuff.Cluster;

/// <summary>A process in the operators' cluster, whether there is a replica in it or not. Safe to use from any thread.</summary>
public interface IOpsMember
{
    /// <summary>The membership of the operators' cluster; null when the process is in none (any more).</summary>
    OpsSystem? Ops { get; }

    /// <summary>The process's ActorSystems, for looking at.</summary>
    IReadOnlyList<ActorSystem> Systems { get; }

    /// <summary>Joins the operators' cluster (again), when the process is in none.</summary>
    /// <returns>False when it is a member already, or its settings do not want it to be.</returns>
    bool JoinOps();
}
