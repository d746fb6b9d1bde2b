using HotStuff.Client;
using HotStuff.Cluster;
using HotStuff.Consensus;
using HotStuff.Crypto;

namespace HotStuff.Host.Local;

/// <summary>Waits for replicas to answer clients and to know each other.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the replicas of a cluster on this machine may take to start at most. Each needs some seconds of a processor, and all of them start at the same time on the few
    /// that there are.
    /// </summary>
    public static TimeSpan BoundFor(int replicas) => TimeSpan.FromSeconds(60 + (5 * replicas));

    /// <summary>Waits until every replica answers and is linked with a quorum.</summary>
    /// <param name="genesis">The replicas and where they listen.</param>
    /// <param name="members">The replicas to wait for.</param>
    /// <param name="problem">Says in one line why waiting for a replica is pointless; null when it is not.</param>
    /// <param name="bound">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task WaitAsync(
        Genesis genesis, IReadOnlyList<ReplicaId> members, Func<ReplicaId, string?> problem, TimeSpan bound, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answers = await HotStuffClient.AskStatusAsync(genesis, includeDigest: false, AnswerBound, cancellation: cancellationToken);
            var unready = members.Where(id => !IsReady(answers[id.Index], genesis.Committee)).ToArray();
            if (unready.Length == 0)
                return;
            if (unready.Select(problem).FirstOrDefault(line => line is not null) is { } hopeless)
                throw new ProblemException(hopeless);
            if (TimeProvider.System.GetElapsedTime(start) > bound)
                throw new ProblemException($"not ready after {bound.TotalSeconds:0} s: {string.Join(", ", unready)}");
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Waits until a node listens for operator commands, which it does a moment after it answers clients; does not wait when its settings do not want that.</summary>
    public static async Task WaitForCommandsAsync(CommandSettings settings, ReplicaPorts ports, TimeSpan bound, CancellationToken cancellationToken)
    {
        var port = settings.Port == 0 ? ports.Command : settings.Port;
        var start = TimeProvider.System.GetTimestamp();
        while (settings.Enabled && PortProbe.IsFree(port))
        {
            if (TimeProvider.System.GetElapsedTime(start) > bound)
                throw new ProblemException($"no operator commands on port {port} after {bound.TotalSeconds:0} s");
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Whether a replica answers and is linked with a quorum: it counts itself in that, but not among its proven peers.</summary>
    public static bool IsReady(NodeStatus? status, Committee committee) => status?.PeersProven >= committee.Quorum - 1;
}
