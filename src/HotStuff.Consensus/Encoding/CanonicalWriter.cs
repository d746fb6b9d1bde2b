using System.Buffers.Binary;

namespace HotStuff.Consensus;

/// <summary>
/// Writes the canonical bytes that are hashed and signed: fixed-size big-endian integers, digests as 32 bytes, everything of
/// variable length behind its length. Two different values never write the same bytes.
/// </summary>
public ref struct CanonicalWriter
{
    private readonly Span<byte> _buffer;
    private int _position;

    /// <summary>Writes into <paramref name="buffer"/>, which must be large enough; its size is the caller's knowledge, never a peer's claim.</summary>
    public CanonicalWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        _position = 0;
    }

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _position;

    /// <summary>Writes one byte.</summary>
    public void Byte(byte value) => _buffer[_position++] = value;

    /// <summary>Writes two bytes.</summary>
    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], value);
        _position += 2;
    }

    /// <summary>Writes four bytes.</summary>
    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer[_position..], value);
        _position += 4;
    }

    /// <summary>Writes eight bytes.</summary>
    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer[_position..], value);
        _position += 8;
    }

    /// <summary>Writes sixteen bytes.</summary>
    public void UInt128(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_buffer[_position..], value);
        _position += 16;
    }

    /// <summary>Writes 32 bytes.</summary>
    public void Digest(Digest value)
    {
        value.CopyTo(_buffer[_position..]);
        _position += Consensus.Digest.Size;
    }

    /// <summary>Writes bytes of a length that the reader knows.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_buffer[_position..]);
        _position += value.Length;
    }

    /// <summary>Writes a domain tag: its length in one byte, then its ASCII characters.</summary>
    public void Tag(ReadOnlySpan<byte> tag)
    {
        Byte((byte)tag.Length);
        Bytes(tag);
    }
}
