namespace HotStuff.Crypto;

/// <summary>
/// Held by the one process that uses a key file: a replica that runs twice contradicts itself. The lock is a file beside the key, and goes with the process, however that ends. It guards one
/// machine, or one shared disk; two copies of a key on two machines are noticed by the other replicas.
/// </summary>
public sealed class KeyLock : IDisposable
{
    private readonly FileStream? _file;

    private KeyLock(FileStream? file) => _file = file;

    /// <summary>Whether nobody else can take the lock now. Not where the directory may not be written, as when keys are mounted read-only.</summary>
    public bool IsHeld => _file is not null;

    /// <summary>Takes the lock of a key file.</summary>
    /// <exception cref="ConfigurationProblemException">Another process holds it.</exception>
    public static KeyLock Acquire(string keyFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyFile);
        var path = keyFile + ".lock";
        try
        {
            return new KeyLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            return new KeyLock(null);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException || IsReadOnly(e))
        {
            return new KeyLock(null);
        }
        catch (IOException e)
        {
            throw new ConfigurationProblemException(
                $"{keyFile}: another process uses this key ({path} is locked); allowed: one process for each key, because two contradict each other: stop that one", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // EROFS: .NET has no exception of its own for it.
    private static bool IsReadOnly(IOException e) => (e.HResult & 0xffff) == 30;
}
