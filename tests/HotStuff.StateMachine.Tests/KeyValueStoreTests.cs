using System.Buffers;
using System.Text;
using static HotStuff.StateMachine.KeyValueStatus;

namespace HotStuff.StateMachine.Tests;

public sealed class KeyValueStoreTests
{
    private readonly KeyValueStore _store = new();

    private (KeyValueStatus Status, string Value) Apply(byte[] command)
    {
        var result = Result(command);
        return (result.Status, Encoding.UTF8.GetString(result.Value.Span));
    }

    private KeyValueResult Result(byte[] command)
    {
        var writer = new ArrayBufferWriter<byte>();
        _store.Apply(command, writer);
        return KeyValueResult.TryRead(writer.WrittenMemory)!;
    }

    private KeyValueResult Query(byte[] query)
    {
        var writer = new ArrayBufferWriter<byte>();
        _store.Query(query, writer);
        return KeyValueResult.TryRead(writer.WrittenMemory)!;
    }

    private void Fill(params string[] keys)
    {
        foreach (var key in keys)
            Apply(KeyValueCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"<{key}>")));
    }

    private static string[] Keys(KeyValueResult result) => [.. result.Entries.Select(entry => Encoding.UTF8.GetString(entry.Key.Span))];

    [Fact]
    public void What_was_put_can_be_read_and_overwritten()
    {
        Assert.Equal((NotFound, ""), Apply(KeyValueCommand.Get("k"u8)));
        Assert.Equal((Ok, ""), Apply(KeyValueCommand.Put("k"u8, "one"u8)));
        Assert.Equal((Value, "one"), Apply(KeyValueCommand.Get("k"u8)));
        Apply(KeyValueCommand.Put("k"u8, "two"u8));
        Assert.Equal((Value, "two"), Apply(KeyValueCommand.Get("k"u8)));
        Apply(KeyValueCommand.Put("k"u8, "longer"u8));
        Assert.Equal((Value, "longer"), Apply(KeyValueCommand.Get("k"u8)));
        Apply(KeyValueCommand.Put("k"u8, ""u8));
        Assert.Equal((Value, ""), Apply(KeyValueCommand.Get("k"u8)));
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public void What_was_deleted_is_gone()
    {
        Fill("k");
        Assert.Equal((Ok, ""), Apply(KeyValueCommand.Delete("k"u8)));
        Assert.Equal((NotFound, ""), Apply(KeyValueCommand.Delete("k"u8)));
        Assert.Equal((NotFound, ""), Apply(KeyValueCommand.Get("k"u8)));
        Assert.Empty(Result(KeyValueCommand.Scan([], [], 10)).Entries);
    }

    [Fact]
    public void Compare_and_swap_changes_only_the_expected_value()
    {
        Assert.Equal((NotFound, ""), Apply(KeyValueCommand.CompareAndSwap("k"u8, "a"u8, "b"u8)));
        Apply(KeyValueCommand.Put("k"u8, "a"u8));
        Assert.Equal((Mismatch, "a"), Apply(KeyValueCommand.CompareAndSwap("k"u8, "x"u8, "b"u8)));
        Assert.Equal((Mismatch, "a"), Apply(KeyValueCommand.CompareAndSwap("k"u8, ""u8, "b"u8)));
        Assert.Equal((Ok, ""), Apply(KeyValueCommand.CompareAndSwap("k"u8, "a"u8, "b"u8)));
        Assert.Equal((Value, "b"), Apply(KeyValueCommand.Get("k"u8)));
    }

    [Fact]
    public void Put_if_absent_puts_once()
    {
        Assert.Equal((Ok, ""), Apply(KeyValueCommand.PutIfAbsent("k"u8, "a"u8)));
        Assert.Equal((Mismatch, "a"), Apply(KeyValueCommand.PutIfAbsent("k"u8, "b"u8)));
        Assert.Equal((Value, "a"), Apply(KeyValueCommand.Get("k"u8)));
    }

    [Fact]
    public void Increment_counts_in_decimal_digits_from_zero()
    {
        Assert.Equal((Value, "5"), Apply(KeyValueCommand.Increment("n"u8, 5)));
        Assert.Equal((Value, "-7"), Apply(KeyValueCommand.Increment("n"u8, -12)));
        Assert.Equal((Value, "-7"), Apply(KeyValueCommand.Increment("n"u8, 0)));
        Assert.Equal((Value, "-7"), Apply(KeyValueCommand.Get("n"u8)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("5 ")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    public void What_is_not_a_number_is_not_incremented(string value)
    {
        Apply(KeyValueCommand.Put("n"u8, Encoding.UTF8.GetBytes(value)));
        Assert.Equal((NotANumber, ""), Apply(KeyValueCommand.Increment("n"u8, 1)));
        Assert.Equal((Value, value), Apply(KeyValueCommand.Get("n"u8)));
    }

    [Theory]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MinValue, -1)]
    [InlineData(long.MinValue, long.MinValue)]
    public void A_sum_beyond_64_bits_is_refused(long value, long delta)
    {
        Assert.Equal(Value, Apply(KeyValueCommand.Increment("n"u8, value)).Status);
        Assert.Equal((Overflow, ""), Apply(KeyValueCommand.Increment("n"u8, delta)));
        Assert.Equal((Value, $"{value}"), Apply(KeyValueCommand.Get("n"u8)));
    }

    [Fact]
    public void A_scan_answers_a_range_in_order_of_the_bytes()
    {
        Fill("b", "a", "c", "ab", "ba");
        Assert.Equal(["a", "ab", "b", "ba", "c"], Keys(Result(KeyValueCommand.Scan([], [], 100))));
        Assert.Equal(["ab", "b", "ba"], Keys(Result(KeyValueCommand.Scan("ab"u8, "c"u8, 100))));
        Assert.Equal(["ba", "c"], Keys(Result(KeyValueCommand.Scan("b0"u8, [], 100))));
        Assert.Empty(Keys(Result(KeyValueCommand.Scan("d"u8, [], 100))));
        Assert.Empty(Keys(Result(KeyValueCommand.Scan("c"u8, "a"u8, 100))));
        Assert.Empty(Keys(Result(KeyValueCommand.Scan("b"u8, "b"u8, 100))));
        Assert.Equal("<ab>"u8.ToArray(), Query(KeyValueCommand.Scan("ab"u8, [], 1)).Entries[0].Value.ToArray());
    }

    [Fact]
    public void A_prefix_scan_answers_the_keys_with_the_prefix()
    {
        byte[][] keys = [[1], [1, 0xff], [1, 0xff, 0xff], [1, 0xff, 0xff, 3], [2], [0xff], [0xff, 0xff], [0xff, 0xff, 1]];
        foreach (var key in keys)
            Apply(KeyValueCommand.Put(key, []));
        foreach (var prefix in keys.Append([]))
        {
            var expected = keys.Where(key => key.AsSpan().StartsWith(prefix));
            Assert.Equal(expected, Result(KeyValueCommand.ScanPrefix(prefix, 100)).Entries.Select(entry => entry.Key.ToArray()));
        }
    }

    [Fact]
    public void A_scan_says_when_its_limit_cut_it()
    {
        Fill("a", "b", "c");
        var two = Result(KeyValueCommand.Scan([], [], 2));
        Assert.Equal(["a", "b"], Keys(two));
        Assert.True(two.HasMore);
        Assert.False(Result(KeyValueCommand.Scan([], [], 3)).HasMore);
        Assert.True(Result(KeyValueCommand.Scan([], [], 0)).HasMore);
        Assert.False(Result(KeyValueCommand.Scan([], "a"u8, 0)).HasMore);
    }

    [Fact]
    public void A_scan_is_bounded_in_bytes_and_goes_on_where_it_was_cut()
    {
        for (var i = 0; i < 20; i++)
            Apply(KeyValueCommand.Put([(byte)i], new byte[10_000]));
        Apply(KeyValueCommand.Put([99], new byte[KeyValueStore.MaxScanBytes + 1]));

        var seen = new List<byte>();
        byte[] from = [];
        KeyValueResult page;
        do
        {
            page = Result(KeyValueCommand.Scan(from, [], 1_000));
            Assert.NotEmpty(page.Entries);
            Assert.True(page.Entries.Count == 1 || page.Entries.Sum(e => e.Key.Length + e.Value.Length) <= KeyValueStore.MaxScanBytes);
            seen.AddRange(page.Entries.Select(entry => entry.Key.Span[0]));
            from = [.. page.Entries[^1].Key.Span, 0];
        }
        while (page.HasMore);
        Assert.Equal(Enumerable.Range(0, 20).Append(99).Select(i => (byte)i), seen);
    }

    [Fact]
    public void No_ops_answer_nothing_and_change_nothing()
    {
        var writer = new ArrayBufferWriter<byte>();
        var before = _store.Digest();
        _store.Apply([], writer);
        _store.Apply(KeyValueCommand.Noop(new byte[100]), writer);
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal(before, _store.Digest());
        Assert.Equal(Ok, KeyValueResult.TryRead(default)!.Status);
    }

    [Fact]
    public void Queries_read_and_never_write()
    {
        Fill("a", "b");
        var before = _store.Digest();
        Assert.Equal("<a>"u8.ToArray(), Query(KeyValueCommand.Get("a"u8)).Value.ToArray());
        Assert.Equal(["a", "b"], Keys(Query(KeyValueCommand.ScanPrefix([], 10))));
        byte[][] writing =
        [
            [], KeyValueCommand.Noop([]), KeyValueCommand.Put("a"u8, "x"u8), KeyValueCommand.Delete("a"u8),
            KeyValueCommand.PutIfAbsent("c"u8, "x"u8), KeyValueCommand.Increment("c"u8, 1), [200],
        ];
        Assert.All(writing, command => Assert.Equal(BadCommand, Query(command).Status));
        Assert.Equal(before, _store.Digest());
    }

    [Fact]
    public void Malformed_commands_are_answered_as_such()
    {
        var longKey = new byte[KeyValueCommand.MaxKeyBytes + 1];
        byte[][] malformed =
        [
            [7], [255, 1, 2],
            [1], [1, .. longKey],
            [2], [2, 0, 1], [2, 5, 1], [2, 0x81, 0x08, .. longKey],
            [3], [3, .. longKey],
            [4], [4, 2, 1, 1], [4, 0], [4, 0, 0], [4, 1, 1, 1], [4, 1, 1, 1, 5, 1],
            [5], [5, 0, 0, 0, 0, 0, 0, 0, 1], [5, 0, 0, 0, 0, 0, 0, 0, 1, .. longKey],
            [6], [6, 0, 0, 0, 1], [6, 0, 0, 0, 1, 3, 1], [6, 0xff, 0, 0, 0, 0],
        ];
        Assert.All(malformed, command => Assert.Equal((BadCommand, ""), Apply(command)));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Keys_of_impossible_length_are_refused_where_they_are_made()
    {
        var longKey = new byte[KeyValueCommand.MaxKeyBytes + 1];
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Get([]));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Put(longKey, []));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Delete(longKey));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Increment(longKey, 1));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.CompareAndSwap([], [], []));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.PutIfAbsent([], []));
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Scan(longKey, [], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyValueCommand.Scan([], [], -1));
        Assert.Equal(Ok, Apply(KeyValueCommand.Put(longKey.AsSpan(1), [])).Status);
    }
}
