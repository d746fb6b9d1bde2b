using System.Buffers.Binary;
using Google.Protobuf;

namespace HotStuff.Cluster;

/// <summary>
/// Cuts what arrives on a connection into frames: four bytes with the length, little endian as DotNetty writes them, then that many bytes. Never holds more
/// than <see cref="Ahead"/> bytes, or as much again, beyond what has arrived, whatever length is claimed.
/// </summary>
/// <param name="maxFrameBytes">The longest frame without its header.</param>
internal sealed class FrameReader(int maxFrameBytes)
{
    /// <summary>The bytes before each frame.</summary>
    public const int HeaderSize = sizeof(int);

    /// <summary>What is allocated for a frame before it has arrived, in bytes.</summary>
    public const int Ahead = 256 * 1024;

    private const int SmallBuffer = 16 * 1024;

    private byte[] _buffer = new byte[SmallBuffer];
    private int _start;
    private int _end;
    private bool _isTaken;

    /// <summary>Whether a length was negative, zero or too long: nothing after it can be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The bytes that are held for what arrives.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Where to put what arrives next; never empty.</summary>
    public Memory<byte> Free
    {
        get
        {
            MakeRoom();
            return _buffer.AsMemory(_end);
        }
    }

    /// <summary>Says that so many bytes were put into <see cref="Free"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Takes the next frame. False when it has not arrived whole, or <see cref="IsBroken"/>.</summary>
    /// <param name="frame">The frame without its header; it stays as it is.</param>
    public bool TryRead(out ByteString frame)
    {
        frame = ByteString.Empty;
        if (IsBroken || NextLength() is not { } length || _end - _start - HeaderSize < length)
            return false;

        var bytes = _buffer.AsMemory(_start + HeaderSize, length);
        _start += HeaderSize + length;
        if (length < _buffer.Length / 2)
        {
            frame = ByteString.CopyFrom(bytes.Span);
        }
        else
        {
            // A long frame takes the buffer with it instead of being copied; a short one would keep a buffer in memory that is much larger.
            frame = UnsafeByteOperations.UnsafeWrap(bytes);
            _isTaken = true;
        }

        return true;
    }

    private int? NextLength()
    {
        if (_end - _start < HeaderSize)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
        IsBroken = length <= 0 || length > maxFrameBytes;
        return IsBroken ? null : length;
    }

    private void MakeRoom()
    {
        var arrived = _end - _start;
        var frame = HeaderSize + (long)(NextLength() ?? 0);
        if (_isTaken || (arrived == 0 && _buffer.Length > Ahead))
        {
            Replace(SizeFor(frame, arrived));
        }
        else if (arrived == 0)
        {
            (_start, _end) = (0, 0);
        }
        else if (frame > _buffer.Length)
        {
            if (_end == _buffer.Length || _buffer.Length < Ahead)
                Replace(Math.Max(SizeFor(frame, arrived), _buffer.Length));
        }
        else if (_start + frame > _buffer.Length)
        {
            _buffer.AsSpan(_start, arrived).CopyTo(_buffer);
            (_start, _end) = (0, arrived);
        }
    }

    private static int SizeFor(long frame, int arrived) => (int)Math.Max(SmallBuffer, Math.Min(frame, Math.Max(Ahead, 2L * arrived)));

    private void Replace(int size)
    {
        var arrived = _buffer.AsSpan(_start, _end - _start);
        var other = new byte[size];
        arrived.CopyTo(other);
        (_buffer, _start, _end, _isTaken) = (other, 0, arrived.Length, false);
    }
}
