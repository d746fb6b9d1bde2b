using System.Text;
using System.Text.Json;
using HotStuff.Bls12381.Curves;
using HotStuff.Bls12381.Fields;
using HotStuff.Bls12381.Hashing;
using HotStuff.Bls12381.Tests.Vectors;

namespace HotStuff.Bls12381.Tests.Hashing;

/// <summary>The vectors of RFC 9380.</summary>
public sealed class HashToCurveTests
{
    private delegate void Hash<T>(ReadOnlySpan<byte> message, ReadOnlySpan<byte> tag, out Point<T> point)
        where T : unmanaged, IField<T>;

    [Fact]
    public void Messages_hash_to_the_points_of_G1_in_the_RFC() =>
        CheckG1("BLS12381G1_XMD_SHA-256_SSWU_RO_", HashToCurve.ToG1);

    [Fact]
    public void Messages_are_encoded_to_the_points_of_G1_in_the_RFC() =>
        CheckG1("BLS12381G1_XMD_SHA-256_SSWU_NU_", HashToCurve.EncodeToG1);

    [Fact]
    public void Messages_hash_to_the_points_of_G2_in_the_RFC() =>
        CheckG2("BLS12381G2_XMD_SHA-256_SSWU_RO_", HashToCurve.ToG2);

    [Fact]
    public void Messages_are_encoded_to_the_points_of_G2_in_the_RFC() =>
        CheckG2("BLS12381G2_XMD_SHA-256_SSWU_NU_", HashToCurve.EncodeToG2);

    [Theory]
    [InlineData("expand_message_xmd_SHA256_38.json")]
    [InlineData("expand_message_xmd_SHA256_256.json")]
    public void Messages_expand_to_the_bytes_in_the_RFC(string file)
    {
        var vectors = VectorFile.Read("rfc9380/" + file);
        var tag = Encoding.ASCII.GetBytes(vectors.GetProperty("DST").GetString()!);
        foreach (var test in vectors.GetProperty("tests").EnumerateArray())
        {
            var output = new byte[test.GetProperty("len_in_bytes").HexNumber()];
            ExpandMessage.Fill(Encoding.ASCII.GetBytes(test.GetProperty("msg").GetString()!), tag, output);
            Assert.Equal(test.GetProperty("uniform_bytes").Bytes(), output);
        }

        Assert.Equal(10, vectors.GetProperty("tests").GetArrayLength());
    }

    [Fact]
    public void No_more_bytes_come_than_one_byte_can_count() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpandMessage.Fill("message"u8, "tag"u8, new byte[8161]));

    private static void CheckG1(string suite, Hash<Fp> hash) => Check(suite, hash, point =>
    {
        var bytes = new byte[G1.UncompressedSize];
        Assert.True(G1.IsInSubgroup(point));
        G1.WriteUncompressed(point, bytes);
        return [bytes[..48], bytes[48..]];
    });

    // The RFC writes the coefficients of G2 lowest first, the encoding highest first.
    private static void CheckG2(string suite, Hash<Fp2> hash) => Check(suite, hash, point =>
    {
        var bytes = new byte[G2.UncompressedSize];
        Assert.True(G2.IsInSubgroup(point));
        G2.WriteUncompressed(point, bytes);
        return [bytes[48..96], bytes[..48], bytes[144..], bytes[96..144]];
    });

    private static void Check<T>(string suite, Hash<T> hash, Func<Affine<T>, byte[][]> coordinates)
        where T : unmanaged, IField<T>
    {
        var file = VectorFile.Read($"rfc9380/{suite}.json");
        var tag = Encoding.ASCII.GetBytes(file.GetProperty("dst").GetString()!);
        foreach (var vector in file.GetProperty("vectors").EnumerateArray())
        {
            hash(Encoding.ASCII.GetBytes(vector.GetProperty("msg").GetString()!), tag, out var point);
            Assert.True(Point<T>.TryToAffine(point, out var affine));
            var expected = vector.GetProperty("P");
            Assert.Equal([.. Numbers(expected.GetProperty("x")), .. Numbers(expected.GetProperty("y"))], coordinates(affine));
        }

        Assert.Equal(5, file.GetProperty("vectors").GetArrayLength());
    }

    private static IEnumerable<byte[]> Numbers(JsonElement element) =>
        element.GetString()!.Split(',').Select(number => Convert.FromHexString(number[2..]));
}
