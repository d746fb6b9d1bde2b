using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.Storage;

/// <summary>Snapshots in memory.</summary>
internal sealed class MemorySnapshots : ISnapshotStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<Height, Kept> _kept = [];

    public IReadOnlyList<StoredSnapshot> All
    {
        get
        {
            lock (_gate)
                return [.. _kept.Values.Select(kept => kept.Snapshot)];
        }
    }

    public StoredSnapshot Write(SnapshotManifest manifest, ReadOnlySequence<byte> contents) =>
        Find(manifest.Digest)?.Snapshot ?? Keep(new StoredSnapshot(manifest, null), contents.ToArray());

    public void Certify(CheckpointCertificate certificate)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(certificate.Height, out var kept) && kept.Snapshot.Manifest.Digest == certificate.Statement.Snapshot)
                _kept[certificate.Height] = kept with { Snapshot = kept.Snapshot with { Certificate = certificate } };
        }
    }

    public byte[]? ReadChunk(Digest snapshot, int chunk)
    {
        if (Find(snapshot) is not { } kept || (uint)chunk >= (uint)kept.Snapshot.Manifest.Chunks.Length)
            return null;
        var (start, length) = kept.Snapshot.Manifest.RangeOf(chunk);
        return kept.Contents.AsSpan(start, length).ToArray();
    }

    public byte[]? ReadAll(Digest snapshot) => Find(snapshot)?.Contents;

    public IPartialSnapshot Fetch(SnapshotManifest manifest, CheckpointCertificate certificate) => new Partial(this, manifest, certificate);

    public void Prune(Height below)
    {
        lock (_gate)
        {
            foreach (var height in _kept.Keys.Where(height => height < below).ToList())
                _kept.Remove(height);
        }
    }

    public void Remove(Digest snapshot)
    {
        lock (_gate)
        {
            if (_kept.Values.FirstOrDefault(kept => kept.Snapshot.Manifest.Digest == snapshot) is { } found)
                _kept.Remove(found.Snapshot.Height);
        }
    }

    private Kept? Find(Digest snapshot)
    {
        lock (_gate)
            return _kept.Values.FirstOrDefault(kept => kept.Snapshot.Manifest.Digest == snapshot);
    }

    private StoredSnapshot Keep(StoredSnapshot snapshot, byte[] contents)
    {
        lock (_gate)
            _kept[snapshot.Height] = new Kept(snapshot, contents);
        return snapshot;
    }

    private sealed record Kept(StoredSnapshot Snapshot, byte[] Contents);

    private sealed class Partial(MemorySnapshots store, SnapshotManifest manifest, CheckpointCertificate certificate) : IPartialSnapshot
    {
        private readonly byte[] _contents = new byte[manifest.Length];
        private readonly SortedSet<int> _missing = [.. Enumerable.Range(0, manifest.Chunks.Length)];

        public SnapshotManifest Manifest => manifest;

        public IEnumerable<int> Missing => _missing;

        public bool Add(int chunk, ReadOnlySpan<byte> bytes)
        {
            if (!manifest.IsChunk(chunk, bytes))
                return false;
            bytes.CopyTo(_contents.AsSpan(manifest.RangeOf(chunk).Start));
            _missing.Remove(chunk);
            return true;
        }

        public StoredSnapshot Complete()
        {
            if (_missing.Count > 0)
                throw new InvalidOperationException($"{_missing.Count} pieces of {manifest} are missing.");
            return store.Keep(new StoredSnapshot(manifest, certificate), _contents);
        }

        public void Dispose()
        {
        }
    }
}
