using Google.Protobuf;
using HotStuff.Client.Wire;
using HotStuff.Consensus;

namespace HotStuff.Client.Sessions;

/// <summary>Collects commands with consecutive sequence numbers into one encoded <see cref="CommandSegment"/>.</summary>
internal sealed class SegmentBuilder
{
    private const int InitialBytes = 4096;

    private readonly ClientId _client;
    private byte[] _buffer = [];
    private int _length;
    private long _firstSequence;

    public SegmentBuilder(ClientId client) => _client = client;

    /// <summary>How many commands are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the encoded segment if <paramref name="command"/> is added.</summary>
    public int SizeWith(ReadOnlyMemory<byte> command) =>
        (Count == 0 ? CommandSegment.HeaderSize : _length) + Varint.SizeOf(command.Length) + command.Length;

    /// <summary>Adds a command, whose sequence number must follow the one before.</summary>
    public void Add(long sequence, ReadOnlyMemory<byte> command)
    {
        var size = SizeWith(command);
        if (Count == 0)
        {
            _firstSequence = sequence;
            _length = CommandSegment.HeaderSize;
        }

        if (_buffer.Length < size)
            Array.Resize(ref _buffer, Math.Max(size, Math.Max(InitialBytes, _buffer.Length * 2)));
        _length += Varint.Write(_buffer.AsSpan(_length), command.Length);
        command.Span.CopyTo(_buffer.AsSpan(_length));
        _length += command.Length;
        Count++;
    }

    /// <summary>Hands over what was collected and begins anew.</summary>
    public PendingSegment Take(long now)
    {
        CommandSegment.WriteHeader(_buffer, _client, _firstSequence, Count, _length - CommandSegment.HeaderSize);
        var message = new Submit { Segment = UnsafeByteOperations.UnsafeWrap(_buffer.AsMemory(0, _length)) };
        var segment = new PendingSegment(_firstSequence, Count, message, now) { DueAt = now };

        // The next one is likely as long.
        _buffer = new byte[Math.Max(InitialBytes, _length)];
        Count = 0;
        return segment;
    }
}
