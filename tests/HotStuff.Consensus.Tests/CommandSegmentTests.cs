using CsCheck;

namespace HotStuff.Consensus.Tests;

public class CommandSegmentTests
{
    private const int MaxCommandBytes = 64;

    private static readonly Gen<List<byte[]>> GenCommands = Gen.Byte.Array[0, MaxCommandBytes].List[1, 20];

    [Fact]
    public void A_segment_that_is_read_again_has_the_same_commands_with_consecutive_sequence_numbers() =>
        Gen.Select(Gen.ULong, Gen.Long[1, CommandSegment.MaxSequence], GenCommands).Sample((client, first, commands) =>
        {
            var created = Create(client, first, commands);
            ReadOnlyMemory<byte> bytes = (byte[])[.. created.Encoded.Span, 7, 7, 7];
            var read = CommandSegment.TryRead(ref bytes, MaxCommandBytes)!;

            Assert.Equal(3, bytes.Length);
            Assert.Equal(new SegmentKey(new ClientId(client), first, commands.Count), read.Key);
            var i = 0;
            var enumerator = read.GetEnumerator();
            while (enumerator.MoveNext())
            {
                Assert.Equal(first + i, enumerator.Sequence);
                Assert.Equal(commands[i++], enumerator.Current.ToArray());
            }

            Assert.Equal(commands.Count, i);
        });

    [Fact]
    public void A_row_of_segments_is_read_exactly() =>
        GenCommands.List[0, 5].Sample(rows =>
        {
            var segments = rows.Select((commands, i) => Create(1, 1 + (100 * i), commands)).ToList();
            byte[] payload = [.. segments.SelectMany(segment => segment.Encoded.ToArray())];
            var count = rows.Sum(commands => commands.Count);

            Assert.Equal(
                segments.Select(segment => segment.Key),
                CommandSegment.TryReadAll(payload, count, MaxCommandBytes)!.Select(segment => segment.Key));
            if (count > 0)
            {
                Assert.Null(CommandSegment.TryReadAll(payload, count - 1, MaxCommandBytes));
                Assert.Null(CommandSegment.TryReadAll(payload.AsMemory(1), count, MaxCommandBytes));
                Assert.Null(CommandSegment.TryReadAll(payload.AsMemory(0, payload.Length - 1), count, MaxCommandBytes));
            }
        });

    [Fact]
    public void Bytes_of_any_kind_are_read_without_an_exception_and_only_as_what_they_say() =>
        Gen.Select(GenCommands, Gen.Int[0, 60], Gen.Byte.Array[1, 12]).Sample((commands, at, noise) =>
        {
            var bytes = Create(1, 1, commands).Encoded.ToArray();
            noise.AsSpan(0, Math.Min(noise.Length, Math.Max(0, bytes.Length - at))).CopyTo(bytes.AsSpan(Math.Min(at, bytes.Length)));
            ReadOnlyMemory<byte> rest = bytes;
            if (CommandSegment.TryRead(ref rest, MaxCommandBytes) is not { } segment)
                return;

            var read = new List<ReadOnlyMemory<byte>>();
            foreach (var command in segment)
                read.Add(command);
            Assert.True(CommandSegment.Create(segment.Client, segment.FirstSequence, read).Encoded.Span.SequenceEqual(segment.Encoded.Span));
        });

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(-1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(int.MaxValue, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, -5, 1)]
    [InlineData(1, CommandSegment.MaxSequence + 1, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, int.MaxValue)]
    public void A_header_that_claims_what_the_body_does_not_hold_is_refused(int count, long first, int bodyLength)
    {
        var bytes = new byte[CommandSegment.HeaderSize + 1];
        CommandSegment.WriteHeader(bytes, new ClientId(1), first, count, bodyLength);
        ReadOnlyMemory<byte> rest = bytes;

        Assert.Null(CommandSegment.TryRead(ref rest, MaxCommandBytes));
        Assert.Equal(bytes.Length, rest.Length);
    }

    [Fact]
    public void A_command_longer_than_allowed_is_refused()
    {
        ReadOnlyMemory<byte> bytes = Create(1, 1, [new byte[MaxCommandBytes + 1]]).Encoded;

        Assert.Null(CommandSegment.TryRead(ref bytes, MaxCommandBytes));
        Assert.NotNull(CommandSegment.TryRead(ref bytes, MaxCommandBytes + 1));
    }

    [Fact]
    public void A_length_is_read_as_it_was_written() =>
        Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, int.MaxValue]).Sample(value =>
        {
            var bytes = new byte[Varint.MaxSize];
            var size = Varint.Write(bytes, value);
            ReadOnlySpan<byte> rest = bytes.AsSpan(0, size);

            Assert.Equal(Varint.SizeOf(value), size);
            Assert.True(Varint.TryRead(ref rest, out var read));
            Assert.Equal(value, read);
            Assert.True(rest.IsEmpty);
        });

    [Fact]
    public void A_length_has_one_encoding_only() =>
        Gen.Byte.Array[0, 8].Sample(bytes =>
        {
            ReadOnlySpan<byte> rest = bytes;
            if (!Varint.TryRead(ref rest, out var value))
                return;
            var again = new byte[Varint.MaxSize];
            var size = Varint.Write(again, value);
            Assert.True(bytes.AsSpan(0, bytes.Length - rest.Length).SequenceEqual(again.AsSpan(0, size)));
        });

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8000")]
    [InlineData("FF00")]
    [InlineData("8080808008")]
    [InlineData("FFFFFFFF0F")]
    [InlineData("808080808001")]
    public void A_length_that_ends_early_is_too_large_or_not_in_its_shortest_form_is_refused(string hex)
    {
        ReadOnlySpan<byte> rest = Convert.FromHexString(hex);

        Assert.False(Varint.TryRead(ref rest, out _));
    }

    private static CommandSegment Create(ulong client, long first, IEnumerable<byte[]> commands) =>
        CommandSegment.Create(new ClientId(client), first, [.. commands.Select(command => (ReadOnlyMemory<byte>)command)]);
}
