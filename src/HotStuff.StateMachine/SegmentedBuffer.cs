using System.Buffers;

namespace HotStuff.StateMachine;

/// <summary>A buffer that grows by segments and never copies: for a snapshot, which may be large.</summary>
public sealed class SegmentedBuffer : IBufferWriter<byte>
{
    private const int SegmentBytes = 1024 * 1024;

    private readonly List<ReadOnlyMemory<byte>> _full = [];
    private byte[] _current = [];
    private int _used;

    /// <summary>What was written.</summary>
    public ReadOnlySequence<byte> Written
    {
        get
        {
            Segment? first = null;
            Segment? last = null;
            foreach (var memory in _full.Append(_current.AsMemory(0, _used)))
            {
                last = new Segment(memory, last);
                first ??= last;
            }

            return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _current.Length - _used);
        _used += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _current.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Ensure(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_current.Length - _used >= needed)
            return;
        if (_used > 0)
            _full.Add(_current.AsMemory(0, _used));
        _current = new byte[Math.Max(SegmentBytes, needed)];
        _used = 0;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            before.Next = this;
            RunningIndex = before.RunningIndex + before.Memory.Length;
        }
    }
}
