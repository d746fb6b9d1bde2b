using System.Diagnostics;
using System.Text.RegularExpressions;

namespace HotStuff.Host.Tests.Running;

/// <summary>Looks after processes that a test did not start itself.</summary>
internal static partial class Processes
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>The process ids in a line such as "processes run: r0 pid 12, r1 pid 13".</summary>
    public static int[] IdsIn(string line) => [.. Pid().Matches(line).Select(match => int.Parse(match.Groups["id"].Value))];

    /// <summary>Whether a process with this id runs. One that has ended and that nobody has waited for does not.</summary>
    public static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Waits until none of the processes runs; fails, and ends them, when that takes too long.</summary>
    public static async Task AllEndedAsync(IReadOnlyCollection<int> ids)
    {
        var start = Stopwatch.GetTimestamp();
        while (ids.Any(IsRunning) && Stopwatch.GetElapsedTime(start) < Bound)
            await Task.Delay(50);
        var left = ids.Where(IsRunning).ToArray();
        foreach (var id in left)
            Kill(id);
        Assert.Empty(left);
    }

    /// <summary>SIGKILL.</summary>
    public static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends a signal by name, for example <c>TERM</c>.</summary>
    public static async Task SignalAsync(int id, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Reads lines until one contains a text; fails when there is none.</summary>
    public static async Task<string> LineWithAsync(StreamReader output, string text)
    {
        using var timeout = new CancellationTokenSource(RunningCluster.Bound);
        while (await output.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        Assert.Fail($"the program never wrote '{text}'");
        return "";
    }

    [GeneratedRegex("pid (?<id>\\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pid();
}
