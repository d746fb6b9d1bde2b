using System.Numerics;
using CsCheck;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Tests.Fields;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Curves;

public sealed class EncodingTests
{
    private static readonly byte[] G1Compressed = Encodings.Compressed(Point<Fp>.From(G1.Generator));
    private static readonly byte[] G1Uncompressed = Encodings.Uncompressed(Point<Fp>.From(G1.Generator));
    private static readonly byte[] G2Compressed = Encodings.Compressed(Point<Fp2>.From(G2.Generator));
    private static readonly byte[] G2Uncompressed = Encodings.Uncompressed(Point<Fp2>.From(G2.Generator));

    private static readonly BigInteger WithCompressedFlag = BigInteger.One << 383;

    /// <summary>Encodings that are each wrong in one way.</summary>
    public static TheoryData<string, byte[]> Bad => new()
    {
        { "nothing", [] },
        { "one byte", [0x80] },
        { "compressed of G1, a byte too few", G1Compressed[..^1] },
        { "compressed of G1, a byte too many", [.. G1Compressed, 0] },
        { "compressed of G1 without its flag", With(G1Compressed, 0, bits => bits & 0x7f) },
        { "compressed of G1 with the flag of infinity", With(G1Compressed, 0, bits => bits | 0x40) },
        { "compressed infinity", [0xc0, .. new byte[47]] },
        { "compressed infinity with a sign", [0xe0, .. new byte[47]] },
        { "compressed infinity with bytes", [0xc0, .. new byte[46], 1] },
        { "uncompressed infinity", [0x40, .. new byte[95]] },
        { "uncompressed infinity with bytes", [0x40, .. new byte[94], 1] },
        { "x = p", Numbers.Bytes(Numbers.P + WithCompressedFlag, 48) },
        { "x = p + 4, where 4 has a point in G1's curve", Numbers.Bytes(Numbers.P + 4 + WithCompressedFlag, 48) },
        { "all bits of x", [0x9f, .. Enumerable.Repeat((byte)0xff, 47)] },
        { "x without a point of G1", [0x80, .. new byte[46], 1] },
        { "uncompressed of G1 with the compressed flag", With(G1Uncompressed, 0, bits => bits | 0x80) },
        { "uncompressed of G1 with a sign", With(G1Uncompressed, 0, bits => bits | 0x20) },
        { "uncompressed of G1 with the flag of infinity", With(G1Uncompressed, 0, bits => bits | 0x40) },
        { "uncompressed of G1 with a flag in y", With(G1Uncompressed, 48, bits => bits | 0x80) },
        { "uncompressed of G1 with another y", With(G1Uncompressed, 95, bits => bits ^ 1) },
        { "uncompressed of G1 with y + p", [.. G1Uncompressed[..48], .. Numbers.Bytes(new BigInteger(G1Uncompressed.AsSpan(48), true, true) + Numbers.P, 48)] },
        { "uncompressed of G1, a byte too few", G1Uncompressed[..^1] },
        { "zeros", new byte[48] },
        { "96 zeros", new byte[96] },
        { "compressed of G2 without its flag", With(G2Compressed, 0, bits => bits & 0x7f) },
        { "compressed of G2 with the flag of infinity", With(G2Compressed, 0, bits => bits | 0x40) },
        { "compressed infinity of G2", [0xc0, .. new byte[95]] },
        { "compressed infinity of G2 with bytes", [0xc0, .. new byte[94], 1] },
        { "compressed of G2 with c1 = p", [.. Numbers.Bytes(Numbers.P + WithCompressedFlag, 48), .. G2Compressed[48..]] },
        { "compressed of G2 with c0 = p", [.. G2Compressed[..48], .. Numbers.Bytes(Numbers.P, 48)] },
        { "compressed of G2 with a flag in c0", With(G2Compressed, 48, bits => bits | 0x80) },
        { "compressed of G2 with c0 + p", [.. G2Compressed[..48], .. Numbers.Bytes(new BigInteger(G2Compressed.AsSpan(48), true, true) + Numbers.P, 48)] },
        { "uncompressed of G2 with the compressed flag", With(G2Uncompressed, 0, bits => bits | 0x80) },
        { "uncompressed of G2 with another y", With(G2Uncompressed, 191, bits => bits ^ 1) },
        { "uncompressed infinity of G2", [0x40, .. new byte[191]] },
        { "192 zeros", new byte[192] },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_encoding_is_refused(string what, byte[] bytes)
    {
        // An uncompressed point of G1 and a compressed one of G2 are equally long: what is bad for one may be good for the other.
        if (!what.Contains("of G2", StringComparison.Ordinal))
        {
            Assert.False(G1.TryReadCompressed(bytes, out _), what);
            Assert.False(G1.TryReadUncompressed(bytes, out _), what);
        }

        if (!what.Contains("of G1", StringComparison.Ordinal))
        {
            Assert.False(G2.TryReadCompressed(bytes, out _), what);
            Assert.False(G2.TryReadUncompressed(bytes, out _), what);
            Assert.Null(BlsPublicKey.TryRead(bytes));
        }
    }

    [Fact]
    public void What_the_bad_ones_were_made_of_is_good()
    {
        Assert.True(G1.TryReadCompressed(G1Compressed, out _));
        Assert.True(G1.TryReadUncompressed(G1Uncompressed, out _));
        Assert.True(G2.TryReadCompressed(G2Compressed, out _));
        Assert.True(G2.TryReadUncompressed(G2Uncompressed, out _));
        Assert.True(G1.TryReadCompressed([0x80, .. new byte[46], 4], out _));
        Assert.NotNull(BlsPublicKey.TryRead(G2Compressed));
    }

    [Fact]
    public void Points_of_the_curve_outside_of_the_group_are_neither_keys_nor_signatures()
    {
        var strangers = VectorFile.Read("noble.json").GetProperty("strangers");
        using var secret = BlsSecretKey.Generate();
        var key = secret.ToPublicKey();

        Assert.All(strangers.GetProperty("g2").EnumerateArray(), bytes => Assert.Null(BlsPublicKey.TryRead(bytes.Bytes())));
        Assert.All(strangers.GetProperty("g1").EnumerateArray(), bytes => Assert.False(key.Verify(HashedMessage.Of("message"u8), bytes.Bytes())));
    }

    [Fact]
    public void Both_signs_of_y_are_read_and_written_again() => Numbers.BelowR.Where(a => !a.IsZero).Sample(
        scalar =>
        {
            SecretMultiplication.Multiply(Point<Fp>.From(G1.Generator), Numbers.ToFr(scalar), out var p);
            SecretMultiplication.Multiply(Point<Fp2>.From(G2.Generator), Numbers.ToFr(scalar), out var q);
            foreach (var _ in Enumerable.Range(0, 2))
            {
                Assert.True(G1.TryReadCompressed(Encodings.Compressed(p), out var p1));
                Assert.True(Point<Fp>.Equal(p, Point<Fp>.From(p1)));
                Assert.True(G2.TryReadCompressed(Encodings.Compressed(q), out var q1));
                Assert.True(Point<Fp2>.Equal(q, Point<Fp2>.From(q1)));
                Assert.True(G1.TryReadUncompressed(Encodings.Uncompressed(p), out p1));
                Assert.True(Point<Fp>.Equal(p, Point<Fp>.From(p1)));
                Assert.True(G2.TryReadUncompressed(Encodings.Uncompressed(q), out q1));
                Assert.True(Point<Fp2>.Equal(q, Point<Fp2>.From(q1)));
                Point<Fp>.Neg(p, out p);
                Point<Fp2>.Neg(q, out q);
            }
        },
        iter: 20);

    [Fact]
    public void Whatever_the_bytes_reading_does_not_throw_and_what_is_read_is_written_the_same() => Gen.OneOf(Random, Mutated).Sample(
        bytes =>
        {
            var written = new byte[bytes.Length];
            if (G1.TryReadCompressed(bytes, out var p))
            {
                G1.WriteCompressed(p, written);
                Assert.Equal(bytes, written);
            }

            if (G1.TryReadUncompressed(bytes, out p))
            {
                G1.WriteUncompressed(p, written);
                Assert.Equal(bytes, written);
            }

            if (G2.TryReadCompressed(bytes, out var q))
            {
                G2.WriteCompressed(q, written);
                Assert.Equal(bytes, written);
            }

            if (G2.TryReadUncompressed(bytes, out q))
            {
                G2.WriteUncompressed(q, written);
                Assert.Equal(bytes, written);
            }
        },
        iter: 3000);

    private static Gen<byte[]> Random => Gen.Int[0, 4].SelectMany(kind => Gen.Byte.Array[kind switch { 0 => 48, 1 => 96, 2 => 192, 3 => 47, _ => 100 }])
        .Select(Gen.Int[0, 7], (bytes, flags) => With(bytes, 0, bits => (bits & 0x1f) | (flags << 5)));

    private static Gen<byte[]> Mutated => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 191], Gen.Byte).Select(
        (kind, position, bits) =>
        {
            var bytes = kind switch { 0 => G1Compressed, 1 => G1Uncompressed, 2 => G2Compressed, _ => G2Uncompressed };
            return With(bytes, position % bytes.Length, old => old ^ bits);
        });

    private static byte[] With(byte[] bytes, int position, Func<int, int> change)
    {
        var copy = bytes.ToArray();
        copy[position] = (byte)change(copy[position]);
        return copy;
    }
}
