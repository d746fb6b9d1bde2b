using CsCheck;

namespace HotStuff.Consensus.Tests;

public class BlockTests
{
    private static readonly ChainId Chain = new(Digest.Of("a chain"u8));
    private static readonly ProtocolLimits Limits = new();

    private static readonly Gen<CommandSegment> GenSegment =
        Gen.Select(Gen.Int[1, 5], Gen.Long[1, 1_000_000], Gen.Byte.Array[0, 40].List[1, 5], (client, first, commands) =>
            CommandSegment.Create(new ClientId((UInt128)client), first, [.. commands.Select(command => (ReadOnlyMemory<byte>)command)]));

    private static readonly Gen<Block> GenBlock =
        Gen.Select(
            Gen.Long[1, 1L << 40],
            Gen.Long[1, 1L << 40],
            Gen.Int[0, 255],
            Gen.Byte.Array[0, 200],
            GenSegment.List[0, 4],
            (view, height, proposer, signature, segments) =>
            {
                var statement = new VoteStatement(Epoch.Genesis, new View(view - 1), new BlockId(Digest.Of(signature)), Phase.Generic);
                var justify = new QuorumCertificate(statement, new Signature(signature));
                return Block.Create(Chain, Epoch.Genesis, new View(view), new Height(height), new ReplicaId(proposer), justify, segments);
            });

    [Fact]
    public void A_decoded_block_is_the_block_that_was_encoded() =>
        GenBlock.Sample(block =>
        {
            var decoded = Block.TryDecode(Chain, Limits, block.Encoded)!;

            Assert.Equal(block.Id, decoded.Id);
            Assert.Equal(block.Epoch, decoded.Epoch);
            Assert.Equal(block.View, decoded.View);
            Assert.Equal(block.Height, decoded.Height);
            Assert.Equal(block.Proposer, decoded.Proposer);
            Assert.Equal(block.Justify, decoded.Justify);
            Assert.Equal(block.Segments.Select(segment => segment.Key), decoded.Segments.Select(segment => segment.Key));
            Assert.True(block.Encoded.Span.SequenceEqual(decoded.Encoded.Span));
        });

    [Fact]
    public void A_truncated_or_extended_block_is_refused() =>
        Gen.Select(GenBlock, Gen.Double[0, 0.999], Gen.Byte.Array[1, 20]).Sample((block, part, tail) =>
        {
            Assert.Null(Block.TryDecode(Chain, Limits, block.Encoded[..(int)(block.Encoded.Length * part)]));
            Assert.Null(Block.TryDecode(Chain, Limits, (byte[])[.. block.Encoded.Span, .. tail]));
        });

    [Fact]
    public void A_block_with_a_flipped_bit_is_refused_or_is_another_block() =>
        Gen.Select(GenBlock, Gen.Double[0, 0.999], Gen.Int[0, 7]).Sample((block, part, bit) =>
        {
            var bytes = block.Encoded.ToArray();
            bytes[(int)(bytes.Length * part)] ^= (byte)(1 << bit);

            Assert.NotEqual(block.Id, Block.TryDecode(Chain, Limits, bytes)?.Id);
        });

    [Fact]
    public void Bytes_of_any_kind_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            if (bytes.Length > 0)
                bytes[0] = 1;
            Assert.Null(Block.TryDecode(Chain, Limits, bytes));
        });

    [Fact]
    public void A_block_larger_than_the_limits_is_refused()
    {
        var block = Block.Create(
            Chain, Epoch.Genesis, new View(1), new Height(1), default, Block.GenesisCertificate(Chain), [Scenario.Commands(client: 1, first: 1, count: 100)]);
        var payload = block.Segments.Sum(segment => segment.Encoded.Length);

        Assert.NotNull(Block.TryDecode(Chain, Limits with { MaxBlockBytes = payload, MaxBlockCommands = 100 }, block.Encoded));
        Assert.Null(Block.TryDecode(Chain, Limits with { MaxBlockBytes = payload - 1 }, block.Encoded));
        Assert.Null(Block.TryDecode(Chain, Limits with { MaxBlockCommands = 99 }, block.Encoded));
        Assert.Null(Block.TryDecode(Chain, Limits with { MaxCommandBytes = 1 }, block.Encoded));
    }

    [Fact]
    public void The_same_block_on_another_chain_has_another_id()
    {
        var other = new ChainId(Digest.Of("another chain"u8));
        var block = Block.Create(Chain, Epoch.Genesis, new View(1), new Height(1), default, Block.GenesisCertificate(Chain), []);

        Assert.NotEqual(block.Id, Block.TryDecode(other, Limits, block.Encoded)!.Id);
        Assert.NotEqual(Block.Genesis(Chain).Id, Block.Genesis(other).Id);
    }

    /// <summary>The digests were computed apart from this code, from the encoding that <see cref="Block"/> documents.</summary>
    [Fact]
    public void The_id_of_a_block_is_this_for_ever()
    {
        var justify = new QuorumCertificate(
            new VoteStatement(new Epoch(2), new View(6), new BlockId(Digest.Of("parent"u8)), Phase.Generic), new Signature("signature"u8.ToArray()));
        var segment = CommandSegment.Create(new ClientId(9), 5, [new ReadOnlyMemory<byte>([1, 2, 3]), ReadOnlyMemory<byte>.Empty]);
        var block = Block.Create(Chain, new Epoch(2), new View(7), new Height(4), new ReplicaId(3), justify, [segment], [new Suspension(new ReplicaId(1), new View(99), 2)]);

        Assert.Equal("ffce98f5c1998c361a8bb5843392d2d3c0e058ffe6cbc517a2a5c52efb0b8e1a", block.Id.Hash.ToString());
        Assert.Equal("aee54487080dc4ab770639aa55b4e3511cd553884081e1903725e42d8c13d975", Block.Genesis(Chain).Id.Hash.ToString());
    }
}
