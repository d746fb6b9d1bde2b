using System.Diagnostics;
using HotStuff.Simulation;
using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>Shows how far a range of seeds is: a bar on a terminal, a line a second elsewhere.</summary>
internal static class SeedProgress
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    /// <summary>Shows it until <paramref name="work"/> has ended, and answers what came of it.</summary>
    public static async Task<SeedRangeResult> ShowAsync(SeedRange range, Task<SeedRangeResult> work)
    {
        var start = Stopwatch.GetTimestamp();
        if (Terminal.IsLive)
        {
            await Terminal.Output.Progress().AutoClear(enabled: true).Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("", maxValue: range.Count);
                    while (await Task.WhenAny(work, Task.Delay(BarInterval, CancellationToken.None)) != work)
                    {
                        bar.Value = range.Done;
                        bar.Description = Markup.Escape(Describe());
                    }
                });
        }
        else
        {
            while (await Task.WhenAny(work, Task.Delay(LineInterval, CancellationToken.None)) != work)
                Terminal.Line($"{Stopwatch.GetElapsedTime(start).TotalSeconds,5:0.0} s  {Describe()}");
        }

        return await work;

        string Describe() =>
            $"{range.Done:N0} of {range.Count:N0} seeds, {range.Done / Stopwatch.GetElapsedTime(start).TotalSeconds:N0}/s, {range.Violated:N0} violations";
    }
}
