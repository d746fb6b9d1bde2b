using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HotStuff.Host.Local;

/// <summary>
/// Remembers a process across runs of this program: its id and when it started, so that another process that got the same id later is not taken for it.
/// </summary>
internal static class PidFile
{
    // Start times are computed from the boot time and can differ a little from reading to reading.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static void Write(string path, Process process) =>
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.StartTime.ToUniversalTime():O}\n"));

    /// <summary>The process that the file names, if it still runs. The caller disposes it.</summary>
    public static Process? FindRunning(string path)
    {
        if (!File.Exists(path))
            return null;

        var fields = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 2
            || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !DateTimeOffset.TryParse(fields[1], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var started))
        {
            throw new ProblemException($"{path} is not a pid file; remove it if no replica of this directory runs");
        }

        Process? process = null;
        try
        {
            process = Process.GetProcessById(id);
            if (!process.HasExited && !IsDead(id) && (process.StartTime.ToUniversalTime() - started.UtcDateTime).Duration() < Tolerance)
                return process;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // No such process, or it ended while we looked, or it is somebody else's.
        }

        process?.Dispose();
        return null;
    }

    // A killed process that nobody has waited for yet still has its id (proc_pid_stat(5): the state stands behind the name in parentheses).
    private static bool IsDead(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }
}
