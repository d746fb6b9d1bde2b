using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HotStuff.Host.Local;

/// <summary>Ends processes politely, or not at all politely, and stops the time for them.</summary>
internal static partial class ProcessSignals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    // These two have other numbers on BSD.
    private static readonly int SigStop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int SigContinue = OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>Asks a process to stop: SIGTERM. Where there are no signals it is ended at once.</summary>
    public static void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows())
            process.Kill();
        else
            _ = Kill(process.Id, SigTerm);
    }

    /// <summary>SIGKILL to this process: nothing after this runs, no handler, no flush.</summary>
    public static void KillSelf()
    {
        if (OperatingSystem.IsWindows())
            Process.GetCurrentProcess().Kill();
        else
            _ = Kill(Environment.ProcessId, SigKill);
    }

    /// <summary>SIGSTOP: the process does nothing until <see cref="Thaw"/>. Not on Windows.</summary>
    public static void Freeze(int processId) => _ = Kill(processId, SigStop);

    /// <summary>SIGCONT.</summary>
    public static void Thaw(int processId) => _ = Kill(processId, SigContinue);

    /// <summary>Waits until the process has ended, at most <paramref name="bound"/>; then ends it with SIGKILL.</summary>
    public static async Task WaitOrKillAsync(Process process, TimeSpan bound)
    {
        using var timeout = new CancellationTokenSource(bound);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
