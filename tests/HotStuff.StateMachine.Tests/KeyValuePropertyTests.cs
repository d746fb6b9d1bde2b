using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace HotStuff.StateMachine.Tests;

public sealed class KeyValuePropertyTests
{
    // Few keys and values, so that commands meet.
    private static readonly Gen<byte[]> Key = Gen.Byte[0, 3].Array[1, 2];
    private static readonly Gen<byte[]> Bytes = Gen.Byte[(byte)'0', (byte)'2'].Array[0, 2];

    private static readonly Gen<byte[]> Command = Gen.OneOf(
        Gen.Select(Key, Bytes, (key, value) => KeyValueCommand.Put(key, value)),
        Key.Select(key => KeyValueCommand.Delete(key)),
        Key.Select(key => KeyValueCommand.Get(key)),
        Gen.Select(Key, Bytes, Bytes, (key, expected, value) => KeyValueCommand.CompareAndSwap(key, expected, value)),
        Gen.Select(Key, Bytes, (key, value) => KeyValueCommand.PutIfAbsent(key, value)),
        Gen.Select(Key, Gen.Long[-2, 2], (key, delta) => KeyValueCommand.Increment(key, delta)),
        Gen.Select(Key, Bytes, Gen.Int[0, 4], (start, end, limit) => KeyValueCommand.Scan(start, end, limit)));

    private static readonly Gen<byte[]> Garbage =
        Gen.Select(Gen.Byte[0, 8], Gen.Byte.Array[0, 20], (first, rest) => (byte[])[first, .. rest]);

    private static byte[] Apply(KeyValueStore store, byte[] command)
    {
        var result = new ArrayBufferWriter<byte>();
        store.Apply(command, result);
        return result.WrittenSpan.ToArray();
    }

    [Fact]
    public void Garbage_gets_a_result_that_can_be_read_and_leaves_a_state_that_can_be_restored() =>
        Gen.OneOf(Garbage, Command, Gen.Byte.Array[0, 5]).Array[1, 30].Sample(
            commands =>
            {
                var store = new KeyValueStore();
                foreach (var command in commands)
                {
                    Assert.NotNull(KeyValueResult.TryRead(Apply(store, command)));
                    var answer = new ArrayBufferWriter<byte>();
                    store.Query(command, answer);
                    Assert.NotNull(KeyValueResult.TryRead(answer.WrittenMemory));
                }

                var copy = new KeyValueStore();
                copy.Restore(Make.Snapshot(store.Snapshot));
                Assert.Equal(store.Digest(), copy.Digest());
                Assert.Equal(store.Count, copy.Count);
            },
            iter: 2_000);

    [Fact]
    public void The_store_holds_what_a_sorted_dictionary_would() =>
        Command.Array[1, 60].Sample(
            commands =>
            {
                var store = new KeyValueStore();
                var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
                foreach (var command in commands)
                {
                    Apply(store, command);
                    ApplyTo(model, command);
                }

                var all = KeyValueResult.TryRead(Apply(store, KeyValueCommand.Scan([], [], 1_000)))!.Entries;
                Assert.Equal(model.Select(pair => (pair.Key, pair.Value)), all.Select(entry => (Text(entry.Key), Text(entry.Value))));
            },
            iter: 2_000);

    [Fact]
    public void Digests_are_equal_exactly_when_the_entries_are() =>
        Gen.Select(Command.Array[0, 6], Command.Array[0, 6]).Sample(
            (left, right) =>
            {
                var one = new KeyValueStore();
                var other = new KeyValueStore();
                foreach (var command in left)
                    Apply(one, command);
                one.Digest();
                foreach (var command in right)
                    Apply(other, command);
                var scan = KeyValueCommand.Scan([], [], 1_000);
                Assert.Equal(Apply(one, scan).AsSpan().SequenceEqual(Apply(other, scan)), one.Digest() == other.Digest());

                // Undoing everything, key by key, is the way back to the empty store's digest.
                foreach (var entry in KeyValueResult.TryRead(Apply(one, scan))!.Entries)
                    Apply(one, KeyValueCommand.Delete(entry.Key.Span));
                Assert.Equal(new KeyValueStore().Digest(), one.Digest());
            },
            iter: 3_000);

    [Fact]
    public void A_damaged_snapshot_is_refused_and_changes_nothing()
    {
        var store = new KeyValueStore();
        Apply(store, KeyValueCommand.Put([1], [7, 7]));
        Apply(store, KeyValueCommand.Put([2], []));
        var good = Make.Snapshot(store.Snapshot);
        byte[][] damaged =
        [
            [], good[..^1], [.. good, 0], [2, .. good[1..]],
            [1, 0, 0, 0, 3, .. good[5..]], [1, 0, 0, 0, 1, .. good[5..]],
            [1, 0xff, 0xff, 0xff, 0xff, .. good[5..]], [1, 0x7f, 0xff, 0xff, 0xff, .. good[5..]],
            [1, 0, 0, 0, 2, 1, 2, 0, 1, 1, 0], // descending
            [1, 0, 0, 0, 2, 1, 1, 0, 1, 1, 0], // the same twice
            [1, 0, 0, 0, 1, 0, 0], // an empty key
            [1, 0, 0, 0, 1, 0x81, 0x08, .. new byte[1025], 0], // a long one
        ];
        Assert.All(damaged, bytes => Assert.Throws<InvalidDataException>(() => store.Restore(bytes)));
        Assert.Equal(good, Make.Snapshot(store.Snapshot));
        store.Restore(good);
        Assert.Equal(good, Make.Snapshot(store.Snapshot));
    }

    [Fact]
    public void Any_bytes_are_read_as_a_result_or_refused() =>
        Gen.Select(Gen.Byte[0, 9], Gen.Byte[0, 4].Array[0, 12]).Sample(
            (status, rest) => KeyValueResult.TryRead((byte[])[status, .. rest]) is not { } result || result.Status == (KeyValueStatus)status,
            iter: 20_000);

    [Fact]
    public void Malformed_results_are_refused()
    {
        byte[][] malformed = [[8], [0, 1], [3, 1], [2], [2, 2], [2, 0, 1], [2, 0, 1, 7], [2, 0, 1, 7, 2, 1]];
        Assert.All(malformed, bytes => Assert.Null(KeyValueResult.TryRead(bytes)));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    // Reads the encoding by hand: all lengths here are below 128.
    private static void ApplyTo(SortedDictionary<string, string> model, byte[] command)
    {
        string Part(int start, int length) => Convert.ToHexString(command, start, length);
        string Rest(int start) => Convert.ToHexString(command, start, command.Length - start);
        switch (command[0])
        {
            case 2:
                model[Part(2, command[1])] = Rest(2 + command[1]);
                break;
            case 3:
                model.Remove(Rest(1));
                break;
            case 4 when command[1] == 0:
                model.TryAdd(Part(3, command[2]), Rest(3 + command[2]));
                break;
            case 4:
                var at = 3 + command[2];
                if (model.TryGetValue(Part(3, command[2]), out var old) && old == Part(at + 1, command[at]))
                    model[Part(3, command[2])] = Rest(at + 1 + command[at]);
                break;
            case 5:
                var digits = Encoding.ASCII.GetString(Convert.FromHexString(model.GetValueOrDefault(Rest(9), "30")));
                var delta = BinaryPrimitives.ReadInt64BigEndian(command.AsSpan(1));
                if (long.TryParse(digits, out var value))
                    model[Rest(9)] = Convert.ToHexString(Encoding.ASCII.GetBytes($"{value + delta}"));
                break;
            default:
                break;
        }
    }
}
