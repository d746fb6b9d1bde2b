using System.Buffers;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// Where the results of a segment are collected: the state machine writes its result straight behind the space for status and length. One
/// array, used again for every segment.
/// </summary>
internal sealed class ResultWriter : IBufferWriter<byte>
{
    private byte[] _buffer = new byte[4096];
    private int _resultStart;

    /// <summary>Bytes written, the open result's included.</summary>
    public int Length { get; private set; }

    /// <summary>Everything written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Opens a result; what is written until it is closed belongs to it.</summary>
    public void OpenResult()
    {
        // Most results are shorter than 128 bytes, so their length takes one byte; a longer one moves.
        GetSpan(2);
        Length += 2;
        _resultStart = Length;
    }

    /// <summary>
    /// Closes the open result. When that would make more than <paramref name="limit"/> bytes in all, the result is forgotten.
    /// </summary>
    public void CloseResult(int limit)
    {
        var size = Length - _resultStart;
        var prefix = Varint.SizeOf(size);
        if (size > 0 && _resultStart - 1 + prefix + (long)size > limit)
        {
            Length = _resultStart - 2;
            WriteStatus(CommandStatus.ResultForgotten);
            return;
        }

        if (prefix > 1)
        {
            GetSpan(prefix - 1);
            Array.Copy(_buffer, _resultStart, _buffer, _resultStart - 1 + prefix, size);
            Length += prefix - 1;
        }

        _buffer[_resultStart - 2] = (byte)CommandStatus.Executed;
        Varint.Write(_buffer.AsSpan(_resultStart - 1), size);
    }

    /// <summary>Writes a command's status without a result.</summary>
    public void WriteStatus(CommandStatus status)
    {
        var span = GetSpan(2);
        span[0] = (byte)status;
        span[1] = 0;
        Length += 2;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsSpan(Length);
    }

    private void Ensure(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - Length < needed)
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(Length + (long)needed, _buffer.Length * 2L), Array.MaxLength));
    }
}
