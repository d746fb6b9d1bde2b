using System.Diagnostics;
using Xunit.Abstractions;

namespace HotStuff.Storage.Tests;

/// <summary>A small file system, to be filled. Only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Null, with a line that says so, where it cannot be mounted.</summary>
    public static SmallDisk? TryMount(string path, string size, ITestOutputHelper output)
    {
        Directory.CreateDirectory(path);
        if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path) == 0)
            return new SmallDisk(path);
        output.WriteLine("skipped: only root may mount a small file system to fill");
        return null;
    }

    public void Dispose() => Run("umount", "-l", Path);

    private static int Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
