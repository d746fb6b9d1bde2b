using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using HotStuff.Consensus;
using HotStuff.StateMachine;

namespace HotStuff.Simulation;

/// <summary>The value of one key; null when it has none. Bytes as Latin-1 characters, to compare by value.</summary>
public readonly record struct KeyState(string? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value ?? "nothing";
}

/// <summary>
/// One key of the key-value store, written down a second time, apart from <see cref="KeyValueStore"/>: what histories of clients are judged by. Scans concern many keys and
/// have no part in such histories.
/// </summary>
public sealed class KeyModel : ISequentialModel<KeyState>
{
    /// <inheritdoc/>
    public KeyState Initial => default;

    /// <summary>The key that a command is about, as hexadecimal digits; empty for a no-op.</summary>
    /// <exception cref="ArgumentException">It is no command about one key.</exception>
    public static string KeyOf(HistoryOperation operation) => Convert.ToHexStringLower(Read(operation.Command.Span).Key);

    /// <summary>The operation in words: what was sent and answered when, in milliseconds for times in microseconds.</summary>
    /// <exception cref="ArgumentException">It is no command about one key.</exception>
    public static string Describe(HistoryOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var read = Read(operation.Command.Span);
        var sent = read.Operation switch
        {
            KeyValueOperation.Put => $"put {read.Value}",
            KeyValueOperation.CompareAndSwap => $"swap {read.Expected ?? "nothing"} for {read.Value}",
            KeyValueOperation.Increment => string.Create(CultureInfo.InvariantCulture, $"increment by {read.Delta}"),
            _ => read.Operation.ToString().ToLowerInvariant(),
        };
        var answer = KeyValueResult.TryRead(operation.Result) is { } result ? $"{result.Status} {Text(result.Value.Span)}".Trim() : Convert.ToHexStringLower(operation.Result.Span);
        var when = operation.Returned is { } returned
            ? string.Create(CultureInfo.InvariantCulture, $"{operation.Invoked / 1000.0,12:0.000} .. {returned / 1000.0,12:0.000} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{operation.Invoked / 1000.0,12:0.000} .. {"never",12}   ");
        return $"{when}  {operation.Client}  {Text(read.Key)}: {sent}{(operation.Returned is null ? "" : $" -> {answer}")}";
    }

    /// <inheritdoc/>
    public (KeyState State, byte[] Result) Apply(KeyState state, ReadOnlySpan<byte> command)
    {
        var read = Read(command);
        var value = state.Value;
        return read.Operation switch
        {
            KeyValueOperation.Noop => (state, []),
            KeyValueOperation.Get => (state, value is null ? Of(KeyValueStatus.NotFound) : Of(KeyValueStatus.Value, value)),
            KeyValueOperation.Put => (new KeyState(read.Value), Of(KeyValueStatus.Ok)),
            KeyValueOperation.Delete => (default, Of(value is null ? KeyValueStatus.NotFound : KeyValueStatus.Ok)),
            KeyValueOperation.CompareAndSwap when value == read.Expected => (new KeyState(read.Value), Of(KeyValueStatus.Ok)),
            KeyValueOperation.CompareAndSwap => (state, value is null ? Of(KeyValueStatus.NotFound) : Of(KeyValueStatus.Mismatch, value)),
            _ => Increment(state, read.Delta),
        };
    }

    private static (KeyState State, byte[] Result) Increment(KeyState state, long delta)
    {
        var old = 0L;
        if (state.Value is not null && !long.TryParse(state.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out old))
            return (state, Of(KeyValueStatus.NotANumber));
        var sum = (Int128)old + delta;
        if (sum < long.MinValue || sum > long.MaxValue)
            return (state, Of(KeyValueStatus.Overflow));
        var digits = sum.ToString(CultureInfo.InvariantCulture);
        return (new KeyState(digits), Of(KeyValueStatus.Value, digits));
    }

    private static byte[] Of(KeyValueStatus status, string value = "") => [(byte)status, .. Encoding.Latin1.GetBytes(value)];

    private static KeyCommand Read(ReadOnlySpan<byte> command)
    {
        if (command.IsEmpty)
            return new KeyCommand(KeyValueOperation.Noop, [], null, null, 0);
        var operation = (KeyValueOperation)command[0];
        var rest = command[1..];
        switch (operation)
        {
            case KeyValueOperation.Noop:
                return new KeyCommand(operation, [], null, null, 0);
            case KeyValueOperation.Get or KeyValueOperation.Delete:
                return new KeyCommand(operation, rest, null, null, 0);
            case KeyValueOperation.Put:
                var put = Field(ref rest);
                return new KeyCommand(operation, put, null, Text(rest), 0);
            case KeyValueOperation.CompareAndSwap:
                var expects = rest[0] == 1;
                rest = rest[1..];
                var swapped = Field(ref rest);
                var expected = expects ? Text(Field(ref rest)) : null;
                return new KeyCommand(operation, swapped, expected, Text(rest), 0);
            case KeyValueOperation.Increment:
                return new KeyCommand(operation, rest[8..], null, null, BinaryPrimitives.ReadInt64BigEndian(rest));
            default:
                throw new ArgumentException($"not a command about one key: {Convert.ToHexStringLower(command)}", nameof(command));
        }
    }

    private static ReadOnlySpan<byte> Field(scoped ref ReadOnlySpan<byte> rest)
    {
        if (!Varint.TryRead(ref rest, out var length))
            throw new ArgumentException("not a command of the store", nameof(rest));
        var field = rest[..length];
        rest = rest[length..];
        return field;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private readonly ref struct KeyCommand(KeyValueOperation operation, ReadOnlySpan<byte> key, string? expected, string? value, long delta)
    {
        public KeyValueOperation Operation { get; } = operation;

        public ReadOnlySpan<byte> Key { get; } = key;

        /// <summary>What a swap expects; null: no value.</summary>
        public string? Expected { get; } = expected;

        /// <summary>What is put.</summary>
        public string? Value { get; } = value;

        public long Delta { get; } = delta;
    }
}
