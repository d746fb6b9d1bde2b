using System.Buffers;
using System.Globalization;
using HotStuff.Consensus;
using Microsoft.Win32.SafeHandles;

namespace HotStuff.Storage;

/// <summary>
/// Snapshots in a directory: for each a file of its bytes (HEIGHT.data) and a small one with its manifest and certificate (HEIGHT.head). A head is put in place, whole, after the bytes are on the disk: a
/// snapshot without one is not there. What is being fetched is called fetch.head and fetch.data.
/// </summary>
internal sealed class SnapshotFiles : ISnapshotStore
{
    private const string Partial = "fetch";
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
            foreach (var file in Directory.EnumerateFiles(directory, "*.head"))
                Open(file);
            foreach (var file in Directory.EnumerateFiles(directory))
            {
                if (!IsKnown(Path.GetFileNameWithoutExtension(file)))
                    File.Delete(file);
            }

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

    public StoredSnapshot Write(SnapshotManifest manifest, ReadOnlySequence<byte> contents) => Try("written", () =>
    {
        var data = NameOf(manifest.Height) + ".new";
        using (var file = File.OpenHandle(PathOf(data), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, manifest.Length))
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
    });

    public void Certify(CheckpointCertificate certificate)
    {
        lock (_gate)
        {
            if (!_all.TryGetValue(certificate.Height, out var snapshot) || snapshot.Manifest.Digest != certificate.Statement.Snapshot)
                return;
            var certified = snapshot with { Certificate = certificate };
            Try("written", () =>
            {
                WriteHead(NameOf(snapshot.Height), certified);
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
        return Read(manifest, start, bytes) && manifest.IsChunk(chunk, bytes) ? bytes : Forget(manifest);
    }

    public byte[]? ReadAll(Digest snapshot)
    {
        if (Find(snapshot) is not { Manifest: var manifest })
            return null;
        var bytes = new byte[manifest.Length];
        if (!Read(manifest, 0, bytes))
            return Forget(manifest);
        for (var chunk = 0; chunk < manifest.Chunks.Length; chunk++)
        {
            var (start, length) = manifest.RangeOf(chunk);
            if (!manifest.IsChunk(chunk, bytes.AsSpan(start, length)))
                return Forget(manifest);
        }

        return bytes;
    }

    public IPartialSnapshot Fetch(SnapshotManifest manifest, CheckpointCertificate certificate) => Try("written", () =>
    {
        var wanted = new StoredSnapshot(manifest, certificate);
        if (ReadHead(PathOf(Partial + ".head"))?.Manifest.Digest != manifest.Digest)
        {
            File.Delete(PathOf(Partial + ".head"));
            File.Delete(PathOf(Partial + ".data"));
        }

        WriteHead(Partial, wanted);
        return new PartialFile(this, wanted, File.OpenHandle(PathOf(Partial + ".data"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    });

    public void Prune(Height below)
    {
        lock (_gate)
        {
            foreach (var height in _all.Keys.Where(height => height < below).ToList())
                Remove(height);
        }
    }

    private static string NameOf(Height height) => height.Number.ToString("d19", CultureInfo.InvariantCulture);

    private string PathOf(string name) => Path.Combine(_directory, name);

    private bool IsKnown(string name) => name == Partial || _all.Values.Any(snapshot => NameOf(snapshot.Height) == name);

    private StoredSnapshot? Find(Digest snapshot)
    {
        lock (_gate)
            return _all.Values.FirstOrDefault(one => one.Manifest.Digest == snapshot);
    }

    private void Open(string file)
    {
        if (Path.GetFileNameWithoutExtension(file) == Partial || ReadHead(file) is not { } snapshot)
            return;
        var data = new FileInfo(Path.ChangeExtension(file, ".data"));
        if (Path.GetFileNameWithoutExtension(file) == NameOf(snapshot.Height) && data.Exists && data.Length == snapshot.Manifest.Length)
            _all.Add(snapshot.Height, snapshot);
    }

    private StoredSnapshot? ReadHead(string file) =>
        File.Exists(file) ? SnapshotHead.TryDecode(_chain, _limits, File.ReadAllBytes(file), file) : null;

    /// <summary>Makes bytes that are on the disk under another name a snapshot.</summary>
    private StoredSnapshot Keep(StoredSnapshot snapshot, string data)
    {
        lock (_gate)
        {
            var name = NameOf(snapshot.Height);
            // The head of other bytes must not be found beside these.
            if (_all.Remove(snapshot.Height))
                File.Delete(PathOf(name + ".head"));
            File.Move(PathOf(data), PathOf(name + ".data"), overwrite: true);
            WriteHead(name, snapshot);
            _all[snapshot.Height] = snapshot;
            return snapshot;
        }
    }

    private void WriteHead(string name, StoredSnapshot snapshot)
    {
        var next = PathOf(name + ".new");
        using (var file = File.OpenHandle(next, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, SnapshotHead.Encode(_chain, snapshot), 0);
            Flush(file);
        }

        File.Move(next, PathOf(name + ".head"), overwrite: true);
        if (_flushes)
            DirectoryFlush.Flush(_directory);
    }

    private void Flush(SafeFileHandle file)
    {
        if (_flushes)
            RandomAccess.FlushToDisk(file);
    }

    private bool Read(SnapshotManifest manifest, long start, Span<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(NameOf(manifest.Height) + ".data"));
            for (var done = 0; done < bytes.Length;)
            {
                var read = RandomAccess.Read(file, bytes.Slice(done, Math.Min(BufferBytes, bytes.Length - done)), start + done);
                if (read == 0)
                    return false;
                done += read;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
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
            File.Delete(PathOf(NameOf(height) + ".head"));
            File.Delete(PathOf(NameOf(height) + ".data"));
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

    private sealed class PartialFile : IPartialSnapshot
    {
        private readonly SnapshotFiles _files;
        private readonly StoredSnapshot _snapshot;
        private readonly SafeFileHandle _file;
        private readonly SortedSet<int> _missing = [];

        /// <summary>What is in the file already is found by its digests.</summary>
        public PartialFile(SnapshotFiles files, StoredSnapshot snapshot, SafeFileHandle file)
        {
            _files = files;
            _snapshot = snapshot;
            _file = file;
            var buffer = new byte[Manifest.ChunkBytes];
            for (var chunk = 0; chunk < Manifest.Chunks.Length; chunk++)
            {
                var (start, length) = Manifest.RangeOf(chunk);
                var read = RandomAccess.Read(file, buffer.AsSpan(0, length), start);
                if (!Manifest.IsChunk(chunk, buffer.AsSpan(0, read)))
                    _missing.Add(chunk);
            }
        }

        public SnapshotManifest Manifest => _snapshot.Manifest;

        public IEnumerable<int> Missing => _missing;

        public bool Add(int chunk, ReadOnlySpan<byte> bytes)
        {
            if (!Manifest.IsChunk(chunk, bytes))
                return false;
            var copy = bytes.ToArray();
            _files.Try("written", () =>
            {
                RandomAccess.Write(_file, copy, Manifest.RangeOf(chunk).Start);
                return true;
            });
            _missing.Remove(chunk);
            return true;
        }

        public StoredSnapshot Complete()
        {
            if (_missing.Count > 0)
                throw new InvalidOperationException($"{_missing.Count} pieces of {Manifest} are missing.");
            return _files.Try("written", () =>
            {
                RandomAccess.SetLength(_file, Manifest.Length);
                _files.Flush(_file);
                _file.Dispose();
                var kept = _files.Keep(_snapshot, Partial + ".data");
                File.Delete(_files.PathOf(Partial + ".head"));
                return kept;
            });
        }

        public void Dispose() => _file.Dispose();
    }
}
