using Microsoft.Win32.SafeHandles;

namespace HotStuff.Crypto;

/// <summary>
/// Keeps a second process on this machine from running with the same key, which would make the replica contradict itself: a file beside the key file, locked while the process lives, whatever ends
/// it. The file stays when the lock is given back: another process may be about to lock it.
/// </summary>
public sealed class KeyLock : IDisposable
{
    private const string Ending = ".lock";
    private const int ReadOnlyFileSystem = 30;

    private readonly SafeFileHandle? _file;

    private KeyLock(SafeFileHandle? file) => _file = file;

    /// <summary>Whether anything is locked. Not so where the lock's file can neither be made nor opened, as beside keys that a container gets in a read-only directory.</summary>
    public bool IsHeld => _file is { IsClosed: false };

    /// <summary>Locks a key file.</summary>
    /// <param name="keyFile">The key file; by whatever symbolic link it is named, the lock is the same.</param>
    /// <exception cref="ConfigurationProblemException">Another process has it, or there is no such file, or no room for the lock's.</exception>
    public static KeyLock Acquire(string keyFile)
    {
        try
        {
            var path = (File.ResolveLinkTarget(keyFile, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(keyFile)) + Ending;
            // A file that another user made can still be locked through reading it.
            return new KeyLock(TryOpen(keyFile, path, FileAccess.ReadWrite) ?? TryOpen(keyFile, path, FileAccess.Read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message.ReplaceLineEndings(" ");
            throw new ConfigurationProblemException($"{keyFile}: cannot lock the file: {why}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Null when this user may not.</summary>
    private static SafeFileHandle? TryOpen(string keyFile, string path, FileAccess access)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, access, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException e) when (e.HResult == ReadOnlyFileSystem)
        {
            return null;
        }
        catch (IOException e) when (IsLocked(e))
        {
            throw new ConfigurationProblemException(
                $"{keyFile}: another process on this machine runs with this key ({path} is locked): stop that one, or give this one the key file of another replica", e);
        }
    }

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows: .NET has no exception of its own for a locked file.
    private static bool IsLocked(IOException e) => e.HResult is 11 or 35 || e.HResult == unchecked((int)0x80070020);
}
