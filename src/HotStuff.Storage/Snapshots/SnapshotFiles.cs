using System.Buffers;
using System.Globalization;
using HotStuff.Consensus;
using Microsoft.Win32.SafeHandles;

namespace HotStuff.Storage;

/// <summary>
/// Snapshots in a directory: for each a file of its bytes (HEIGHT.data) and a small one with its manifest and certificate (HEIGHT.head). A head is put in place, whole, after the bytes are on the disk: a
/// snapshot without one is not there. What is being fetched is called fetch.head and fetch.data. Files that are not whole yet have one more ending (.new), and go when the store is opened.
/// </summary>
internal sealed partial class SnapshotFiles : ISnapshotStore, IDisposable
{
    private const string Partial = "fetch";
    private const string Head = ".head";
    private const string Data = ".data";
    private const string New = ".new";
    private const int BufferBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly string _directory;
    private readonly ChainId _chain;
    private readonly ProtocolLimits _limits;
    private readonly bool _flushes;
    private readonly SortedDictionary<Height, StoredSnapshot> _all = [];

    /// <summary>Opens the snapshots in a directory, which is made when there is none.</summary>
    /// <exception cref="StoreException">The directory cannot be used, or a newer program wrote there.</exception>
    public SnapshotFiles(string directory, ChainId chain, ProtocolLimits limits, bool flushes)
    {
        _directory = directory;
        _chain = chain;
        _limits = limits;
        _flushes = flushes;
        Try("read", () =>
        {
            Directory.CreateDirectory(directory);
            foreach (var file in Directory.EnumerateFiles(directory, "*" + Head))
                Open(file);
            TakeBackFetched();
            HashSet<string> known = [.. _all.Keys.Select(NameOf).Append(Partial).SelectMany(name => new[] { name + Head, name + Data })];
            foreach (var file in Directory.EnumerateFiles(directory).Where(file => !known.Contains(Path.GetFileName(file))))
                File.Delete(file);
            return true;
        });
    }

    public IReadOnlyList<StoredSnapshot> All
    {
        get
        {
            lock (_gate)
                return [.. _all.Values];
        }
    }

    public StoredSnapshot Write(SnapshotManifest manifest, ReadOnlySequence<byte> contents)
    {
        // Who executes again after a restart takes the same again: the one that is here may be certified.
        if (Find(manifest.Digest) is { } here && Enumerable.Range(0, manifest.Chunks.Length).All(chunk => ReadChunk(manifest.Digest, chunk) is not null))
            return here;
        return Try("written", () =>
        {
            var data = PathOf(NameOf(manifest.Height) + Data + New);
            try
            {
                using (var file = File.OpenHandle(data, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, manifest.Length))
                {
                    var offset = 0L;
                    foreach (var piece in contents)
                    {
                        RandomAccess.Write(file, piece.Span, offset);
                        offset += piece.Length;
                    }

                    Flush(file);
                }

                return Keep(new StoredSnapshot(manifest, null), data);
            }
            catch
            {
                // On a full disk others need the room.
                File.Delete(data);
                throw;
            }
        });
    }

    public void Certify(CheckpointCertificate certificate)
    {
        lock (_gate)
        {
            if (!_all.TryGetValue(certificate.Height, out var snapshot) || snapshot.Manifest.Digest != certificate.Statement.Snapshot)
                return;
            var certified = snapshot with { Certificate = certificate };
            Try("written", () =>
            {
                Place(WriteHead(NameOf(snapshot.Height), certified));
                return true;
            });
            _all[snapshot.Height] = certified;
        }
    }

    public byte[]? ReadChunk(Digest snapshot, int chunk)
    {
        if (Find(snapshot) is not { Manifest: var manifest } || (uint)chunk >= (uint)manifest.Chunks.Length)
            return null;
        var (start, length) = manifest.RangeOf(chunk);
        var bytes = new byte[length];
        return Read(manifest, start, bytes) switch
        {
            true when manifest.IsChunk(chunk, bytes) => bytes,
            null => null,
            _ => Forget(manifest),
        };
    }

    public byte[]? ReadAll(Digest snapshot)
    {
        if (Find(snapshot) is not { Manifest: var manifest })
            return null;
        var bytes = new byte[manifest.Length];
        if (Read(manifest, 0, bytes) is not true and var damaged)
            return damaged is null ? null : Forget(manifest);
        for (var chunk = 0; chunk < manifest.Chunks.Length; chunk++)
        {
            var (start, length) = manifest.RangeOf(chunk);
            if (!manifest.IsChunk(chunk, bytes.AsSpan(start, length)))
                return Forget(manifest);
        }

        return bytes;
    }

    public void Prune(Height below)
    {
        lock (_gate)
        {
            foreach (var height in _all.Keys.Where(height => height < below).ToList())
                Remove(height);
            if (_fetching is not { IsOpen: true } && ReadHead(PathOf(Partial + Head)) is { } given && given.Height < below)
                Try("removed", RemovePartial);
        }
    }

    public void Remove(Digest snapshot)
    {
        lock (_gate)
        {
            if (_all.Values.FirstOrDefault(one => one.Manifest.Digest == snapshot) is { } found)
                Remove(found.Height);
        }
    }

    /// <summary>Closes the file of what is being fetched.</summary>
    public void Dispose()
    {
        lock (_gate)
            _fetching?.Dispose();
    }

    private static string NameOf(Height height) => height.Number.ToString("d19", CultureInfo.InvariantCulture);

    private string PathOf(string name) => Path.Combine(_directory, name);

    private StoredSnapshot? Find(Digest snapshot)
    {
        lock (_gate)
            return _all.Values.FirstOrDefault(one => one.Manifest.Digest == snapshot);
    }

    private void Open(string file)
    {
        if (ReadHead(file) is not { } snapshot || Path.GetFileNameWithoutExtension(file) != NameOf(snapshot.Height))
            return;
        var data = new FileInfo(Path.ChangeExtension(file, Data));
        if (data.Exists && data.Length == snapshot.Manifest.Length)
            _all.Add(snapshot.Height, snapshot);
    }

    private StoredSnapshot? ReadHead(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length <= SnapshotHead.MaxSize(_limits) ? SnapshotHead.TryDecode(_chain, _limits, File.ReadAllBytes(path), path) : null;
    }

    /// <summary>Makes bytes that are on the disk under another name a snapshot.</summary>
    private StoredSnapshot Keep(StoredSnapshot snapshot, string data)
    {
        lock (_gate)
        {
            var name = NameOf(snapshot.Height);
            // What may fail on a full disk comes before what is here is touched.
            var head = WriteHead(name, snapshot);
            // The head of other bytes must not be found beside these.
            _all.Remove(snapshot.Height);
            File.Delete(PathOf(name + Head));
            File.Move(data, PathOf(name + Data), overwrite: true);
            Place(head);
            _all[snapshot.Height] = snapshot;
            return snapshot;
        }
    }

    /// <summary>Writes a head beside the place where it is to be; answers where.</summary>
    private string WriteHead(string name, StoredSnapshot snapshot)
    {
        var head = PathOf(name + Head + New);
        using var file = File.OpenHandle(head, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, SnapshotHead.Encode(_chain, snapshot), 0);
        Flush(file);
        return head;
    }

    private void Place(string head)
    {
        File.Move(head, head[..^New.Length], overwrite: true);
        if (_flushes)
            DirectoryFlush.Flush(_directory);
    }

    private void Flush(SafeFileHandle file)
    {
        if (_flushes)
            RandomAccess.FlushToDisk(file);
    }

    /// <summary>False when the bytes are not there; null when they cannot be read now, as when too many files are open, which says nothing about them.</summary>
    private bool? Read(SnapshotManifest manifest, long start, Span<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(NameOf(manifest.Height) + Data));
            for (var done = 0; done < bytes.Length;)
            {
                var read = RandomAccess.Read(file, bytes.Slice(done, Math.Min(BufferBytes, bytes.Length - done)), start + done);
                if (read == 0)
                    return false;
                done += read;
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private byte[]? Forget(SnapshotManifest manifest)
    {
        lock (_gate)
        {
            if (_all.TryGetValue(manifest.Height, out var kept) && kept.Manifest.Digest == manifest.Digest)
                Remove(manifest.Height);
        }

        return null;
    }

    private void Remove(Height height)
    {
        _all.Remove(height);
        Try("removed", () =>
        {
            // The head first: without it the rest is nothing, and goes when the store is opened next.
            File.Delete(PathOf(NameOf(height) + Head));
            File.Delete(PathOf(NameOf(height) + Data));
            return true;
        });
    }

    private T Try<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"A snapshot in {_directory} cannot be {what} ({e.Message.ReplaceLineEndings(" ")}): free disk space and check that this user may write there, then start again.", e);
        }
    }
}
