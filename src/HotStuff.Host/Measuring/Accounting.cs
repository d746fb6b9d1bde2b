using HotStuff.Client;

namespace HotStuff.Host.Measuring;

/// <summary>How the commands that clients sent compare with what the replicas say they executed.</summary>
/// <param name="Lost">Acknowledged, but not executed.</param>
/// <param name="Duplicated">Executed more often than sent.</param>
internal readonly record struct Accounting(long Lost, long Duplicated)
{
    /// <summary>Compares counts.</summary>
    /// <param name="submitted">Distinct commands sent.</param>
    /// <param name="committed">Those that were acknowledged.</param>
    /// <param name="executed">What a replica that was there all the time executed meanwhile.</param>
    public static Accounting Of(long submitted, long committed, long executed) =>
        new(Math.Max(0, committed - executed), Math.Max(0, executed - submitted));

    /// <summary>
    /// How many commands were executed between two looks at the replicas: the most that any replica counts that did not restart in between, because
    /// replicas count from their start, and one that fetched a snapshot does not count what lies below it.
    /// </summary>
    public static long Executed(IReadOnlyList<ReplicaStatus> before, IReadOnlyList<ReplicaStatus> after)
    {
        var most = 0L;
        foreach (var status in after)
        {
            if (before.FirstOrDefault(b => b.Replica == status.Replica) is { } earlier && earlier.Uptime <= status.Uptime)
                most = Math.Max(most, status.CommandsExecuted - earlier.CommandsExecuted);
        }

        return most;
    }
}
