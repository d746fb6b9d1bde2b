using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// What every replica holds: the state machine, and the client table that makes commands run exactly once. It is a function of the chain:
/// whoever executes the same blocks gets the same results and the same <see cref="Digest"/>. Calls come from one thread at a time.
/// </summary>
public sealed class ReplicatedState
{
    private const byte Version = 2;

    private readonly IStateMachine _machine;
    private readonly ProtocolLimits _limits;
    private ClientTable _clients;
    private Digest? _digest;
    private Height _snapshotHeight = Height.Genesis;
    private long _bytesSinceSnapshot;

    /// <summary>The state after the genesis block.</summary>
    /// <param name="machine">A state machine that has executed nothing and belongs to this object from now on.</param>
    /// <param name="limits">The chain's limits.</param>
    public ReplicatedState(IStateMachine machine, ProtocolLimits limits)
    {
        _machine = machine;
        _limits = limits;
        _clients = new ClientTable(limits);
    }

    /// <summary>The height of the last block executed.</summary>
    public Height Height => Last?.Height ?? Height.Genesis;

    /// <summary>The last block executed; null before the first.</summary>
    public Block? Last { get; private set; }

    /// <summary>
    /// Whether a snapshot is to be taken now, after the last block: <see cref="ProtocolLimits.SnapshotBlocks"/> blocks or <see cref="ProtocolLimits.SnapshotBytes"/> of segments after the last one. A
    /// function of the chain, so that all replicas take the same ones, if whoever executes calls <see cref="MarkSnapshot"/> each time.
    /// </summary>
    public bool IsSnapshotDue =>
        Height.Number - _snapshotHeight.Number >= _limits.SnapshotBlocks || _bytesSinceSnapshot >= _limits.SnapshotBytes;

    /// <summary>Commands that ran since the process started. Not part of the state.</summary>
    public long CommandsExecuted => Counters.CommandsExecuted;

    /// <summary>Commands that came again and did not run again, since the process started. Not part of the state.</summary>
    public long DuplicatesSuppressed => Counters.DuplicatesSuppressed;

    /// <summary>Everything that is counted. Not part of the state.</summary>
    public ClientTableCounters Counters => _clients.Counters;

    /// <summary>How many clients are remembered.</summary>
    public int Sessions => _clients.Sessions;

    /// <summary>
    /// Executes a committed block: each command that has not run, in order. Answers the results of each segment, in order.
    /// </summary>
    /// <exception cref="InvalidOperationException">The block does not follow the last one executed, which is a bug of the
    /// caller.</exception>
    public IReadOnlyList<SegmentResults> Execute(Block block)
    {
        if (block.Height != Height.Next)
            throw new InvalidOperationException($"Asked to execute the block at {block.Height} after the one at {Height}.");

        Last = block;
        if (block.IsEmpty)
            return [];

        _digest = null;
        foreach (var segment in block.Segments)
            _bytesSinceSnapshot += segment.Encoded.Length;
        var results = new SegmentResults[block.Segments.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = _clients.Execute(block.Segments[i], _machine);
        return results;
    }

    /// <summary>The results of commands that have all run before; null when one has not. Changes nothing.</summary>
    public SegmentResults? FindResults(CommandSegment segment) => _clients.Find(segment);

    /// <summary>The highest sequence number of a client's commands that ran; 0 for a client that is not remembered.</summary>
    public long HighestExecuted(ClientId client) => _clients.HighestOf(client);

    /// <summary>Answers a query from the state as it is.</summary>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _machine.Query(query, result);

    /// <summary>
    /// SHA-256 over the digests of state machine and client table: equal if and only if the states are (unless SHA-256 collides). The
    /// height is not part of it, so that empty blocks at the end of a run do not make replicas differ. Costs a pass over the state when
    /// commands have executed since the last call, otherwise nothing.
    /// </summary>
    public Digest Digest()
    {
        if (_digest is { } known)
            return known;

        Span<byte> buffer = stackalloc byte[32 + (2 * Consensus.Digest.Size)];
        var writer = new CanonicalWriter(buffer);
        writer.Tag("hotstuff/state/1"u8);
        writer.Digest(_machine.Digest());
        writer.Digest(SnapshotDigest.Of(_clients.Snapshot));
        var digest = Consensus.Digest.Of(buffer[..writer.Length]);
        _digest = digest;
        return digest;
    }

    /// <summary>The snapshot that is due was taken, or is left out: the next one is due as far from here.</summary>
    public void MarkSnapshot()
    {
        _snapshotHeight = Height;
        _bytesSinceSnapshot = 0;
    }

    /// <summary>
    /// Writes the whole state: version (1 byte, 2), the length of the last block executed (4; 0 before the first), that block, client table, and the state machine's snapshot to the end.
    /// </summary>
    public void Snapshot(IBufferWriter<byte> destination)
    {
        var writer = new CanonicalWriter(destination.GetSpan(1 + 4));
        writer.Byte(Version);
        writer.Int32(Last?.Encoded.Length ?? 0);
        destination.Advance(writer.Length);
        if (Last is { } last)
            destination.Write(last.Encoded.Span);
        _clients.Snapshot(destination);
        _machine.Snapshot(destination);
    }

    /// <summary>The last block that is in a snapshot; null when there is none of this chain.</summary>
    public static Block? LastBlockOf(ReadOnlySpan<byte> snapshot, ProtocolLimits limits, ChainId chain)
    {
        var reader = new CanonicalReader(snapshot);
        // A copy, because the block stays longer than the snapshot.
        return reader.Byte() == Version && reader.Take(reader.Int32()).ToArray() is { Length: > 0 } encoded ? Block.TryDecode(chain, limits, encoded) : null;
    }

    /// <summary>Replaces the state by one that <see cref="Snapshot"/> wrote under the same limits, when it was due.</summary>
    /// <param name="snapshot">The bytes.</param>
    /// <param name="chain">The chain that its block must be of.</param>
    /// <exception cref="InvalidDataException">The bytes are not a snapshot; the state is as before.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot, ChainId chain)
    {
        var reader = new CanonicalReader(snapshot);
        var version = reader.Byte();
        var length = reader.Int32();
        reader.Take(length);
        if (reader.Failed || version != Version)
            throw new InvalidDataException("These bytes are not a snapshot of this version.");
        var last = LastBlockOf(snapshot, _limits, chain);
        if (last is null && length > 0)
            throw new InvalidDataException("The snapshot holds no block of this chain.");
        if (ClientTable.TryRead(ref reader, _limits, Counters) is not { } clients)
            throw new InvalidDataException("The snapshot holds no client table that this chain's limits allow.");

        _machine.Restore(snapshot[reader.Position..]);
        _clients = clients;
        _digest = null;
        Last = last;
        MarkSnapshot();
    }
}
