using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>What the <see cref="KeyValueStore"/> says about a command: the first byte of its result.</summary>
public enum KeyValueStatus : byte
{
    /// <summary>Done; there is nothing to say. An empty result means the same.</summary>
    Ok = 0,

    /// <summary>The value that was asked for, or that came out.</summary>
    Value = 1,

    /// <summary>The entries that were asked for.</summary>
    Entries = 2,

    /// <summary>The key has no value.</summary>
    NotFound = 3,

    /// <summary>The value is another than expected; the result holds it.</summary>
    Mismatch = 4,

    /// <summary>The value is not a 64-bit signed integer in decimal digits.</summary>
    NotANumber = 5,

    /// <summary>The sum does not fit 64 bits.</summary>
    Overflow = 6,

    /// <summary>The bytes are not a command of the store, or, in a query, one that would change something.</summary>
    BadCommand = 7,
}

/// <summary>A key and its value.</summary>
public readonly record struct KeyValueEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>A result of the <see cref="KeyValueStore"/>, as a client reads it.</summary>
/// <param name="Status">What the store says.</param>
/// <param name="Value">The value, with <see cref="KeyValueStatus.Value"/> and <see cref="KeyValueStatus.Mismatch"/>; else empty.</param>
/// <param name="Entries">The entries in ascending order of their keys, with <see cref="KeyValueStatus.Entries"/>; else none.</param>
/// <param name="HasMore">With <see cref="KeyValueStatus.Entries"/>: whether a limit cut them; to go on, scan from the last key with a zero
/// byte appended.</param>
/// <remarks>
/// Encoding: the status (1 byte), then the value to the end; with entries: 1 if there are more, else 0, and for each entry, with lengths
/// in LEB128: key length, key, value length, value.
/// </remarks>
public sealed record KeyValueResult(KeyValueStatus Status, ReadOnlyMemory<byte> Value, IReadOnlyList<KeyValueEntry> Entries, bool HasMore)
{
    /// <summary>Reads a result from bytes that may be anything, keeping slices of them; null when they are not a result.</summary>
    public static KeyValueResult? TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return new KeyValueResult(KeyValueStatus.Ok, default, [], HasMore: false);

        var status = (KeyValueStatus)bytes.Span[0];
        var rest = bytes[1..];
        return status switch
        {
            KeyValueStatus.Value or KeyValueStatus.Mismatch => new KeyValueResult(status, rest, [], HasMore: false),
            KeyValueStatus.Entries => TryReadEntries(rest),
            <= KeyValueStatus.BadCommand when rest.IsEmpty => new KeyValueResult(status, default, [], HasMore: false),
            _ => null,
        };
    }

    private static KeyValueResult? TryReadEntries(ReadOnlyMemory<byte> rest)
    {
        if (rest.IsEmpty || rest.Span[0] > 1)
            return null;

        var hasMore = rest.Span[0] == 1;
        rest = rest[1..];
        var entries = new List<KeyValueEntry>();
        while (!rest.IsEmpty)
        {
            if (TryReadField(ref rest) is not { } key || TryReadField(ref rest) is not { } value)
                return null;
            entries.Add(new KeyValueEntry(key, value));
        }

        return new KeyValueResult(KeyValueStatus.Entries, default, entries, hasMore);
    }

    private static ReadOnlyMemory<byte>? TryReadField(ref ReadOnlyMemory<byte> rest)
    {
        var span = rest.Span;
        if (!Varint.TryRead(ref span, out var length) || length > span.Length)
            return null;
        var start = rest.Length - span.Length;
        var field = rest.Slice(start, length);
        rest = rest[(start + length)..];
        return field;
    }
}
