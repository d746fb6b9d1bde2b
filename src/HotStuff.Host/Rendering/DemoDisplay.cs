using System.Diagnostics;
using HotStuff.Client;
using HotStuff.Crypto;
using HotStuff.Host.Measuring;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HotStuff.Host.Rendering;

/// <summary>
/// Shows the demo while it runs, redrawn in place on a terminal and as lines elsewhere, and what happened in it.
/// </summary>
internal sealed class DemoDisplay(Genesis genesis, DemoWorkload workload)
{
    private static readonly TimeSpan AnswerBound = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly RateMeter _rate = new(() => workload.Committed);
    private readonly List<string> _story = [];
    private readonly Lock _lock = new();

    /// <summary>Notes what happened, with the time.</summary>
    public void Tell(string what)
    {
        var line = $"{Stopwatch.GetElapsedTime(_start).TotalSeconds,5:0.0} s  {what}";
        lock (_lock)
            _story.Add(line);
        if (!Terminal.IsLive)
            Terminal.Line(line);
    }

    /// <summary>Shows the cluster until <paramref name="work"/> has ended, and lets its exception through.</summary>
    public async Task ShowAsync(Task work, CancellationToken cancellationToken)
    {
        if (Terminal.IsLive)
        {
            await Terminal.Output.Live(new Text("")).StartAsync(async live =>
            {
                while (await Task.WhenAny(work, Task.Delay(LiveInterval, CancellationToken.None)) != work)
                    live.UpdateTarget(Picture(await AskAsync(cancellationToken)));
                live.UpdateTarget(Picture(await AskAsync(cancellationToken)));
            });
        }
        else
        {
            while (await Task.WhenAny(work, Task.Delay(LineInterval, CancellationToken.None)) != work)
                Terminal.Line($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,5:0.0} s  {Summary(await AskAsync(cancellationToken))}");
        }

        await work;
    }

    private async Task<IReadOnlyList<NodeStatus?>> AskAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new NodeStatus?[genesis.Validators.Length]
        : await HotStuffClient.AskStatusAsync(genesis, includeDigest: false, AnswerBound, cancellation: cancellationToken);

    private string Summary(IReadOnlyList<NodeStatus?> answers)
    {
        var reachable = answers.OfType<NodeStatus>().ToArray();
        var latest = reachable.MaxBy(status => status.View);
        var latency = workload.RecentLatencies();
        return $"view {latest?.View.Number}, leader {latest?.Leader}, {reachable.Length} of {answers.Count} up, {workload.Committed,6:N0} done, "
            + $"{_rate.Next(),6:N0}/s, latency p50 {latency.P50:0.0} ms, p99 {latency.P99:0.0} ms";
    }

    private Rows Picture(IReadOnlyList<NodeStatus?> answers)
    {
        lock (_lock)
        {
            return new Rows(
            [
                new Text(Summary(answers)),
                StatusTable.Of(genesis, answers),
                .. _story.Select(IRenderable (line) => new Text(line)),
            ]);
        }
    }
}
