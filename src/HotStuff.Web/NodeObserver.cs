using HotStuff.Cluster;

namespace HotStuff.Web;

/// <summary>
/// Asks the node how it is, for all who want to know: however many ask, the replica is asked a few times a second at most.
/// </summary>
internal sealed class NodeObserver(IOperatedNode node, TimeProvider time)
{
    /// <summary>How many blocks are kept at hand.</summary>
    public const int NewestBlocks = 24;

    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<NodeReport?>? _report;
    private long _reportAt;
    private IReadOnlyList<BlockDescription>? _blocks;
    private long _blocksAt;

    /// <summary>The node's report, not older than a moment; null when it does not answer in time.</summary>
    public Task<NodeReport?> ReportAsync()
    {
        lock (_lock)
        {
            if (_report is null || time.GetElapsedTime(_reportAt) >= Fresh)
            {
                _reportAt = time.GetTimestamp();
                _report = AskAsync();
            }

            return _report;
        }
    }

    /// <summary>The <see cref="NewestBlocks"/> newest blocks, not older than a moment, the highest first.</summary>
    public IReadOnlyList<BlockDescription> Blocks()
    {
        lock (_lock)
        {
            if (_blocks is null || time.GetElapsedTime(_blocksAt) >= Fresh)
            {
                _blocks = node.Blocks(NewestBlocks);
                _blocksAt = time.GetTimestamp();
            }

            return _blocks;
        }
    }

    /// <summary>The node's report as <see cref="ReportAsync"/> gives it, and what it says of whether the replica has caught up.</summary>
    public async Task<(NodeReport? Report, Readiness Readiness)> LookAsync()
    {
        if (node.ConsensusSystem.WhenTerminated.IsCompleted)
            return (null, new Readiness(false, "the node has ended"));
        var report = await ReportAsync();
        return (report, Readiness.Of(node, report, Blocks()));
    }

    private async Task<NodeReport?> AskAsync()
    {
        using var bound = new CancellationTokenSource(AnswerBound, time);
        try
        {
            return await node.ReportAsync(withDigest: false, bound.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
