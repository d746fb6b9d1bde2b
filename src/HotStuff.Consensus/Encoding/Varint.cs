namespace HotStuff.Consensus;

/// <summary>Lengths in LEB128: seven bits a byte, least significant first. Zero takes one byte.</summary>
public static class Varint
{
    /// <summary>Bytes of the longest length.</summary>
    public const int MaxSize = 5;

    /// <summary>Bytes that <paramref name="value"/> (0 or more) takes.</summary>
    public static int SizeOf(int value)
    {
        var size = 1;
        for (var rest = (uint)value >> 7; rest != 0; rest >>= 7)
            size++;
        return size;
    }

    /// <summary>Writes <paramref name="value"/> (0 or more) and returns how many bytes it took.</summary>
    public static int Write(Span<byte> destination, int value)
    {
        var position = 0;
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            destination[position++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        destination[position++] = (byte)rest;
        return position;
    }

    /// <summary>
    /// Reads a length from bytes that may be anything and moves past it. False when the bytes end, the value is above
    /// <see cref="int.MaxValue"/>, or it is not written in its shortest form (one value, one encoding).
    /// </summary>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out int value)
    {
        value = 0;
        ulong result = 0;
        for (var i = 0; i < MaxSize && i < bytes.Length; i++)
        {
            var next = bytes[i];
            result |= (ulong)(next & 0x7f) << (7 * i);
            if (next >= 0x80)
                continue;
            if (result > int.MaxValue || (next == 0 && i > 0))
                return false;
            value = (int)result;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
