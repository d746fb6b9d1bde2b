using System.Diagnostics;

namespace HotStuff.Host.Chaos;

/// <summary>A directory on a small filesystem of its own in memory, while this object lives: what was in it before is there, and what is in it then stays.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const long Mebibyte = 1024 * 1024;
    private const long Room = 24 * Mebibyte;

    private readonly string _directory;
    private readonly string _filler;

    private SmallDisk(string directory)
    {
        _directory = directory;
        _filler = Path.Combine(directory, "filler");
    }

    /// <summary>What it takes, for those who do not have it.</summary>
    public static string Needs => "a full disk needs Linux, root and the right to mount a tmpfs";

    /// <summary>Whether this process may mount.</summary>
    public static bool IsPossible { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && CanMount();

    public static async Task<SmallDisk> MountAsync(string directory, CancellationToken cancellationToken)
    {
        var outside = Outside(directory);
        Directory.Move(directory, outside);
        Directory.CreateDirectory(directory);
        var size = new DirectoryInfo(outside).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) + Room;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size / Mebibyte}m", "hotstuff-chaos", directory) is { } problem)
            throw new ProblemException($"no tmpfs could be mounted on {directory}: {problem}");
        Copy(outside, directory);
        cancellationToken.ThrowIfCancellationRequested();
        return new SmallDisk(directory);
    }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = new byte[Mebibyte]; piece.Length > 0;)
        {
            try
            {
                file.Write(piece);
            }
            catch (IOException)
            {
                piece = piece[..(piece.Length / 2)];
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(_filler);

    public async ValueTask DisposeAsync()
    {
        var outside = Outside(_directory);
        Free();
        Directory.Delete(outside, recursive: true);
        Copy(_directory, outside);
        if (await RunAsync("umount", _directory) is { } problem)
            throw new ProblemException($"{_directory} could not be unmounted: {problem}");
        Directory.Delete(_directory);
        Directory.Move(outside, _directory);
    }

    private static string Outside(string directory) => directory + ".outside";

    private static bool CanMount()
    {
        var directory = Directory.CreateTempSubdirectory("hotstuff-");
        try
        {
            // In a mount namespace of its own, which goes with the process.
            using var process = Start("unshare", "--mount", "mount", "-t", "tmpfs", "hotstuff-chaos", directory.FullName);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            directory.Delete();
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in new DirectoryInfo(from).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }
    }

    /// <summary>Runs a program; what it complains about when it fails, and null when it does not.</summary>
    private static async Task<string?> RunAsync(params string[] words)
    {
        using var process = Start(words);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : error.Trim();
    }

    private static Process Start(params string[] words) =>
        Process.Start(new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
}
