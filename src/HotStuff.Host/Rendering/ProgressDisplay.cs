using System.Diagnostics;
using Spectre.Console;

namespace HotStuff.Host.Rendering;

/// <summary>Shows that something long is going on: a bar on a terminal, a line a second elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    /// <summary>Shows progress until <paramref name="work"/> has ended, and lets its exception through.</summary>
    /// <param name="work">What is going on.</param>
    /// <param name="expected">How long it should take.</param>
    /// <param name="detail">What to say about it now, in a few words.</param>
    public static async Task ShowAsync(Task work, TimeSpan expected, Func<string> detail)
    {
        var start = Stopwatch.GetTimestamp();
        if (Terminal.IsLive)
        {
            await Terminal.Output.Progress().AutoClear(enabled: true).Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("", maxValue: expected.TotalSeconds);
                    while (!work.IsCompleted)
                    {
                        await Task.WhenAny(work, Task.Delay(BarInterval, CancellationToken.None));
                        bar.Value = Stopwatch.GetElapsedTime(start).TotalSeconds;
                        bar.Description = Markup.Escape(detail());
                    }
                });
        }
        else
        {
            while (await Task.WhenAny(work, Task.Delay(LineInterval, CancellationToken.None)) != work)
                Terminal.Line($"{Stopwatch.GetElapsedTime(start).TotalSeconds,5:0.0} s  {detail()}");
        }

        await work;
    }
}
