using System.Diagnostics;

namespace HotStuff.Host.Local;

/// <summary>What a process has used so far.</summary>
/// <param name="CpuSeconds">Processor time, user and system.</param>
/// <param name="RssBytes">Memory that it occupies now.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long RssBytes)
{
    /// <summary>Reads the figures of a process; null when it has ended.</summary>
    public static ProcessUsage? Of(Process process)
    {
        try
        {
            process.Refresh();
            return new ProcessUsage(process.TotalProcessorTime.TotalSeconds, process.WorkingSet64);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
