using HotStuff.Consensus;
using HotStuff.Crypto;
using HotStuff.StateMachine;
using HotStuff.Storage;

namespace HotStuff.Cluster;

/// <summary>
/// A snapshot that is fetched because the blocks below it are gone: first its manifest, piece by piece from one peer, then the contents from several at once, each piece checked by its digest. What has
/// come is on the disk, so a fetch goes on after a restart. Used on the sync actor's thread.
/// </summary>
/// <param name="certificate">What it must be.</param>
/// <param name="namedBy">Who named the checkpoint.</param>
/// <param name="store">Where it goes.</param>
/// <param name="chain">The chain.</param>
/// <param name="limits">The limits of the chain.</param>
internal sealed class SnapshotFetch(
    Verified<CheckpointCertificate> certificate, ReplicaId namedBy, IReplicaStore store, ChainId chain, ProtocolLimits limits) : IDisposable
{
    // How often in a row pieces may fail before the fetch is given up; the protocol asks again.
    private const int MostFailures = 16;

    private readonly MemoryStream _manifest = new();
    private readonly SortedSet<int> _underWay = [];
    private IPartialSnapshot? _partial;
    private PeerLink? _source;
    private int _total;
    private int _failures;

    /// <summary>Who named the checkpoint.</summary>
    public ReplicaId NamedBy => namedBy;

    /// <summary>The snapshot's height.</summary>
    public Height Height => certificate.Value.Height;

    /// <summary>The digest of its manifest.</summary>
    public Digest Snapshot => certificate.Value.Statement.Snapshot;

    /// <summary>Whether too much has failed.</summary>
    public bool IsHopeless => _failures >= MostFailures;

    /// <summary>Whether nothing is under way.</summary>
    public bool IsIdle => _underWay.Count == 0;

    private CheckpointStatement Statement => certificate.Value.Statement;

    /// <summary>The next piece to ask for, and whom; null for none now.</summary>
    /// <param name="best">Whom to ask, if it is open.</param>
    /// <param name="most">How many pieces may be under way.</param>
    public (PeerLink Peer, Piece Piece)? Next(PeerLink best, int most)
    {
        if (IsHopeless || _underWay.Count >= most)
            return null;
        if (_partial is not null)
        {
            foreach (var chunk in _partial.Missing)
            {
                if (_underWay.Add(chunk))
                    return (best, new Piece(false, chunk));
            }

            return null;
        }

        // Pieces of a manifest prove nothing by themselves: all come from one peer, one after the other, so that it is known who lied.
        if (_underWay.Count > 0)
            return null;
        _source ??= best;
        var next = (int)(_manifest.Length / limits.SnapshotChunkBytes);
        _underWay.Add(next);
        return (_source, new Piece(true, next));
    }

    /// <summary>Takes a piece. False when it shows that the peer lied or has not got it; then somebody else is asked.</summary>
    public bool Take(Piece piece, ReadOnlySpan<byte> bytes, int total)
    {
        _underWay.Remove(piece.Index);
        var taken = piece.OfManifest ? TakeManifest(bytes, total) : _partial!.Add(piece.Index, bytes);
        _failures = taken ? 0 : _failures + 1;
        return taken;
    }

    /// <summary>A piece did not come.</summary>
    public void Fail(Piece piece)
    {
        _underWay.Remove(piece.Index);
        _failures++;
        if (piece.OfManifest)
            StartOver();
    }

    /// <summary>With all pieces here: keeps the snapshot and returns its last block, proven; null while pieces are missing, or when the certified snapshot is none of this chain.</summary>
    public Verified<Block>? Complete()
    {
        if (_partial is null || _partial.Missing.Any())
            return null;
        _partial.Complete();
        return store.Snapshots.ReadAll(Snapshot) is { } contents && ReplicatedState.LastBlockOf(contents, limits, chain) is { } block
            ? MessageVerifier.VerifyRoot(certificate, block)
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _partial?.Dispose();
        _manifest.Dispose();
    }

    private bool TakeManifest(ReadOnlySpan<byte> bytes, int total)
    {
        // The first piece says how long the manifest is, at most as long as that of the largest snapshot; memory is taken for what comes.
        if (_manifest.Length == 0)
            _total = total;
        if (bytes.IsEmpty || total != _total || total > SnapshotManifest.MaxEncodedBytes(limits) || _manifest.Length + bytes.Length > total)
            return Refuse();

        _manifest.Write(bytes);
        if (_manifest.Length < _total)
            return bytes.Length == limits.SnapshotChunkBytes || Refuse();
        if (SnapshotManifest.TryDecode(_manifest.GetBuffer().AsSpan(0, _total), limits) is not { } manifest || manifest.Digest != Snapshot
            || manifest.Height != Statement.Height || manifest.Block != Statement.Block)
        {
            return Refuse();
        }

        _partial = store.Snapshots.Fetch(manifest, certificate.Value);
        return true;
    }

    private bool Refuse()
    {
        StartOver();
        return false;
    }

    private void StartOver()
    {
        _source = null;
        _manifest.SetLength(0);
    }

    /// <summary>A piece of the manifest or of the contents.</summary>
    public sealed record Piece(bool OfManifest, int Index);
}
