using HotStuff.Cluster;

namespace HotStuff.Web;

/// <summary>Whether a replica has caught up, as far as it can know.</summary>
/// <param name="IsReady">Whether it has.</param>
/// <param name="Reason">Why not, one line; null when it has.</param>
internal sealed record Readiness(bool IsReady, string? Reason)
{
    /// <summary>How many blocks the execution may be behind the commits, and how many views the commits behind the certificates.</summary>
    public const int MaxLag = 100;

    /// <summary>Judges a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="report">How it is; null when it did not say.</param>
    /// <param name="blocks">Its newest blocks, the highest first.</param>
    public static Readiness Of(IOperatedNode node, NodeReport? report, IReadOnlyList<BlockDescription> blocks)
    {
        if (node.IsPaused)
            return Not("an operator paused it");
        if (report is null)
            return Not("it does not answer");
        if (report.Holdings is null)
            return Not("it is starting");

        var status = report.Status;
        var needed = node.Genesis.Committee.Quorum - 1;
        if (status.PeersProven < needed)
            return Not($"{status.PeersProven} peers have proven who they are, {needed} are needed");
        var unexecuted = status.Committed.Number - status.Executed.Number;
        if (unexecuted > MaxLag)
            return Not($"{unexecuted} committed blocks are not executed");
        var behind = status.HighQcView.Number - CommittedView(blocks);
        return behind > MaxLag ? Not($"the last committed block is {behind} views behind the highest certificate") : new Readiness(true, null);
    }

    private static Readiness Not(string reason) => new(false, reason);

    /// <summary>The view of the last committed block; when it is not among the newest ones, at most that of the lowest of them.</summary>
    private static long CommittedView(IReadOnlyList<BlockDescription> blocks) =>
        (blocks.FirstOrDefault(block => block.State == BlockState.Committed) ?? (blocks.Count > 0 ? blocks[^1] : null))?.View.Number ?? 0;
}
