using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using HotStuff.Consensus;

namespace HotStuff.StateMachine;

/// <summary>
/// A replicated key-value store in memory: <see cref="KeyValueCommand"/> makes its commands, <see cref="KeyValueResult"/> reads its
/// results. Keys and values are byte strings; keys are ordered by their bytes.
/// </summary>
public sealed class KeyValueStore : IStateMachine
{
    /// <summary>The most bytes of a scan's entries, unless the first alone is larger.</summary>
    public const int MaxScanBytes = 64 * 1024;

    private const byte Version = 1;

    private SortedEntries _entries = new();
    private Digest? _digest;

    /// <summary>How many keys have a value.</summary>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        if (command.IsEmpty)
            return;

        var arguments = command[1..];
        switch ((KeyValueOperation)command[0])
        {
            case KeyValueOperation.Noop:
                break;
            case KeyValueOperation.Put:
                Put(arguments, result);
                break;
            case KeyValueOperation.Delete:
                Delete(arguments, result);
                break;
            case KeyValueOperation.CompareAndSwap:
                CompareAndSwap(arguments, result);
                break;
            case KeyValueOperation.Increment:
                Increment(arguments, result);
                break;
            default:
                Query(command, result);
                break;
        }
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        var operation = query.IsEmpty ? default : (KeyValueOperation)query[0];
        if (operation == KeyValueOperation.Get)
            Get(query[1..], result);
        else if (operation == KeyValueOperation.Scan)
            Scan(query[1..], result);
        else
            Answer(result, KeyValueStatus.BadCommand);
    }

    /// <summary>
    /// Writes version (1 byte, 1), number of entries (4), and the entries in order: key length (LEB128), key, value length, value.
    /// </summary>
    public void Snapshot(IBufferWriter<byte> destination)
    {
        var writer = new CanonicalWriter(destination.GetSpan(1 + 4));
        writer.Byte(Version);
        writer.Int32(_entries.Count);
        destination.Advance(writer.Length);
        foreach (var entry in _entries.All)
        {
            WriteField(destination, entry.Key);
            WriteField(destination, entry.Value);
        }
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> snapshot)
    {
        var reader = new CanonicalReader(snapshot);
        var version = reader.Byte();
        var count = reader.Int32();
        if (reader.Failed || version != Version || count < 0)
            throw new InvalidDataException("These bytes are not a snapshot of a key-value store of this version.");

        var entries = new SortedEntries();
        var rest = snapshot[reader.Position..];
        ReadOnlySpan<byte> previous = [];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadField(ref rest, out var key) || !TryReadField(ref rest, out var value)
                || !IsKey(key) || previous.SequenceCompareTo(key) >= 0)
            {
                throw new InvalidDataException($"Entry {i} of {count} in the snapshot is malformed or out of order.");
            }

            entries.Set(key, value);
            previous = key;
        }

        if (!rest.IsEmpty)
            throw new InvalidDataException($"{rest.Length} bytes follow the snapshot's last entry.");
        _entries = entries;
        _digest = null;
    }

    /// <summary>
    /// SHA-256 of the snapshot. Costs a pass over all entries when something changed since the last call (a few ms for 10,000 keys), else
    /// nothing.
    /// </summary>
    public Digest Digest() => _digest ??= SnapshotDigest.Of(Snapshot);

    private void Get(ReadOnlySpan<byte> key, IBufferWriter<byte> result)
    {
        if (!IsKey(key))
            Answer(result, KeyValueStatus.BadCommand);
        else if (_entries.TryGet(key, out var entry))
            Answer(result, KeyValueStatus.Value, entry.Value);
        else
            Answer(result, KeyValueStatus.NotFound);
    }

    private void Put(ReadOnlySpan<byte> arguments, IBufferWriter<byte> result)
    {
        if (!TryReadField(ref arguments, out var key) || !IsKey(key))
            Answer(result, KeyValueStatus.BadCommand);
        else
            Set(key, arguments, result);
    }

    private void Delete(ReadOnlySpan<byte> key, IBufferWriter<byte> result)
    {
        if (!IsKey(key))
        {
            Answer(result, KeyValueStatus.BadCommand);
        }
        else if (_entries.Remove(key))
        {
            _digest = null;
            Answer(result, KeyValueStatus.Ok);
        }
        else
        {
            Answer(result, KeyValueStatus.NotFound);
        }
    }

    private void CompareAndSwap(ReadOnlySpan<byte> arguments, IBufferWriter<byte> result)
    {
        ReadOnlySpan<byte> expected = [];
        var expectsValue = !arguments.IsEmpty && arguments[0] == 1;
        var value = arguments.IsEmpty ? arguments : arguments[1..];
        if (arguments.IsEmpty || arguments[0] > 1 || !TryReadField(ref value, out var key) || !IsKey(key)
            || (expectsValue && !TryReadField(ref value, out expected)))
        {
            Answer(result, KeyValueStatus.BadCommand);
            return;
        }

        var exists = _entries.TryGet(key, out var entry);
        if (exists != expectsValue || (exists && !expected.SequenceEqual(entry!.Value)))
        {
            if (exists)
                Answer(result, KeyValueStatus.Mismatch, entry!.Value);
            else
                Answer(result, KeyValueStatus.NotFound);
            return;
        }

        Set(key, value, result);
    }

    private void Increment(ReadOnlySpan<byte> arguments, IBufferWriter<byte> result)
    {
        if (arguments.Length < 8 || !IsKey(arguments[8..]))
        {
            Answer(result, KeyValueStatus.BadCommand);
            return;
        }

        var delta = BinaryPrimitives.ReadInt64BigEndian(arguments);
        var key = arguments[8..];
        var number = 0L;
        if (_entries.TryGet(key, out var entry)
            && (!Utf8Parser.TryParse(entry.Value, out number, out var used) || used != entry.Value.Length))
        {
            Answer(result, KeyValueStatus.NotANumber);
            return;
        }

        var sum = unchecked(number + delta);
        if ((sum < number) != (delta < 0))
        {
            Answer(result, KeyValueStatus.Overflow);
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(sum, digits, out var length);
        _entries.Set(key, digits[..length]);
        _digest = null;
        Answer(result, KeyValueStatus.Value, digits[..length]);
    }

    private void Scan(ReadOnlySpan<byte> arguments, IBufferWriter<byte> result)
    {
        var reader = new CanonicalReader(arguments);
        var limit = reader.Int32();
        var end = arguments[reader.Position..];
        if (reader.Failed || limit < 0 || !TryReadField(ref end, out var start))
        {
            Answer(result, KeyValueStatus.BadCommand);
            return;
        }

        // The flag comes before the entries that it depends on, so they are chosen first.
        var chosen = new List<SortedEntries.Entry>();
        var bytes = 0L;
        var hasMore = false;
        foreach (var entry in _entries.Range(start, end))
        {
            bytes += (2 * Varint.MaxSize) + entry.Key.Length + entry.Value.Length;
            hasMore = chosen.Count == Math.Min(limit, KeyValueCommand.MaxScanEntries) || (bytes > MaxScanBytes && chosen.Count > 0);
            if (hasMore)
                break;
            chosen.Add(entry);
        }

        Answer(result, KeyValueStatus.Entries, [hasMore ? (byte)1 : (byte)0]);
        foreach (var entry in chosen)
        {
            WriteField(result, entry.Key);
            WriteField(result, entry.Value);
        }
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IBufferWriter<byte> result)
    {
        _entries.Set(key, value);
        _digest = null;
        Answer(result, KeyValueStatus.Ok);
    }

    private static void Answer(IBufferWriter<byte> result, KeyValueStatus status, ReadOnlySpan<byte> bytes = default)
    {
        var span = result.GetSpan(1 + bytes.Length);
        span[0] = (byte)status;
        bytes.CopyTo(span[1..]);
        result.Advance(1 + bytes.Length);
    }

    private static bool IsKey(ReadOnlySpan<byte> bytes) => bytes.Length is > 0 and <= KeyValueCommand.MaxKeyBytes;

    private static void WriteField(IBufferWriter<byte> destination, ReadOnlySpan<byte> field)
    {
        var prefix = Varint.Write(destination.GetSpan(Varint.MaxSize), field.Length);
        destination.Advance(prefix);
        destination.Write(field);
    }

    private static bool TryReadField(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> field)
    {
        field = [];
        if (!Varint.TryRead(ref bytes, out var length) || length > bytes.Length)
            return false;
        field = bytes[..length];
        bytes = bytes[length..];
        return true;
    }
}
