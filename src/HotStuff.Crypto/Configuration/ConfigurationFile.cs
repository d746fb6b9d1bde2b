namespace HotStuff.Crypto;

/// <summary>Reads and writes small files; whatever goes wrong is one line about the file.</summary>
internal static class ConfigurationFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>All bytes of a file of at most <paramref name="maxBytes"/>; reads no more, however long the file is or says it is.</summary>
    public static ReadOnlyMemory<byte> Read(string path, int maxBytes, bool secret = false) => Try(path, "read", () =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (secret && !OperatingSystem.IsWindows())
            RefuseOthers(path, File.GetUnixFileMode(file.SafeFileHandle));

        using var content = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = file.Read(chunk)) > 0)
        {
            content.Write(chunk, 0, read);
            if (content.Length > maxBytes)
                throw new ConfigurationProblemException($"{path}: the file is longer than {maxBytes} bytes; allowed: at most that");
        }

        return (ReadOnlyMemory<byte>)content.ToArray();
    });

    /// <summary>Replaces a file, in one step so that a reader sees the old or the new one.</summary>
    public static void Replace(string path, ReadOnlyMemory<byte> content) => Try(path, "write", () =>
    {
        var next = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(next, content.Span);
        File.Move(next, path, overwrite: true);
        return true;
    });

    /// <summary>Writes a new file that only its owner may read, from its first moment on; refuses when there is a file already.</summary>
    public static void CreateSecret(string path, ReadOnlyMemory<byte> content) => Try(path, "write", () =>
    {
        if (File.Exists(path))
            throw new ConfigurationProblemException($"{path}: the file exists; allowed: a new file, keys are never overwritten");
        WriteSecret(path, content);
        return true;
    });

    /// <summary>Replaces a file that only its owner may read, in one step.</summary>
    public static void ReplaceSecret(string path, ReadOnlyMemory<byte> content) => Try(path, "write", () =>
    {
        var next = $"{path}.{Environment.ProcessId}.tmp";
        File.Delete(next);
        WriteSecret(next, content);
        File.Move(next, path, overwrite: true);
        return true;
    });

    private static void WriteSecret(string path, ReadOnlyMemory<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        file.Write(content.Span);
        file.Flush(flushToDisk: true);
    }

    private static void RefuseOthers(string path, UnixFileMode mode)
    {
        if ((mode & ~OwnerOnly) != UnixFileMode.None)
        {
            var given = Convert.ToString((int)mode, toBase: 8).PadLeft(4, '0');
            throw ConfigurationProblemException.Of(path, "the file mode", given, "0600 or 0400, because the file holds a secret (chmod 600)");
        }
    }

    private static T Try<T>(string path, string verb, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message.ReplaceLineEndings(" ");
            throw new ConfigurationProblemException($"{path}: cannot {verb} the file: {why}", e);
        }
    }
}
