using System.Buffers.Binary;

namespace HotStuff.Cluster;

/// <summary>How the value of a protobuf field is written.</summary>
internal enum ProtobufKind
{
    /// <summary>A number of as many bytes as it needs.</summary>
    Varint = 0,

    /// <summary>A number of eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>Bytes: text or a message.</summary>
    Bytes = 2,
}

/// <summary>
/// Reads the fields of one protobuf message without copying or allocating. Stricter than protobuf: fields come in ascending order and once each, which is
/// how they are always written where nothing is repeated, so that no two readers can understand a message differently.
/// </summary>
/// <param name="message">The message's bytes, which may be anything.</param>
internal ref struct ProtobufReader(ReadOnlyMemory<byte> message)
{
    private ReadOnlyMemory<byte> _rest = message;

    /// <summary>The number of the field that <see cref="Next"/> has read.</summary>
    public int Field { get; private set; }

    /// <summary>How its value is written.</summary>
    public ProtobufKind Kind { get; private set; }

    /// <summary>The value, when it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value, when it is bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Whether the message is not protobuf, or its fields are out of order.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Reads the next field. False at the end, and when <see cref="IsBroken"/>.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || IsBroken)
            return false;
        IsBroken = !TryReadField();
        return !IsBroken;
    }

    private bool TryReadField()
    {
        if (!TryReadVarint(out var tag) || tag >> 3 is var field && (field <= (ulong)Field || field > 100))
            return false;
        (Field, Kind) = ((int)field, (ProtobufKind)(tag & 7));
        switch (Kind)
        {
            case ProtobufKind.Varint:
                if (!TryReadVarint(out var number))
                    return false;
                Number = number;
                return true;
            case ProtobufKind.Fixed64 when _rest.Length >= sizeof(ulong):
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest.Span);
                _rest = _rest[sizeof(ulong)..];
                return true;
            case ProtobufKind.Bytes when TryReadVarint(out var length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        var bytes = _rest.Span;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80)
                continue;
            _rest = _rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
