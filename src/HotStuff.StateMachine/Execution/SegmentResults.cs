using System.Security.Cryptography;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>The result of one command.</summary>
/// <param name="Sequence">The command's sequence number.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Result">What the state machine answered; empty unless <see cref="CommandStatus.Executed"/>.</param>
public readonly record struct CommandResult(long Sequence, CommandStatus Status, ReadOnlyMemory<byte> Result);

/// <summary>
/// The results of one <see cref="CommandSegment"/> in one flat buffer, which goes to the client and stays in the client table as it is.
/// Results are never objects of their own.
/// </summary>
/// <remarks>
/// Encoding: for each command its <see cref="CommandStatus"/> (1 byte), the result's length (LEB128, <see cref="Varint"/>) and its bytes.
/// </remarks>
public sealed class SegmentResults
{
    // Every 64th command's offset, made when a single result is first looked up.
    private const int IndexStep = 64;
    private int[]? _index;

    internal SegmentResults(ClientId client, long firstSequence, int count, ReadOnlyMemory<byte> encoded)
    {
        Client = client;
        FirstSequence = firstSequence;
        Count = count;
        Encoded = encoded;
    }

    /// <summary>Whose commands these were.</summary>
    public ClientId Client { get; }

    /// <summary>The sequence number of the first command, 1 or more.</summary>
    public long FirstSequence { get; }

    /// <summary>The sequence number of the last command.</summary>
    public long LastSequence => FirstSequence + Count - 1;

    /// <summary>How many results there are, 1 or more.</summary>
    public int Count { get; }

    /// <summary>The results, one after the other.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>
    /// Reads results from bytes that may be anything. Null when they are not exactly <paramref name="count"/> well-formed results, or the
    /// sequence numbers are out of range. Checks everything once, so that nobody after needs to; keeps <paramref name="encoded"/>, which
    /// nobody may change any more.
    /// </summary>
    public static SegmentResults? TryRead(ClientId client, long firstSequence, int count, ReadOnlyMemory<byte> encoded)
    {
        if (firstSequence is < 1 or > CommandSegment.MaxSequence || count < 1 || count > encoded.Length / 2)
            return null;

        var rest = encoded.Span;
        for (var i = 0; i < count; i++)
        {
            if (rest.IsEmpty || rest[0] > (byte)CommandStatus.OutsideWindow)
                return null;
            var executed = rest[0] == (byte)CommandStatus.Executed;
            rest = rest[1..];
            if (!Varint.TryRead(ref rest, out var length) || length > rest.Length || (length > 0 && !executed))
                return null;
            rest = rest[length..];
        }

        return rest.IsEmpty ? new SegmentResults(client, firstSequence, count, encoded) : null;
    }

    /// <summary>
    /// What a replica signs for a batch of replies to one client (<see cref="SignedBytes.Reply"/>): SHA-256 over, for each of
    /// <paramref name="batch"/> in order, first sequence (8 bytes, big-endian), count (4), encoded length (4) and <see cref="Encoded"/>.
    /// </summary>
    public static Digest DigestOf(IReadOnlyList<SegmentResults> batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[8 + 4 + 4];
        for (var i = 0; i < batch.Count; i++)
        {
            var results = batch[i];
            var writer = new CanonicalWriter(header);
            writer.Int64(results.FirstSequence);
            writer.Int32(results.Count);
            writer.Int32(results.Encoded.Length);
            hash.AppendData(header);
            hash.AppendData(results.Encoded.Span);
        }

        Span<byte> digest = stackalloc byte[Digest.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }

    /// <summary>The results, in order, as slices.</summary>
    public Enumerator GetEnumerator() => new(Encoded, FirstSequence);

    /// <inheritdoc/>
    public override string ToString() => $"{Client}:{FirstSequence}+{Count}";

    /// <summary>
    /// The result of <paramref name="sequence"/>, which must be one of these. Takes at most <see cref="IndexStep"/> steps, after the first
    /// time.
    /// </summary>
    internal CommandResult Find(long sequence)
    {
        var position = (int)(sequence - FirstSequence);
        _index ??= MakeIndex();
        var start = position / IndexStep;
        var enumerator = new Enumerator(Encoded[_index[start]..], FirstSequence + (start * IndexStep));
        while (enumerator.MoveNext() && enumerator.Current.Sequence < sequence)
        {
        }

        return enumerator.Current;
    }

    private int[] MakeIndex()
    {
        var index = new int[(Count + IndexStep - 1) / IndexStep];
        var enumerator = GetEnumerator();
        for (var i = 0; i < Count; i++)
        {
            if (i % IndexStep == 0)
                index[i / IndexStep] = enumerator.Position;
            enumerator.MoveNext();
        }

        return index;
    }

    /// <summary>Walks over the results of a segment without allocating.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _encoded;
        private long _next;

        internal Enumerator(ReadOnlyMemory<byte> encoded, long firstSequence)
        {
            _encoded = encoded;
            _next = firstSequence;
        }

        /// <summary>The result moved to.</summary>
        public CommandResult Current { get; private set; }

        /// <summary>Where the next result starts.</summary>
        internal int Position { get; private set; }

        /// <summary>Moves to the next result.</summary>
        public bool MoveNext()
        {
            if (Position == _encoded.Length)
                return false;

            var rest = _encoded.Span[Position..];
            var status = (CommandStatus)rest[0];
            rest = rest[1..];
            Varint.TryRead(ref rest, out var length);
            var start = _encoded.Length - rest.Length;
            Current = new CommandResult(_next++, status, _encoded.Slice(start, length));
            Position = start + length;
            return true;
        }
    }
}
