namespace HotStuff.Consensus;

/// <summary>What identifies a segment: the same client never uses the same sequence numbers for different commands.</summary>
public readonly record struct SegmentKey(ClientId Client, long FirstSequence, int Count);

/// <summary>
/// A run of one client's commands with consecutive sequence numbers, in one buffer. Commands are never objects on their way from the
/// client's socket to the state machine: gateways, leaders, blocks and stores handle segments, which are slices of what was received.
/// </summary>
/// <remarks>
/// Encoding, integers big-endian: client (16 bytes), first sequence (8), count (4), body length (4), body. The body is, for each command, its length
/// (LEB128, at most 5 bytes) and its bytes.
/// </remarks>
public sealed class CommandSegment
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderSize = ClientId.Size + 8 + 4 + 4;

    /// <summary>The largest sequence number; the first command of a client has sequence number 1.</summary>
    public const long MaxSequence = long.MaxValue / 2;

    private CommandSegment(ClientId client, long firstSequence, int count, ReadOnlyMemory<byte> encoded)
    {
        Client = client;
        FirstSequence = firstSequence;
        Count = count;
        Encoded = encoded;
    }

    /// <summary>Whose commands these are.</summary>
    public ClientId Client { get; }

    /// <summary>The sequence number of the first command, 1 or more.</summary>
    public long FirstSequence { get; }

    /// <summary>How many commands there are, 1 or more.</summary>
    public int Count { get; }

    /// <summary>Header and body.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>What identifies this segment.</summary>
    public SegmentKey Key => new(Client, FirstSequence, Count);

    /// <summary>The length-prefixed commands.</summary>
    public ReadOnlyMemory<byte> Body => Encoded[HeaderSize..];

    /// <summary>Encodes commands into a segment of their own.</summary>
    public static CommandSegment Create(ClientId client, long firstSequence, IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstSequence, 1);
        ArgumentOutOfRangeException.ThrowIfZero(commands.Count);
        var bodyLength = 0;
        foreach (var command in commands)
            bodyLength += Varint.SizeOf(command.Length) + command.Length;

        var encoded = new byte[HeaderSize + bodyLength];
        var position = WriteHeader(encoded, client, firstSequence, commands.Count, bodyLength);
        foreach (var command in commands)
        {
            position += Varint.Write(encoded.AsSpan(position), command.Length);
            command.Span.CopyTo(encoded.AsSpan(position));
            position += command.Length;
        }

        return new CommandSegment(client, firstSequence, commands.Count, encoded);
    }

    /// <summary>Writes the header of a segment and returns its size, for those who lay out the body themselves.</summary>
    public static int WriteHeader(Span<byte> destination, ClientId client, long firstSequence, int count, int bodyLength)
    {
        var writer = new CanonicalWriter(destination);
        writer.UInt128(client.Value);
        writer.Int64(firstSequence);
        writer.Int32(count);
        writer.Int32(bodyLength);
        return writer.Length;
    }

    /// <summary>
    /// Reads one segment from the start of <paramref name="bytes"/>, which may be anything, and moves past it. Null when there is no well-formed
    /// segment: a count or a length that the body does not hold, or sequence numbers out of range. Checks every command's length once, so that
    /// nobody after needs to.
    /// </summary>
    /// <param name="bytes">What is left to read; the segment keeps a slice of it.</param>
    /// <param name="maxCommandBytes">The longest command that is allowed.</param>
    public static CommandSegment? TryRead(ref ReadOnlyMemory<byte> bytes, int maxCommandBytes)
    {
        var reader = new CanonicalReader(bytes.Span);
        var client = new ClientId(reader.UInt128());
        var firstSequence = reader.Int64();
        var count = reader.Int32();
        var bodyLength = reader.Int32();
        var body = reader.Take(bodyLength);
        if (reader.Failed || count < 1 || count > body.Length || firstSequence is < 1 or > MaxSequence)
            return null;

        for (var i = 0; i < count; i++)
        {
            if (!Varint.TryRead(ref body, out var length) || length > maxCommandBytes || length > body.Length)
                return null;
            body = body[length..];
        }

        if (!body.IsEmpty)
            return null;

        var segment = new CommandSegment(client, firstSequence, count, bytes[..reader.Position]);
        bytes = bytes[reader.Position..];
        return segment;
    }

    /// <summary>
    /// Reads all segments of a block's payload. Null when the payload is not exactly a row of well-formed segments with at most
    /// <paramref name="maxCommands"/> commands in all.
    /// </summary>
    public static IReadOnlyList<CommandSegment>? TryReadAll(ReadOnlyMemory<byte> payload, int maxCommands, int maxCommandBytes)
    {
        if (payload.IsEmpty)
            return [];

        var segments = new List<CommandSegment>();
        long commands = 0;
        while (!payload.IsEmpty)
        {
            if (TryRead(ref payload, maxCommandBytes) is not { } segment || (commands += segment.Count) > maxCommands)
                return null;
            segments.Add(segment);
        }

        return segments;
    }

    /// <summary>The commands, in order, as slices.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc/>
    public override string ToString() => $"{Client}:{FirstSequence}+{Count}";

    /// <summary>Walks over the commands of a segment without allocating.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _body;
        private int _position;

        internal Enumerator(CommandSegment segment)
        {
            _body = segment.Body;
            Sequence = segment.FirstSequence - 1;
        }

        /// <summary>The sequence number of <see cref="Current"/>.</summary>
        public long Sequence { get; private set; }

        /// <summary>The command's bytes.</summary>
        public ReadOnlyMemory<byte> Current { get; private set; }

        /// <summary>Moves to the next command.</summary>
        public bool MoveNext()
        {
            if (_position == _body.Length)
                return false;

            var rest = _body.Span[_position..];
            var before = rest.Length;
            Varint.TryRead(ref rest, out var length);
            var start = _position + (before - rest.Length);
            Current = _body.Slice(start, length);
            _position = start + length;
            Sequence++;
            return true;
        }
    }
}
