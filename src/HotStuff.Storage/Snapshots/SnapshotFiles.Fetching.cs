using HotStuff.Consensus;
using Microsoft.Win32.SafeHandles;

namespace HotStuff.Storage;

/// <content>The snapshot that is being fetched.</content>
internal sealed partial class SnapshotFiles
{
    private PartialFile? _fetching;

    public IPartialSnapshot Fetch(SnapshotManifest manifest, CheckpointCertificate certificate) => Try("written", () =>
    {
        var wanted = new StoredSnapshot(manifest, certificate);
        lock (_gate)
        {
            // Whoever still holds it must not finish it with the bytes of this one.
            _fetching?.Dispose();
            if (ReadHead(PathOf(Partial + Head))?.Manifest.Digest != manifest.Digest)
                RemovePartial();

            Place(WriteHead(Partial, wanted));
            return _fetching = new PartialFile(this, wanted, File.OpenHandle(PathOf(Partial + Data), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
    });

    /// <summary>A crash while a fetched snapshot was finished may have come when its bytes had their new name already, and no head: they are what was being fetched again.</summary>
    private void TakeBackFetched()
    {
        if (ReadHead(PathOf(Partial + Head)) is not { } fetched || _all.ContainsKey(fetched.Height) || File.Exists(PathOf(Partial + Data)))
            return;
        var data = PathOf(NameOf(fetched.Height) + Data);
        if (File.Exists(data))
            File.Move(data, PathOf(Partial + Data));
    }

    private bool RemovePartial()
    {
        File.Delete(PathOf(Partial + Head));
        File.Delete(PathOf(Partial + Data));
        return true;
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

        public bool IsOpen => !_file.IsClosed;

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
                var kept = _files.Keep(_snapshot, _files.PathOf(Partial + Data));
                File.Delete(_files.PathOf(Partial + Head));
                return kept;
            });
        }

        public void Dispose() => _file.Dispose();
    }
}
