using System.Buffers.Binary;

namespace HotStuff.Consensus;

/// <summary>
/// Reads what <see cref="CanonicalWriter"/> wrote, from bytes that may be anything: after the first read that does not fit,
/// <see cref="Failed"/> is true and every further read returns a default. Nothing throws and nothing is allocated.
/// </summary>
public ref struct CanonicalReader
{
    private readonly ReadOnlySpan<byte> _buffer;
    private int _position;

    /// <summary>Reads from the start of <paramref name="buffer"/>.</summary>
    public CanonicalReader(ReadOnlySpan<byte> buffer) => _buffer = buffer;

    /// <summary>Whether a read went past the end.</summary>
    public bool Failed { get; private set; }

    /// <summary>Where the next read starts.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _buffer.Length - _position;

    /// <summary>Whether everything was read, and successfully.</summary>
    public readonly bool AtEnd => !Failed && Remaining == 0;

    /// <summary>Reads one byte.</summary>
    public byte Byte() => Take(1) is { Length: 1 } bytes ? bytes[0] : default;

    /// <summary>Reads two bytes.</summary>
    public ushort UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : default;

    /// <summary>Reads four bytes.</summary>
    public int Int32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32BigEndian(bytes) : default;

    /// <summary>Reads eight bytes.</summary>
    public long Int64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64BigEndian(bytes) : default;

    /// <summary>Reads sixteen bytes.</summary>
    public UInt128 UInt128() => Take(16) is { Length: 16 } bytes ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : default;

    /// <summary>Reads 32 bytes.</summary>
    public Digest Digest() => Take(Consensus.Digest.Size) is { Length: Consensus.Digest.Size } bytes ? new Digest(bytes) : default;

    /// <summary>Reads <paramref name="length"/> bytes, or none when there are not so many.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (Failed || (uint)length > (uint)Remaining)
        {
            Failed = true;
            return default;
        }

        var bytes = _buffer.Slice(_position, length);
        _position += length;
        return bytes;
    }
}
