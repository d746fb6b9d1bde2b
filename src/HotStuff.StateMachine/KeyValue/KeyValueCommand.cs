using System.Buffers.Binary;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>What a command to the <see cref="KeyValueStore"/> does: its first byte.</summary>
internal enum KeyValueOperation : byte
{
    Noop = 0,
    Get = 1,
    Put = 2,
    Delete = 3,
    CompareAndSwap = 4,
    Increment = 5,
    Scan = 6,
}

/// <summary>
/// Makes commands for the <see cref="KeyValueStore"/>. Keys are 1 to <see cref="MaxKeyBytes"/> bytes; keys and values may be any bytes;
/// the command as a whole must be within the chain's <see cref="ProtocolLimits.MaxCommandBytes"/>.
/// </summary>
/// <remarks>
/// Encoding: the operation (1 byte), and, with | between fields, lengths in LEB128 and integers big-endian:
/// no-op: anything; get and delete: key; put: key length | key | value; compare and swap: 1 if a value is expected, else 0 | key length |
/// key | (if 1: expected length | expected) | value; increment: delta (8 bytes) | key; scan: limit (4 bytes) | start length | start | end.
/// The command of no bytes is a no-op too.
/// </remarks>
public static class KeyValueCommand
{
    /// <summary>The longest key, in bytes.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>The most entries that one scan answers, whatever it asks for.</summary>
    public const int MaxScanEntries = 10_000;

    /// <summary>Does nothing with <paramref name="payload"/> and answers nothing: to measure ordering alone.</summary>
    public static byte[] Noop(ReadOnlySpan<byte> payload) => [(byte)KeyValueOperation.Noop, .. payload];

    /// <summary>Answers <see cref="KeyValueStatus.Value"/> or <see cref="KeyValueStatus.NotFound"/>. Also a query.</summary>
    public static byte[] Get(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        return [(byte)KeyValueOperation.Get, .. key];
    }

    /// <summary>Sets a key's value. Answers <see cref="KeyValueStatus.Ok"/>.</summary>
    public static byte[] Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckKey(key);
        var command = new byte[1 + FieldSize(key) + value.Length];
        command[0] = (byte)KeyValueOperation.Put;
        var rest = WriteField(command.AsSpan(1), key);
        value.CopyTo(rest);
        return command;
    }

    /// <summary>Removes a key. Answers <see cref="KeyValueStatus.Ok"/> or <see cref="KeyValueStatus.NotFound"/>.</summary>
    public static byte[] Delete(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        return [(byte)KeyValueOperation.Delete, .. key];
    }

    /// <summary>
    /// Sets a key's value if it is <paramref name="expected"/> now. Answers <see cref="KeyValueStatus.Ok"/>;
    /// <see cref="KeyValueStatus.Mismatch"/> with the value that is there; or <see cref="KeyValueStatus.NotFound"/>.
    /// </summary>
    public static byte[] CompareAndSwap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> value)
    {
        CheckKey(key);
        var command = new byte[2 + FieldSize(key) + FieldSize(expected) + value.Length];
        command[0] = (byte)KeyValueOperation.CompareAndSwap;
        command[1] = 1;
        var rest = WriteField(command.AsSpan(2), key);
        rest = WriteField(rest, expected);
        value.CopyTo(rest);
        return command;
    }

    /// <summary>
    /// Sets a key's value if it has none. Answers <see cref="KeyValueStatus.Ok"/>, or <see cref="KeyValueStatus.Mismatch"/> with the value
    /// that is there.
    /// </summary>
    public static byte[] PutIfAbsent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckKey(key);
        var command = new byte[2 + FieldSize(key) + value.Length];
        command[0] = (byte)KeyValueOperation.CompareAndSwap;
        var rest = WriteField(command.AsSpan(2), key);
        value.CopyTo(rest);
        return command;
    }

    /// <summary>
    /// Adds <paramref name="delta"/> to a key's value, a 64-bit signed integer in decimal digits; a key without a value counts from 0.
    /// Answers <see cref="KeyValueStatus.Value"/> with the sum, <see cref="KeyValueStatus.NotANumber"/> or
    /// <see cref="KeyValueStatus.Overflow"/>.
    /// </summary>
    public static byte[] Increment(ReadOnlySpan<byte> key, long delta)
    {
        CheckKey(key);
        var command = new byte[1 + 8 + key.Length];
        command[0] = (byte)KeyValueOperation.Increment;
        BinaryPrimitives.WriteInt64BigEndian(command.AsSpan(1), delta);
        key.CopyTo(command.AsSpan(9));
        return command;
    }

    /// <summary>
    /// Answers <see cref="KeyValueStatus.Entries"/>: keys from <paramref name="start"/> up to, not including, <paramref name="end"/>
    /// (empty: to the last key), in ascending order of their bytes. Also a query.
    /// </summary>
    /// <param name="start">The first key, or what would come before it; empty: from the first key.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="limit">The most entries, 0 or more; the answer may hold fewer and says then that there are more.</param>
    public static byte[] Scan(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, int limit)
    {
        CheckBound(start);
        CheckBound(end);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var command = new byte[1 + 4 + FieldSize(start) + end.Length];
        command[0] = (byte)KeyValueOperation.Scan;
        BinaryPrimitives.WriteInt32BigEndian(command.AsSpan(1), limit);
        var rest = WriteField(command.AsSpan(5), start);
        end.CopyTo(rest);
        return command;
    }

    /// <summary>A <see cref="Scan"/> of the keys that start with <paramref name="prefix"/>.</summary>
    public static byte[] ScanPrefix(ReadOnlySpan<byte> prefix, int limit)
    {
        // The first key after all with the prefix: the last byte that can grow grows, what follows it goes.
        var end = prefix.TrimEnd((byte)0xff).ToArray();
        if (end.Length > 0)
            end[^1]++;
        return Scan(prefix, end, limit);
    }

    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is < 1 or > MaxKeyBytes)
            throw new ArgumentException($"A key has 1 to {MaxKeyBytes} bytes, this one {key.Length}.", nameof(key));
    }

    private static void CheckBound(ReadOnlySpan<byte> bound)
    {
        if (bound.Length > MaxKeyBytes)
            throw new ArgumentException($"A bound of a scan has at most {MaxKeyBytes} bytes, this one {bound.Length}.", nameof(bound));
    }

    private static int FieldSize(ReadOnlySpan<byte> field) => Varint.SizeOf(field.Length) + field.Length;

    private static Span<byte> WriteField(Span<byte> destination, ReadOnlySpan<byte> field)
    {
        var prefix = Varint.Write(destination, field.Length);
        field.CopyTo(destination[prefix..]);
        return destination[(prefix + field.Length)..];
    }
}
